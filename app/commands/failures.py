"""An error at the terminal is one sentence; the traceback is for the log."""

import contextlib
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NoReturn

import typer

from app.settings import ROOT
from app.trouble import told

# The parser speaks English only; these are the kinds of its complaints.
MISUSES: Final[Mapping[str, str]] = {
    "NoSuchOption": "Такого параметра немає: {name}.",
    "BadOptionUsage": "Параметр вказано неправильно: {name}.",
    "MissingParameter": "Не вказано: {name}.",
    "BadParameter": "Непридатне значення: {name}.",
}


def give_up(sentence: str) -> NoReturn:
    print(" ".join(sentence.split()), file=sys.stderr)  # noqa: T201 - it speaks to a terminal
    raise SystemExit(1)


def misused(error: typer.TyperException) -> NoReturn:
    en = str(getattr(error, "format_message", error.__str__)())
    # Without a word of its own the complaint was the help, which is on the terminal already.
    give_up(told(uk=_misuse_uk(error) if en else "", en=en))


def _misuse_uk(error: typer.TyperException) -> str:
    parameter, context = getattr(error, "param", None), getattr(error, "ctx", None)
    name = getattr(error, "option_name", None) or (parameter.opts[0] if parameter else "")
    words = MISUSES.get(type(error).__name__, "Такої команди немає, або слова після неї зайві.").format(name=name)
    return f"{words} Довідка: {context.command_path if context else './pobratym'} --help"


def unexpected(error: Exception) -> NoReturn:
    reason = traceback.format_exception_only(error)[-1].strip().splitlines()[0]
    log = write_down(error, folder() / "commands.log")
    give_up(
        told(
            uk=f"Сталося несподіване: {reason}; подробиці у {log}",
            en=f"Something unexpected happened: {reason}; the details are in {log}",
        )
    )


def folder() -> Path:
    state = Path(os.environ.get("POBRATYM_STATE") or ROOT / ".pobratym")
    with contextlib.suppress(OSError):
        (state / "logs").mkdir(parents=True, exist_ok=True)
        return state / "logs"
    return Path(tempfile.gettempdir())


def write_down(error: Exception, log: Path) -> Path:
    output = error.output if isinstance(error, subprocess.CalledProcessError) else ""
    with log.open("a") as file:
        file.write(f"{datetime.now(UTC).isoformat()}\n{output or ''}{''.join(traceback.format_exception(error))}\n")
    return log
