from dataclasses import replace
from datetime import date

import pytest

from app.errors import Sentence, say
from app.rules.delegations import FORWARD, WITH_REASON, Facts, objections
from app.vocabulary import DelegationDirection
from app.vocabulary import DelegationStatus as S

TODAY, TOMORROW, YESTERDAY = date(2026, 6, 2), date(2026, 6, 3), date(2026, 6, 1)
TO_POLAND = Facts(S.DRAFT, DelegationDirection.OUTGOING, has_country=True, starts_on=TOMORROW, today=TODAY)


@pytest.mark.parametrize(
    ("changed", "to", "reason", "expected"),
    [
        ({}, S.PLANNED, None, []),
        ({"has_country": False}, S.PLANNED, None, [say("delegation_country_needed")]),
        ({"has_country": False, "direction": DelegationDirection.ONLINE}, S.PLANNED, None, []),
        ({"status": S.READY}, S.IN_PROGRESS, None, [say("delegation_not_begun", on=TOMORROW)]),
        ({"status": S.READY, "starts_on": TODAY}, S.IN_PROGRESS, None, []),
        ({"status": S.READY}, S.LIST_FROZEN, None, []),
        ({"status": S.LIST_FROZEN}, S.INVITING, None, [say("delegation_reason_needed", to=S.INVITING)]),
        ({"status": S.INVITING}, S.CANCELLED, "Захворіли", []),
        ({"status": S.POSTPONED}, S.PLANNED, None, []),
        (
            {"status": S.POSTPONED, "starts_on": YESTERDAY},
            S.PLANNED,
            None,
            [say("delegation_new_dates_needed", on=YESTERDAY)],
        ),
        (
            {"status": S.RETURNED},
            S.CANCELLED,
            "Пізно",
            [say("delegation_move", status=S.RETURNED, possible=(S.REPORTED,))],
        ),
        ({"status": S.CLOSED}, S.REPORTED, "Помилка", [say("delegation_is_over", status=S.CLOSED)]),
    ],
)
def test_a_delegation_moves_by_the_table(
    changed: dict[str, object], to: S, reason: str | None, expected: list[Sentence]
) -> None:
    assert objections(replace(TO_POLAND, **changed), to, reason) == expected


@pytest.mark.parametrize("status", list(S))
def test_no_status_leads_twice_to_another_or_to_itself(status: S) -> None:
    possible = FORWARD[status] + WITH_REASON[status]

    assert status not in possible
    assert len(set(possible)) == len(possible)
