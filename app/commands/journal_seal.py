"""Is the journal still what was sealed, and with which key can others look for themselves."""

from typing import Final

from app.adapters.storage import storage
from app.commands.attached import attached
from app.commands.work import database, run
from app.core.actors import command
from app.core.http import utc_now
from app.core.seal_keys import SealKeys
from app.core.uow import Reader
from app.core.wording import words
from app.errors import Sentence
from app.rules.tampering import Wrong
from app.services import published, verification
from app.services.verification import Report
from app.settings import Settings
from app.trouble import Trouble, told

VERB: Final = "verify_journal"


def verify(start: int) -> None:
    with attached() as found:
        report, count = run(_verified(found.settings, start))
    for line in _lines(report, count):
        print(line, flush=True)  # noqa: T201 - it speaks to a terminal


def key() -> None:
    with attached() as found:
        print(SealKeys.of(found.settings).signer.key, flush=True)  # noqa: T201 - it speaks to a terminal


def wrong(sentence: Sentence) -> Trouble:
    return Trouble(uk=words(sentence, "uk"), en=words(sentence, "en"))


async def _verified(settings: Settings, start: int) -> tuple[Report, int]:
    keys = SealKeys.of(settings)
    async with database(settings) as db:
        reader = Reader(command(VERB), None, utc_now(), db)
        try:
            report = await verification.verify(reader, keys, start)
            return report, await published.compare(reader, keys, storage(settings))
        except Wrong as found:
            raise wrong(found.sentence) from None


def _lines(report: Report, published_count: int) -> list[str]:
    count = report.size - report.start
    lines = [
        told(
            uk=f"Журнал той самий, що запечатано. Записів: {count}, контрольних точок: {report.checkpoints}, "
            f"опубліковано: {published_count}.",
            en=f"The journal is what was sealed. Entries: {count}, checkpoints: {report.checkpoints}, "
            f"published: {published_count}.",
        )
    ]
    if report.absent:
        lines.append(told(uk=f"З них в архіві: {report.absent}.", en=f"Of these, in the archive: {report.absent}."))
    return lines
