"""One function in the program writes a stage."""

import ast
from pathlib import Path

import app

WRITER = "services/stage_log.py"
WORDS = {"stage", "track"}


def written_in(tree: ast.AST) -> set[str]:
    """Attributes that are assigned, and keys of dictionaries that are built, by the names of a stay."""
    assigned = {
        target.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
    }
    keys = {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    return (assigned | keys) & WORDS


def test_only_the_stage_log_writes_a_stage() -> None:
    root = Path(app.__file__).parent
    writers = {
        path.relative_to(root).as_posix()
        for folder in ("services", "routers", "jobs", "commands", "core")
        for path in (root / folder).rglob("*.py")
        if written_in(ast.parse(path.read_text()))
    }

    assert writers == {WRITER}
