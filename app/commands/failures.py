"""An error at the terminal is one sentence; the traceback is for the log."""

import contextlib
import os
import subprocess
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from app.settings import ROOT
from app.trouble import told


def give_up(sentence: str) -> NoReturn:
    print(" ".join(sentence.split()), file=sys.stderr)  # noqa: T201 - it speaks to a terminal
    raise SystemExit(1)


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
