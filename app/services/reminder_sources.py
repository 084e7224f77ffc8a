"""The records that reminders are about: for each kind of day one statement that says what, when and whose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import orjson
from sqlmodel import SQLModel

from app.core.uow import Reader, UnitOfWork
from app.models import Activity, Agreement, Delegation, Letter, Organization, Partnership, Project, Task
from app.rules import agreements
from app.rules.reminders import Anchor
from app.vocabulary import (
    ActivityKind,
    AgreementKind,
    Audience,
    DatedThing,
    DelegationDirection,
    Obligation,
    OrganizationKind,
    ProjectKind,
    TaskKind,
    Term,
    VisitType,
)
from app.vocabulary.countries import codes

Asked = Reader | UnitOfWork


@dataclass(frozen=True)
class Occasion:
    """A record with the day its reminders are counted from, and who has to do with it."""

    thing: DatedThing
    subject: str
    subject_id: UUID
    number: str | None
    title: str
    anchor: Anchor
    people: Mapping[Audience, tuple[UUID, ...]]
    organizations: tuple[UUID, ...]

    @property
    def key(self) -> tuple[UUID, datetime]:
        return self.subject_id, self.anchor.local


@dataclass(frozen=True)
class Source:
    """Expressions over `t`, the table of the model. `anchor`: a date, or a local time in `zone`."""

    model: type[SQLModel]
    anchor: str
    live: str
    title: str = "t.title_uk"
    number: str = "t.number"
    joins: str = ""
    zone: str = "NULL"
    fold: str = "0"
    country: str = "NULL"
    coordinator: str = "NULL::uuid"
    owner: str = "NULL::uuid"
    organizations: str = "'{}'::uuid[]"
    participants: str = "'{}'::uuid[]"
    filters: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        return str(self.model.__tablename__)

    def statement(self, where: str) -> str:
        picked = "".join(
            f" AND ($1::jsonb -> '{name}' IS NULL OR {column} IN (SELECT jsonb_array_elements_text($1 -> '{name}')))"
            for name, (column, _) in self.filters.items()
        )
        return f"""
SELECT t.id, {self.number} AS number, {self.title} AS title, ({self.anchor})::timestamp AS anchor, {self.zone} AS zone,
       {self.fold} AS fold, {self.country} AS country, {self.coordinator} AS coordinator, {self.owner} AS owner,
       {self.organizations} AS organizations, {self.participants} AS participants
FROM {self.subject} t {self.joins}
WHERE $1::jsonb IS NOT NULL AND t.archived_at IS NULL AND {self.live} AND ({self.anchor}) IS NOT NULL{picked}
  AND {where}
