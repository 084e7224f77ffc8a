"""The moment that a question about the past is about: named to the second, or as a day, which means the end of it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.errors import Sentence, say

KYIV: Final = ZoneInfo("Europe/Kyiv")
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
# In an address a plus that nobody escaped arrives as a space.
MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)([Zz]|[+ -]\d{2}:\d{2})")
EARLIEST: Final = 1900
LATEST: Final = 2199

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    "as_of_form": (
        "Вкажіть день, як 2026-03-31, або момент із часовим поясом, як 2026-03-31T12:00:00Z.",
        "Give a day such as 2026-03-31, or a moment with its time zone such as 2026-03-31T12:00:00Z.",
    ),
    "as_of_in_future": (
        "Цей момент ще не настав: стан записів відомий лише дотепер.",
        "This moment is still to come: the state of the records is known only up to now.",
    ),
    "as_of_too_early": (
        "Журнал починається {since}: що було раніше, невідомо.",
        "The journal begins on {since}: what was before is not known.",
    ),
}


class BadMoment(ValueError):  # noqa: N818 - it names what is wrong, as its neighbour BadCode does
    """Neither a day nor a moment with its zone."""


def moment(text: str) -> datetime:
    """The last moment that counts: the one named, or the end of the day named, in Kyiv."""
    try:
        found = _end(date.fromisoformat(text)) if DAY.fullmatch(text) else _named(text)
    except (ValueError, OverflowError) as error:
        raise BadMoment from error
    if not EARLIEST <= found.year <= LATEST:
        raise BadMoment
    return found


def _named(text: str) -> datetime:
    match = MOMENT.fullmatch(text)
    if match is None:
        raise BadMoment
    local, zone = match[1].upper(), match[2].upper().replace(" ", "+")
    return datetime.fromisoformat(local + zone.replace("Z", "+00:00")).astimezone(UTC)


def _end(day: date) -> datetime:
    midnight = datetime.combine(day + timedelta(days=1), time(), KYIV)
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def objection(asked: datetime, now: datetime, first: datetime | None) -> Sentence | None:
    """Why nothing can be said about this moment; the day that is not over yet may be asked about."""
    if asked > now and asked != _end(now.astimezone(KYIV).date()):
        return say("as_of_in_future")
    if first is None or asked < first:
        return say("as_of_too_early", since=(first or now).astimezone(KYIV).date())
    return None
