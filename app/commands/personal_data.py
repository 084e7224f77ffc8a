"""The ledger of erasures, written out; and replayed before anybody comes to a restored database."""

import sys
from pathlib import Path

from app.commands.attached import attached
from app.commands.work import run, unit
from app.services import erasure_ledger
from app.services.erasure_ledger import Entry
from app.settings import Settings
from app.trouble import Trouble, told


def ledger() -> None:
    with attached() as found:
        for line in run(_lines(found.settings)):
            print(line, flush=True)  # noqa: T201 - its output is the file


def replay(file: Path) -> None:
    with attached() as found:
        erased, absent = run(_replay(found.settings, _read(file)))
    said = told(
        uk=f"Стирання повторено: {erased}; осіб, яких тут немає: {absent}.",
        en=f"Erasures replayed: {erased}; people who are not here: {absent}.",
    )
    print(said, file=sys.stderr)  # noqa: T201 - it speaks to a terminal


def _read(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Trouble(uk=f"{file} не є реєстром стирань.", en=f"{file} is not a ledger of erasures.") from error


async def _lines(settings: Settings) -> list[str]:
    async with unit(settings, "write_ledger") as uow:
        return await erasure_ledger.lines(uow)


async def _replay(settings: Settings, lines: list[str]) -> tuple[int, int]:
    """All of them or none, so that a failure is seen and the command is run once more."""
    entries: list[Entry] = erasure_ledger.read(lines)
    async with unit(settings, "replay_erasures") as uow:
        found = [await erasure_ledger.replay(uow, entry) for entry in entries]
    return found.count(True), found.count(False)
