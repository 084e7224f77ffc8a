"""What a change of stored rows means for the record that people see: what happened to it, and in which fields."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, Protocol

from app.vocabulary import ChangeOperation

# The fields in which the rows of a part stand in the record; a part without one shows only in the version.
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "activity_participants": ("participants", "participant_count", "participant_organization_ids"),
    "activity_partnerships": ("partnership_ids",),
    "affiliations": ("affiliations",),
    "agreement_drafts": ("drafts",),
    "agreement_parties": ("parties",),
    "api_keys": ("keys",),
    "auc_memberships": ("auc_memberships",),
    "contact_points": ("contacts",),
    "delegation_parties": ("parties",),
    "delegation_partnerships": ("partnership_ids",),
    "document_versions": ("versions",),
    "grants": ("grants",),
    "organization_external_ids": ("external_ids",),
    "partnership_parties": ("parties",),
    "project_parties": ("parties",),
    "project_partnerships": ("partnership_ids",),
    "task_dependencies": ("waits_for", "is_waiting"),
    "task_items": ("items",),
}

# Fields that a record shows because of a column of another name.
FOLLOWS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("activities", "owner_id"): ("owner_name",),
    ("agreements", "partnership_id"): ("partnership_number",),
    ("agreements", "predecessor_id"): ("predecessor_number",),
    ("agreements", "status"): ("is_live",),
    ("integrations", "organization_id"): ("organization_name",),
    ("organizations", "oblast_code"): ("oblast_name_uk", "oblast_name_en"),
    ("organizations", "raion_code"): ("raion_name_uk",),
    ("partnerships", "coordinator_id"): ("coordinator_name",),
    ("people", "erased_at"): ("is_erased",),
    ("tasks", "due_on"): ("is_overdue",),
    ("tasks", "owner_id"): ("owner_name",),
    ("tasks", "status"): ("is_overdue", "is_waiting", "next_id"),
    ("users", "password_hash"): ("has_password",),
}


class Part(Protocol):
    """A row of the record or of one of its parts, as the journal tells of it."""

    @property
    def table(self) -> str: ...
    @property
    def operation(self) -> str: ...
    @property
    def fields(self) -> tuple[str, ...]: ...
    @property
    def is_archived(self) -> bool | None: ...


def fields(subject: str, parts: Iterable[Part], shown: Collection[str]) -> tuple[str, ...]:
    """The names of what changed, of those fields that are shown to the reader."""
    found: set[str] = set()
    for part in parts:
        if part.table != subject:
            found.update(PARTS.get(part.table, ()))
            continue
        for column in part.fields:
            found.update((column, *FOLLOWS.get((subject, column), ())))
    return tuple(sorted(found.intersection(shown)))


def operation(subject: str, parts: Sequence[Part]) -> ChangeOperation:
    """What happened to the record as a whole; the last word counts when it was archived and brought back at once."""
    own = [part for part in parts if part.table == subject]
    done = {part.operation for part in own}
    if "delete" in done:
        return ChangeOperation.DELETED
    if "insert" in done:
        return ChangeOperation.CREATED
    if any("erased_at" in part.fields for part in own):
        return ChangeOperation.ERASED
    moves = [part.is_archived for part in own if part.is_archived is not None]
    if not moves:
        return ChangeOperation.UPDATED
    return ChangeOperation.ARCHIVED if moves[-1] else ChangeOperation.RESTORED
