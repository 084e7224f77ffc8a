"""Which events a change is: one table, from which other systems are told and the catalogue is written."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from app.vocabulary import ActivityStatus, AgreementStatus, LetterStatus, TaskStatus, WebhookEventType

E = WebhookEventType

# The table of the records, and what an event calls one of them.
THINGS: Final[Mapping[str, str]] = {
    "organizations": "organization",
    "people": "person",
    "partnerships": "partnership",
    "agreements": "agreement",
    "projects": "project",
    "delegations": "delegation",
    "activities": "activity",
    "tasks": "task",
    "letters": "letter",
    "documents": "document",
}
# Of these, exactly one is told of each change.
LIFE: Final = ("created", "updated", "archived", "restored", "erased")
# These are sent to one address alone and to nobody who asked for others.
OURS: Final = frozenset({E.WEBHOOK_CHALLENGE, E.WEBHOOK_PING})
# Told by whoever does it, in its own transaction: no record changes with it.
BESIDE: Final[Mapping[str, str]] = {
    E.REMINDER_TOLD: "When a rule that tells other systems reminded somebody; only about records it may read.",
}
SUBSCRIBABLE: Final = tuple(event for event in E if event not in OURS)
JOURNALLED: Final = tuple(event for event in SUBSCRIBABLE if event not in BESIDE)

# Two events of one change have names of their own; the same event has the same name whoever tells it, and when.
NAMES: Final = UUID("6f1d1f0e-6f0b-5d0a-9c53-0d3b7d2c8a41")


@dataclass(frozen=True)
class Happened:
    """What is known of a change: the record's table, what was done to it, which fields, and the status it now has."""

    resource: str
    operation: str
    fields: frozenset[str]
    status: str | None = None


@dataclass(frozen=True)
class Occasion:
    """When an event is sent: after these operations on these records, and if any of these fields changed."""

    event: WebhookEventType
    resource: str
    operations: tuple[str, ...]
    fields: tuple[str, ...] = ()
    status: str | None = None

    def fits(self, change: Happened) -> bool:
        return (
            self.resource == change.resource
            and change.operation in self.operations
            and (not self.fields or not change.fields.isdisjoint(self.fields))
            and self.status in {None, change.status}
        )


def _lives() -> Iterable[Occasion]:
    """Whatever is said in the vocabulary of a record's life, whichever records have it."""
    for resource, thing in THINGS.items():
        for operation in LIFE:
            if (code := f"{thing}.{operation}") in set(E):
                yield Occasion(E(code), resource, (operation,))


def _particular(event: WebhookEventType, resource: str, *fields: str, status: str | None = None) -> Occasion:
    """What is told beside the event of the record's life. A new record has no field that changed."""
    return Occasion(event, resource, ("updated", "archived", "restored"), fields, status)


TABLE: Final[tuple[Occasion, ...]] = (
    *_lives(),
    _particular(E.PARTNERSHIP_STAGE_CHANGED, "partnerships", "stage"),
    _particular(E.PARTNERSHIP_TRACK_CHANGED, "partnerships", "track"),
    _particular(E.PARTNERSHIP_STATUS_CHANGED, "partnerships", "status"),
    _particular(E.PARTNERSHIP_PARTIES_CHANGED, "partnerships", "parties"),
    _particular(E.PARTNERSHIP_COORDINATOR_CHANGED, "partnerships", "coordinator_id"),
    _particular(E.AGREEMENT_STATUS_CHANGED, "agreements", "status"),
    _particular(E.AGREEMENT_SIGNED, "agreements", "status", status=AgreementStatus.SIGNED),
    _particular(E.AGREEMENT_REGISTERED, "agreements", "registered_on"),
    _particular(E.AGREEMENT_ENTERED_INTO_FORCE, "agreements", "status", status=AgreementStatus.IN_FORCE),
    _particular(E.AGREEMENT_EXPIRED, "agreements", "status", status=AgreementStatus.EXPIRED),
    _particular(E.AGREEMENT_TERMINATED, "agreements", "status", status=AgreementStatus.TERMINATED),
    _particular(E.PROJECT_STATUS_CHANGED, "projects", "status"),
    _particular(E.DELEGATION_STATUS_CHANGED, "delegations", "status"),
    _particular(E.ACTIVITY_HELD, "activities", "status", status=ActivityStatus.HELD),
    _particular(E.ACTIVITY_CANCELLED, "activities", "status", status=ActivityStatus.CANCELLED),
    _particular(E.TASK_DONE, "tasks", "status", status=TaskStatus.DONE),
    _particular(E.LETTER_SENT, "letters", "status", status=LetterStatus.SENT),
    _particular(E.LETTER_ANSWERED, "letters", "status", status=LetterStatus.ANSWERED),
)


@dataclass(frozen=True)
class Filter:
    """What somebody asked to be told of; what is empty leaves nothing out."""

    events: frozenset[str] = frozenset()
    records: frozenset[UUID] = frozenset()
    fields: frozenset[str] = frozenset()

    def wants(self, event: str, record: UUID, fields: frozenset[str]) -> bool:
        return (
            (not self.events or event in self.events)
            and (not self.records or record in self.records)
            and (not self.fields or not self.fields.isdisjoint(fields))
        )


OCCASIONS: Final[Mapping[str, Occasion]] = {occasion.event: occasion for occasion in TABLE}


def told(change: Happened) -> list[WebhookEventType]:
    """The event of the record's life first, then the particular ones."""
    return [occasion.event for occasion in TABLE if occasion.fits(change)]


def name(epoch: int, transaction: int, resource: str, record: UUID, event: str) -> UUID:
    """The id of this event, the same however often it is worked out."""
    return uuid5(NAMES, f"{epoch}/{transaction}/{resource}/{record}/{event}")
