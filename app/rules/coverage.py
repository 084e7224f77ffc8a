"""Which days a partnership's signed documents cover, where nothing holds, and where two of a kind hold at once.

Both ends of a period belong to it; a period without an end goes on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, pairwise
from uuid import UUID

from app.vocabulary import AgreementKind

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The days of a signed document; `amends` names the one that it changes and so holds along with."""

    id: UUID
    kind: AgreementKind
    start: date
    end: date | None = None
    amends: UUID | None = None


@dataclass(frozen=True)
class Span:
    start: date
    end: date | None = None


@dataclass(frozen=True)
class Overlap:
    """Two documents hold on the same days; two of the same kind deserve a look."""

    first: UUID
    second: UUID
    start: date
    end: date | None
    is_same_kind: bool


@dataclass(frozen=True)
class Coverage:
    """After the last covered day the gap has no end."""

    covered: tuple[Span, ...]
    gaps: tuple[Span, ...]
    overlaps: tuple[Overlap, ...]
    is_covered_today: bool


def coverage(periods: Sequence[Period], today: date) -> Coverage:
    ordered = sorted(periods, key=lambda period: (period.start, str(period.id)))
    covered = _joined(ordered)
    return Coverage(
        covered=tuple(covered),
        gaps=tuple(_gaps(covered, today)),
        overlaps=tuple(_overlaps(ordered)),
        is_covered_today=any(span.start <= today and (span.end is None or today <= span.end) for span in covered),
    )


def _joined(ordered: Sequence[Period]) -> list[Span]:
    """Periods that touch, the day after one another, are one span."""
    found: list[Span] = []
    for period in ordered:
        last = found[-1] if found else None
        if last and _touches(last, period.start):
            found[-1] = Span(last.start, _later(last.end, period.end))
        else:
            found.append(Span(period.start, period.end))
    return found


def _touches(span: Span, day: date) -> bool:
    return span.end is None or day <= span.end or day - DAY == span.end


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((end for end in (one, other) if end is not None), default=None)


def _gaps(covered: Sequence[Span], today: date) -> list[Span]:
    found = [Span(before.end + DAY, after.start - DAY) for before, after in pairwise(covered) if before.end is not None]
    last = covered[-1].end if covered else None
    return [*found, Span(last + DAY)] if last and last < today else found


def _overlaps(ordered: Sequence[Period]) -> list[Overlap]:
    return [
        Overlap(one.id, other.id, other.start, _earlier(one.end, other.end), one.kind is other.kind)
        for one, other in combinations(ordered, 2)
        if (one.end is None or other.start <= one.end) and other.amends != one.id and one.amends != other.id
    ]


def ancestors(id: UUID, links: Mapping[UUID, UUID | None]) -> list[UUID]:
    """The documents before this one, the nearest first; a loop ends where it closes."""
    found: list[UUID] = []
    before = links.get(id)
    while before is not None and before in links and before not in {id, *found}:
        found.append(before)
        before = links[before]
    return found


def descendants(id: UUID, links: Mapping[UUID, UUID | None]) -> list[UUID]:
    """The documents after this one, generation by generation, each in the order of `links`."""
    found: list[UUID] = []
    generation = [id]
    while generation:
        generation = [
            after for after, before in links.items() if before in generation and after != id and after not in found
        ]
        found += generation
    return found
