"""What a change of stored rows means for the record that people see."""

import pytest

from app.core.changes import Part
from app.rules.changed_fields import FOLLOWS, PARTS, fields, operation
from app.services.feed_entries import MADE_BY_TRIGGERS, VIEWS
from app.vocabulary import ChangeOperation

SHOWN = {"title_uk", "stage", "parties", "coordinator_id", "coordinator_name"}


def part(table: str, operation: str, *fields: str, is_archived: bool | None = None) -> Part:
    return Part(table, operation, None, fields, is_archived=is_archived)


MADE = part("partnerships", "insert", "title_uk")
EDITED = part("partnerships", "update", "title_uk")
TOUCHED = part("partnerships", "touch")
ARCHIVED = part("partnerships", "update", "archived_at", is_archived=True)
RESTORED = part("partnerships", "update", "archived_at", is_archived=False)
ERASED = part("people", "update", "archived_at", "erased_at", is_archived=True)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([EDITED], ("title_uk",)),
        ([part("partnership_parties", "delete", "role", "organization_id"), TOUCHED], ("parties",)),
        ([part("partnership_stages", "insert", "stage"), part("partnerships", "update", "stage")], ("stage",)),
        ([part("partnerships", "update", "coordinator_id", "title_fold")], ("coordinator_id", "coordinator_name")),
        ([part("partnerships", "update", "next_step")], ()),
    ],
)
def test_fields_are_named_as_the_record_names_them_and_only_those_that_are_shown(
    parts: list[Part], expected: tuple[str, ...]
) -> None:
    assert fields("partnerships", parts, SHOWN) == expected


@pytest.mark.parametrize(
    ("subject", "parts", "expected"),
    [
        ("partnerships", [MADE, EDITED], ChangeOperation.CREATED),
        ("partnerships", [EDITED], ChangeOperation.UPDATED),
        ("partnerships", [TOUCHED], ChangeOperation.UPDATED),
        ("partnerships", [EDITED, ARCHIVED], ChangeOperation.ARCHIVED),
        ("partnerships", [ARCHIVED, RESTORED], ChangeOperation.RESTORED),
        ("partnerships", [EDITED, part("partnerships", "delete")], ChangeOperation.DELETED),
        ("people", [part("contact_points", "delete"), ERASED], ChangeOperation.ERASED),
    ],
)
def test_what_happened_to_the_record(subject: str, parts: list[Part], expected: ChangeOperation) -> None:
    assert operation(subject, parts) is expected


@pytest.mark.parametrize("subject", sorted(VIEWS))
def test_every_field_of_a_record_can_be_told_of(subject: str) -> None:
    """A field that no column, no part and no other column's change brings up would change in silence."""
    view = VIEWS[subject]
    columns = set(view.model.__table__.columns.keys())  # type: ignore[attr-defined]  # every table has one
    following = {name for (table, _), names in FOLLOWS.items() if table == subject for name in names}
    of_parts = {
        field
        for first, *more in PARTS.values()
        if first in view.children or first in {"partnership_ids", "waits_for"}
        for field in (first, *more)
    }

    silent = view.read.model_fields.keys() - columns - following - of_parts - MADE_BY_TRIGGERS - {"redacted"}
    assert sorted(silent) == []