"""  # noqa: S608 - only constants of ours are formatted in


def _terms(kind: type[Term]) -> frozenset[str]:
    return frozenset(each.value for each in kind)


# The sides that are still in a partnership `p`.
PARTIES: Final = (
    "ARRAY(SELECT pp.organization_id FROM partnership_parties pp WHERE pp.partnership_id = p.id"
    " AND (pp.left_on IS NULL OR pp.left_on > current_date))"
)
OF_AGREEMENT: Final[dict[str, Any]] = {
    "model": Agreement,
    "joins": "JOIN partnerships p ON p.id = t.partnership_id AND p.archived_at IS NULL",
    "country": "p.country",
    "coordinator": "p.coordinator_id",
    "organizations": PARTIES,
    "filters": {"kind": ("t.kind", _terms(AgreementKind)), "country": ("p.country", codes())},
}
IS_LIVE: Final = "t.status IN ({})".format(", ".join(f"'{each}'" for each in sorted(agreements.LIVE)))
OF_PARTNERSHIP: Final[dict[str, Any]] = {
    "model": Partnership,
    "joins": "JOIN partnerships p ON p.id = t.id",
    "country": "t.country",
    "coordinator": "t.coordinator_id",
    "organizations": PARTIES,
    "filters": {"country": ("t.country", codes())},
}


def _linked(table: str, id: str, what: str) -> str:
    """Of the partnerships that a record is about."""
    return f"(SELECT {what} FROM {table} l JOIN partnerships p ON p.id = l.partnership_id WHERE l.{id} = t.id)"  # noqa: S608 - constants of ours


def _of_linked(table: str, id: str, parties: str) -> dict[str, str]:
    sides = (
        f"ARRAY(SELECT pp.organization_id FROM {table} l JOIN partnership_parties pp USING (partnership_id)"  # noqa: S608 - constants of ours
        f" WHERE l.{id} = t.id AND (pp.left_on IS NULL OR pp.left_on > current_date) {parties})"
    )
    return {
        "country": _linked(table, id, "min(p.country)"),
        "coordinator": _linked(
            table, id, "(array_agg(p.coordinator_id) FILTER (WHERE p.coordinator_id IS NOT NULL))[1]"
        ),
        "organizations": sides,
    }


OF_ACTIVITY: Final[dict[str, Any]] = {
    "model": Activity,
    "number": "NULL",
    "title": "t.title",
    "owner": "t.owner_id",
    **_of_linked(
        "activity_partnerships", "activity_id", "UNION SELECT t.organization_id WHERE t.organization_id IS NOT NULL"
    ),
    "filters": {"kind": ("t.kind", _terms(ActivityKind))},
}
OF_DELEGATION: Final[dict[str, Any]] = {
    "model": Delegation,
    **_of_linked(
        "delegation_partnerships",
        "delegation_id",
        "UNION SELECT d.organization_id FROM delegation_parties d WHERE d.delegation_id = t.id",
    ),
    "filters": {
        "direction": ("t.direction", _terms(DelegationDirection)),
        "kind": ("t.kind", _terms(VisitType)),
    },
}
# Whose coordinator is asked about a task: that of the partnership which it, or what it is about, belongs to.
TASK_COORDINATOR: Final = """(
  SELECT p.coordinator_id FROM partnerships p WHERE p.id = CASE t.subject
    WHEN 'partnerships' THEN t.subject_id
    WHEN 'agreements' THEN (SELECT a.partnership_id FROM agreements a WHERE a.id = t.subject_id)
    WHEN 'letters' THEN (SELECT l.partnership_id FROM letters l WHERE l.id = t.subject_id)
    WHEN 'activities' THEN (SELECT min(l.partnership_id::text)::uuid FROM activity_partnerships l WHERE l.activity_id = t.subject_id)
    WHEN 'projects' THEN (SELECT min(l.partnership_id::text)::uuid FROM project_partnerships l WHERE l.project_id = t.subject_id)
    WHEN 'delegations' THEN (SELECT min(l.partnership_id::text)::uuid FROM delegation_partnerships l WHERE l.delegation_id = t.subject_id)
  END
)"""  # noqa: E501 - one case a line

T: Final = DatedThing
SOURCES: Final[Mapping[DatedThing, Source]] = MappingProxyType(
    {
        T.AGREEMENT_REVIEW: Source(
            anchor="t.review_due_on", live="t.status = 'under_review' AND t.decision IS NULL", **OF_AGREEMENT
        ),
        T.AGREEMENT_SIGNED: Source(
            anchor="t.signed_on",
            live=f"{IS_LIVE} AND t.requires_ministry_approval AND t.registered_on IS NULL",
            **OF_AGREEMENT,
        ),
        T.AGREEMENT_EXPIRY: Source(anchor="t.expires_on", live=IS_LIVE, **OF_AGREEMENT),
        T.AGREEMENT_NOTICE: Source(
            anchor="t.expires_on - t.notice_days",
            live=f"{IS_LIVE} AND t.prolongation = 'automatic' AND t.notice_days IS NOT NULL",
            **OF_AGREEMENT,
        ),
        T.PARTNERSHIP_CONTACT: Source(
            anchor="greatest(t.started_on, t.last_contact_on, (t.stage_entered_at AT TIME ZONE 'Europe/Kyiv')::date)",
            live="t.status = 'active'",
            **OF_PARTNERSHIP,
        ),
        T.PARTNERSHIP_NEXT_STEP: Source(anchor="t.next_step_on", live="t.status <> 'ended'", **OF_PARTNERSHIP),
        T.ORGANIZATION_PROFILE: Source(
            Organization,
            anchor="(t.updated_at AT TIME ZONE 'Europe/Kyiv')::date",
            live="t.country = 'UA' AND t.replaced_by_id IS NULL AND EXISTS (SELECT FROM auc_memberships m"
            " WHERE m.organization_id = t.id AND m.left_on IS NULL)",
            number="NULL",
            title="coalesce(t.name_uk, t.name_en)",
            organizations="ARRAY[t.id]",
            filters={"kind": ("t.kind", _terms(OrganizationKind))},
        ),
        T.LETTER_ANSWER: Source(
            Letter,
            anchor="t.answer_due_on",
            live="t.status = 'sent' AND t.direction = 'outgoing' AND t.answered_on IS NULL",
            title="t.subject",
            joins="LEFT JOIN partnerships p ON p.id = t.partnership_id"
            " LEFT JOIN organizations c ON c.id = t.correspondent_id",
            country="coalesce(c.country, p.country)",
            coordinator="p.coordinator_id",
            owner="t.owner_id",
            organizations="ARRAY[t.organization_id]",
        ),
        T.TASK_DUE: Source(
            Task,
            anchor="t.due_on + coalesce(t.due_time, time '00:00')",
            zone="CASE WHEN t.due_time IS NULL THEN NULL ELSE t.zone END",
            fold="t.due_fold",
            live="t.status = 'open'",
            number="NULL",
            title="t.title",
            coordinator=TASK_COORDINATOR,
            owner="t.owner_id",
            organizations="array_remove(ARRAY[t.organization_id], NULL)",
            filters={"kind": ("t.kind", _terms(TaskKind)), "obligation": ("t.obligation", _terms(Obligation))},
        ),
        T.ACTIVITY_START: Source(
            anchor="t.starts_local",
            zone="t.zone",
            fold="t.starts_fold",
            live="t.status = 'planned'",
            participants="ARRAY(SELECT a.user_id FROM activity_participants a"
            " WHERE a.activity_id = t.id AND a.answer = 'accepted' AND a.user_id IS NOT NULL)",
            **OF_ACTIVITY,
        ),
        T.ACTIVITY_NEXT_STEP: Source(anchor="t.next_step_on", live="t.status = 'held'", **OF_ACTIVITY),
        T.DELEGATION_START: Source(
            anchor="t.starts_on",
            live="t.status NOT IN ('in_progress', 'returned', 'reported', 'closed', 'postponed', 'cancelled')",
            **OF_DELEGATION,
        ),
        T.DELEGATION_END: Source(
            anchor="t.ends_on", live="t.status NOT IN ('reported', 'closed', 'postponed', 'cancelled')", **OF_DELEGATION
        ),
        T.PROJECT_END: Source(
            Project,
            anchor="t.ends_on",
            live="t.status IN ('contracted', 'implementing')",
            **_of_linked("project_partnerships", "project_id", ""),
            filters={"kind": ("t.kind", _terms(ProjectKind))},
        ),
    }
)

WITHIN: Final = "({0}) BETWEEN $2::timestamp AND $3::timestamp"
NAMED: Final = "t.id = ANY($2::uuid[])"


async def within(asker: Asked, thing: DatedThing, filters: Any, window: tuple[datetime, datetime]) -> list[Occasion]:
    """Of this kind, with the anchor in the window."""
    source = SOURCES[thing]
    rows = await asker.rows(source.statement(WITHIN.format(source.anchor)), [_picked(filters), *window])
    return [_occasion(thing, source, row) for row in rows]


async def named(asker: Asked, thing: DatedThing, filters: Any, ids: Sequence[UUID]) -> list[Occasion]:
    """Those of these records from which something still follows."""
    if not ids:
        return []
    source = SOURCES[thing]
    rows = await asker.rows(source.statement(NAMED), [_picked(filters), list(ids)])
    return [_occasion(thing, source, row) for row in rows]


def known_filters(thing: DatedThing) -> dict[str, frozenset[str] | None]:
    return {name: values for name, (_, values) in SOURCES[thing].filters.items()}


def _picked(filters: Any) -> str:
    return orjson.dumps(dict(filters or {})).decode()


def _occasion(thing: DatedThing, source: Source, row: Any) -> Occasion:
    people = {
        Audience.COORDINATOR: (row["coordinator"],) if row["coordinator"] else (),
        Audience.OWNER: (row["owner"],) if row["owner"] else (),
        Audience.PARTICIPANTS: tuple(row["participants"]),
    }
    anchor = Anchor(row["anchor"], row["zone"], row["fold"], row["country"])
    return Occasion(
        thing, source.subject, row["id"], row["number"], row["title"], anchor, people, tuple(row["organizations"])
    )
