"""Files from outside, read into the database."""

import contextlib
import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.adapters import codifier as ministry
from app.adapters import xlsx
from app.commands.attached import attached
from app.commands.work import refusals, run, unit
from app.core.http import utc_now
from app.core.uow import legal_day
from app.rules import codifier
from app.rules import twin_towns as lists
from app.rules.codifier import Register
from app.rules.twin_towns import Outcome, Row
from app.services.imports import katottg as registers
from app.services.imports import report as reports
from app.services.imports import twin_towns as twins
from app.services.imports.katottg import Tally
from app.services.imports.report import Verdict
from app.settings import Settings
from app.trouble import Trouble, told
from app.vocabulary import HromadaType

MOST_BYTES: Final = 20 * 1024 * 1024
WORDS: Final[Mapping[str, tuple[str, str]]] = {
    **xlsx.SENTENCES,
    **ministry.SENTENCES,
    **codifier.SENTENCES,
    **lists.SENTENCES,
    **registers.SENTENCES,
}

Step = Callable[[str], None]


def katottg(file: Path) -> None:
    with attached() as found, steps() as step:
        step(told(uk="Читаю кодифікатор", en="Reading the codifier"))
        register = _register(file)
        step(told(uk="Звіряю громади", en="Comparing the hromadas"))
        with refusals(registers.SENTENCES):
            tally = run(_bring(found.settings, register, file.name))
    say(told(uk=_tally_uk(tally), en=_tally_en(tally)))
    say(_types(register))


def twin_towns(file: Path, *, report: Path | None) -> None:
    with attached() as found, steps() as step:
        step(told(uk="Читаю список", en="Reading the list"))
        rows = _rows(file)
        step(told(uk="Шукаю громади", en="Looking for the hromadas"))
        outcomes = twins.resolve(rows, legal_day(utc_now()))
        step(told(uk="Записую партнерства", en="Writing the partnerships"))
        verdicts = run(_take(found.settings, outcomes, file.name))
    place = report or found.settings.state / "reports" / f"{file.stem}.csv"
    _write(verdicts, rows, place)
    say(_summary(verdicts))
    say(told(uk=f"Звіт про рядки: {place}", en=f"Report of the rows: {place}"))


def _register(file: Path) -> Register:
    try:
        return codifier.register(ministry.read(file))
    except (xlsx.WorkbookError, codifier.CodifierError) as error:
        raise _trouble(error.code, error.params) from error


def _rows(file: Path) -> list[Row]:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise _too_large(file)
        return lists.rows(file.read_text(encoding="utf-8-sig"))
    except lists.ListError as error:
        raise _trouble(error.code, error.params) from error
    except UnicodeDecodeError as error:
        raise Trouble(
            uk=f"{file.name} не є текстом у кодуванні UTF-8.", en=f"{file.name} is no text in UTF-8."
        ) from error
    except (OSError, csv.Error) as error:
        raise Trouble(uk=f"{file.name} не вдалося прочитати.", en=f"{file.name} could not be read.") from error


def _too_large(file: Path) -> Trouble:
    limit = MOST_BYTES // 1024 // 1024
    return Trouble(
        uk=f"{file.name} завеликий: дозволено {limit} МіБ.", en=f"{file.name} is too large: {limit} MiB are allowed."
    )


async def _bring(settings: Settings, register: Register, file: str) -> Tally:
    async with unit(settings, "import_katottg") as uow:
        return await registers.bring(uow, register, file)


async def _take(settings: Settings, outcomes: Sequence[Outcome], file: str) -> list[Verdict]:
    async with unit(settings, "import_twin_towns") as uow:
        return await twins.take(uow, outcomes, file)


def _write(verdicts: Sequence[Verdict], rows: Sequence[Row], report: Path) -> None:
    try:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(reports.table(verdicts, rows), encoding="utf-8", newline="")
    except OSError as error:
        raise Trouble(
            uk=f"Дані записано, але звіт {report} зберегти не вдалося: {error.strerror}.",
            en=f"The data is saved, but the report {report} could not be: {error.strerror}.",
        ) from error


def _summary(verdicts: Sequence[Verdict]) -> str:
    found = reports.counts(verdicts)
    parts = [f"{told(uk=fate.uk, en=fate.en)} {count}" for fate, count in found.items()]
    total = told(uk=f"Прочитано рядків: {len(verdicts)}", en=f"{len(verdicts)} rows read")
    return f"{total} = {' + '.join(parts)}."


def _tally_uk(tally: Tally) -> str:
    counts = f"додано {tally.added}, змінено {tally.changed}, в архів {tally.retired}, повернуто {tally.restored}"
    return f"Прочитано громад: {tally.read}; {counts}{'; нічого не змінилося' if tally.is_empty else ''}."


def _tally_en(tally: Tally) -> str:
    counts = f"{tally.added} added, {tally.changed} changed, {tally.retired} retired, {tally.restored} restored"
    return f"{tally.read} hromadas read: {counts}{'; nothing changed' if tally.is_empty else ''}."


def _types(register: Register) -> str:
    """How many hromadas of each type the file has outside Crimea; special cities are of none."""
    kinds = Counter(each.type for each in register.hromadas if each.type and not each.in_crimea)
    total = sum(kinds.values())
    uk = ", ".join(f"{kind.uk} {kinds[kind]}" for kind in HromadaType)
    en = ", ".join(f"{kinds[kind]} {kind.en}" for kind in HromadaType)
    return told(uk=f"Громад поза Кримом: {total} ({uk}).", en=f"Hromadas outside Crimea: {total} ({en}).")


@contextlib.contextmanager
def steps() -> Iterator[Step]:
    """A bar on the terminal while the work lasts, gone when it ends; nothing in a file or a pipe."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True,
        disable=not console.is_terminal,
    )  # fmt: skip
    with bar:
        task = bar.add_task("", total=None)
        yield lambda text: bar.update(task, description=text)


def _trouble(code: str, params: Mapping[str, str | int]) -> Trouble:
    uk, en = WORDS[code]
    return Trouble(uk=uk.format(**params), en=en.format(**params))


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it speaks to a terminal
