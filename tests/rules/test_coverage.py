from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.coverage import Coverage, Overlap, Period, Span, ancestors, coverage, descendants
from app.vocabulary import AgreementKind as Kind

A, B, C, D = (UUID(int=number) for number in range(1, 5))
TODAY = date(2026, 11, 22)


def period(id: UUID, start: str, end: str | None, kind: Kind = Kind.CONTRACT, amends: UUID | None = None) -> Period:
    return Period(id, kind, date.fromisoformat(start), date.fromisoformat(end) if end else None, amends)


def span(start: str, end: str | None = None) -> Span:
    return Span(date.fromisoformat(start), date.fromisoformat(end) if end else None)


def test_nothing_signed_covers_nothing() -> None:
    assert coverage([], TODAY) == Coverage((), (), (), is_covered_today=False)


def test_the_day_after_the_last_day_leaves_no_gap() -> None:
    found = coverage([period(B, "2025-01-01", None), period(A, "2024-01-01", "2024-12-31")], TODAY)

    assert found == Coverage((span("2024-01-01"),), (), (), is_covered_today=True)


def test_a_gap_is_the_days_between_both_ends_included() -> None:
    found = coverage([period(A, "2024-01-01", "2024-12-30"), period(B, "2025-01-01", None)], TODAY)

    assert found.gaps == (span("2024-12-31", "2024-12-31"),)
    assert found.covered == (span("2024-01-01", "2024-12-30"), span("2025-01-01"))


def test_after_the_last_term_the_gap_stays_open() -> None:
    found = coverage([period(A, "2024-01-01", "2026-11-21")], TODAY)

    assert (found.gaps, found.is_covered_today) == ((span("2026-11-22"),), False)


def test_the_last_day_of_a_term_is_covered() -> None:
    found = coverage([period(A, "2024-01-01", "2026-11-22")], TODAY)

    assert (found.gaps, found.is_covered_today) == ((), True)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (period(B, "2024-12-31", None), (Overlap(A, B, date(2024, 12, 31), date(2024, 12, 31), is_same_kind=True),)),
        (period(B, "2025-01-01", None), ()),
        (period(B, "2024-06-01", None, amends=A), ()),
        (
            period(B, "2024-06-01", "2024-07-01", Kind.MEMORANDUM),
            (Overlap(A, B, date(2024, 6, 1), date(2024, 7, 1), is_same_kind=False),),
        ),
    ],
    ids=["the last day is shared", "one follows the other", "an amendment holds along with it", "of another kind"],
)
def test_two_documents_on_the_same_day_overlap(other: Period, expected: tuple[Overlap, ...]) -> None:
    assert coverage([other, period(A, "2024-01-01", "2024-12-31")], TODAY).overlaps == expected


def test_a_short_term_inside_a_long_one_does_not_shorten_it() -> None:
    found = coverage([period(A, "2024-01-01", None), period(B, "2024-02-01", "2024-03-01")], TODAY)

    assert found.covered == (span("2024-01-01"),)


def test_the_ends_of_the_calendar_are_days_as_well() -> None:
    found = coverage([period(A, "0001-01-01", "0001-01-01"), period(B, "0001-01-01", "9999-12-31")], TODAY)

    assert found.covered == (span("0001-01-01", "9999-12-31"),)


DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))


@given(st.lists(st.tuples(DAYS, DAYS), min_size=1, max_size=8))
def test_every_day_is_covered_exactly_when_some_document_holds(pairs: list[tuple[date, date]]) -> None:
    periods = [Period(UUID(int=i), Kind.CONTRACT, min(pair), max(pair)) for i, pair in enumerate(pairs)]
    found = coverage(periods, date(2026, 1, 1))

    for day in (
        date.fromordinal(number) for number in range(date(2026, 1, 1).toordinal(), date(2026, 3, 2).toordinal())
    ):
        holding = sum(one.start <= day <= one.end for one in periods if one.end)
        covering = sum(one.start <= day <= one.end for one in found.covered if one.end)
        missing = sum(one.start <= day and (one.end is None or day <= one.end) for one in found.gaps)
        shared = sum(one.start <= day <= one.end for one in found.overlaps if one.end)
        assert (covering, shared) == (min(holding, 1), holding * (holding - 1) // 2)
        assert not (covering and missing)


def test_a_chain_is_walked_in_both_directions() -> None:
    links = {A: None, B: A, C: B, D: A}

    assert (ancestors(C, links), descendants(A, links)) == ([B, A], [B, D, C])


def test_a_chain_that_bites_its_tail_still_ends() -> None:
    links: dict[UUID, UUID | None] = {A: C, B: A, C: B}

    assert (ancestors(A, links), descendants(A, links)) == ([C, B], [B, C])
