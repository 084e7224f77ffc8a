"""What turns text into a program, and what is too weak to keep a secret, is called nowhere in the application."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.settings import ROOT

FILES: Final = sorted((ROOT / "app").rglob("*.py"))

# `compile` and `load` alone have good uses (re.compile, our own load); with their module they are told apart.
RUNS_TEXT: Final = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "subprocess.getoutput"}
READS_PROGRAMS: Final = {
    f"{module}.{name}"
    for module in ("pickle", "marshal", "shelve", "dill", "yaml")
    for name in ("load", "loads", "open")
}
IS_WEAK: Final = {"hashlib.md5", "hashlib.sha1"}
NO_CHANCE: Final = {"random", "pickle", "marshal", "shelve", "telnetlib", "ftplib"}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    return ((file, ast.parse(file.read_text(encoding="utf-8"))) for file in FILES)


def calls() -> list[tuple[str, str, ast.Call]]:
    return [
        (file.relative_to(ROOT).as_posix(), ast.unparse(node.func), node)
        for file, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]


def imported() -> Iterator[tuple[str, str]]:
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((file.stem, each.name.partition(".")[0]) for each in node.names)
            if isinstance(node, ast.ImportFrom) and node.module:
                yield file.stem, node.module.partition(".")[0]


def test_no_text_becomes_a_program() -> None:
    found = calls()

    assert len(found) > 5000
    assert [(place, name) for place, name, _ in found if name in RUNS_TEXT | READS_PROGRAMS] == []


def test_no_shell_stands_between_us_and_another_program() -> None:
    started = [
        (place, name, call) for place, name, call in calls() if name.startswith(("subprocess.", "asyncio.create_sub"))
    ]
    through_a_shell = [
        place
        for place, name, call in started
        if name.endswith("_shell") or any(each.arg == "shell" for each in call.keywords)
    ]

    assert len(started) > 2
    assert through_a_shell == []


def test_nothing_weak_makes_a_digest_or_a_secret() -> None:
    digests = [(place, name) for place, name, _ in calls() if name.startswith("hashlib.")]
    modules = list(imported())

    assert len(digests) > 5
    assert [each for each in digests if each[1] in IS_WEAK] == []
    assert ("sealing", "secrets") in modules
    assert [each for each in modules if each[1] in NO_CHANCE] == []
