from uuid import UUID

import pytest

from app.rules import events
from app.rules.events import Filter, Happened
from app.vocabulary import AgreementStatus, ChangeOperation, WebhookEventType

RECORD = UUID("01890000-0000-7000-8000-000000000001")
OTHER = UUID("01890000-0000-7000-8000-000000000002")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Happened("organizations", "created", frozenset({"name_en"})), ["organization.created"]),
        (Happened("partnerships", "created", frozenset({"stage", "status", "parties"})), ["partnership.created"]),
        (Happened("partnerships", "updated", frozenset()), ["partnership.updated"]),
        (
            Happened("partnerships", "updated", frozenset({"stage", "track", "description"})),
            ["partnership.updated", "partnership.stage_changed", "partnership.track_changed"],
        ),
        (
            Happened("partnerships", "archived", frozenset({"archived_at", "status"})),
            ["partnership.archived", "partnership.status_changed"],
        ),
        (
            Happened("agreements", "updated", frozenset({"status", "signed_on"}), AgreementStatus.SIGNED),
            ["agreement.updated", "agreement.status_changed", "agreement.signed"],
        ),
        # Whoever may not see the status is not told what it became, either.
        (Happened("agreements", "updated", frozenset({"signed_on"}), AgreementStatus.SIGNED), ["agreement.updated"]),
        (Happened("people", "erased", frozenset({"contacts"})), ["person.erased"]),
        (Happened("organizations", "gone", frozenset()), []),
        (Happened("users", "updated", frozenset({"name"})), []),
    ],
)
def test_a_change_is_told_as(change: Happened, expected: list[str]) -> None:
    assert events.told(change) == expected


def test_each_record_can_be_told_of_as_often_as_something_happens_to_it() -> None:
    """Nothing that can happen to a record's life is left without a name."""
    lives = {(each.resource, *each.operations) for each in events.TABLE if not each.fields}
    never = {ChangeOperation.GONE, ChangeOperation.DELETED, ChangeOperation.ERASED}

    ordinary = {(resource, operation) for resource in events.THINGS for operation in set(ChangeOperation) - never}
    assert lives == ordinary | {("people", ChangeOperation.ERASED)}


def test_no_event_is_without_its_occasion_and_none_has_two() -> None:
    assert sorted(each.event for each in events.TABLE) == sorted(events.JOURNALLED)
    assert set(events.SUBSCRIBABLE) | events.OURS == set(WebhookEventType)


@pytest.mark.parametrize(
    ("wanted", "is_told"),
    [
        (Filter(), True),
        (Filter(events=frozenset({"partnership.updated"})), True),
        (Filter(events=frozenset({"partnership.created"})), False),
        (Filter(records=frozenset({RECORD, OTHER})), True),
        (Filter(records=frozenset({OTHER})), False),
        (Filter(fields=frozenset({"stage", "title_uk"})), True),
        (Filter(fields=frozenset({"title_uk"})), False),
        (Filter(events=frozenset({"partnership.updated"}), records=frozenset({OTHER})), False),
    ],
)
def test_a_filter_leaves_out_what_was_not_asked_for(wanted: Filter, is_told: bool) -> None:
    assert wanted.wants("partnership.updated", RECORD, frozenset({"stage", "status"})) is is_told


def test_an_event_has_one_id_for_ever() -> None:
    name = events.name(1, 740, "partnerships", RECORD, "partnership.updated")

    assert name == UUID("8cb48318-4661-57ee-be14-a39f37715cf0")
    assert name not in {
        events.name(2, 740, "partnerships", RECORD, "partnership.updated"),
        events.name(1, 741, "partnerships", RECORD, "partnership.updated"),
        events.name(1, 740, "agreements", RECORD, "partnership.updated"),
        events.name(1, 740, "partnerships", OTHER, "partnership.updated"),
        events.name(1, 740, "partnerships", RECORD, "partnership.stage_changed"),
    }
