"""Taking back one's own last edit: the record as it was before is written by the ordinary edit, with all its rules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, get_args
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError
from sqlmodel import SQLModel

from app.core import as_of
from app.core.history import HELD
from app.core.http import require_version
from app.core.problems import from_validation
from app.core.reading import View
from app.core.uow import UnitOfWork, legal_day
from app.errors import refused, say
from app.models import Agreement, Delegation, Organization, Partnership, Person, Project
from app.rules import undo as rules
from app.rules.undo import Last
from app.schemas.agreements import AgreementPatch
from app.schemas.base import Shape
from app.schemas.delegations import DelegationPatch
from app.schemas.organizations import OrganizationPatch
from app.schemas.partnerships import PartnershipPatch
from app.schemas.people import PersonPatch
from app.schemas.projects import ProjectPatch
from app.services import agreements, delegations, organizations, partnerships, people, projects
from app.views.agreements import VIEW as AGREEMENT_VIEW
from app.views.delegations import VIEW as DELEGATION_VIEW
from app.views.organizations import VIEW as ORGANIZATION_VIEW
from app.views.partnerships import VIEW as PARTNERSHIP_VIEW
from app.views.people import VIEW as PERSON_VIEW
from app.views.projects import VIEW as PROJECT_VIEW

Edit = Callable[[UnitOfWork, UUID, Shape, int], Awaitable[Any]]

LAST: Final = f"""
WITH own AS (SELECT * FROM journal WHERE subject = $1 AND subject_id = $2 AND operation <> 'note'),
last AS (SELECT epoch, xid, at FROM own ORDER BY id DESC LIMIT 1),
unit AS (
  SELECT min(j.id) AS first, min(j.verb) AS verb, min(j.actor_kind) AS actor_kind, min(j.actor_id::text) AS actor_id,
         min(coalesce(nullif(j.actor_name, ''), u.name, '')) AS who, min(j.at) AS at,
         bool_or(coalesce(journal_opened(j.before, held.before)::text LIKE '%{{"erased": true}}%', false)) AS is_erased
  FROM own j JOIN last USING (epoch, xid, at) LEFT JOIN users u ON u.id = j.actor_id {HELD}
)
SELECT unit.*, EXISTS (
  SELECT FROM own, last WHERE own.id > unit.first AND (own.epoch, own.xid, own.at) <> (last.epoch, last.xid, last.at)
) AS is_mixed
FROM unit WHERE unit.first IS NOT NULL
"""  # noqa: S608 - the only thing formatted in is a constant of ours


@dataclass(frozen=True)
class Way:
    """How records of one kind are read and edited."""

    name: str
    model: type[SQLModel]
    view: View
    patch: type[Shape]
    edit: Edit

    @property
    def edits(self) -> frozenset[str]:
        return frozenset({f"edit_{self.name}", f"undo_{self.name}"})


ORGANIZATION: Final = Way("organization", Organization, ORGANIZATION_VIEW, OrganizationPatch, organizations.edit)
PERSON: Final = Way("person", Person, PERSON_VIEW, PersonPatch, people.edit)
PARTNERSHIP: Final = Way("partnership", Partnership, PARTNERSHIP_VIEW, PartnershipPatch, partnerships.edit)
AGREEMENT: Final = Way("agreement", Agreement, AGREEMENT_VIEW, AgreementPatch, agreements.edit)
PROJECT: Final = Way("project", Project, PROJECT_VIEW, ProjectPatch, projects.edit)
DELEGATION: Final = Way("delegation", Delegation, DELEGATION_VIEW, DelegationPatch, delegations.edit)


async def undo(uow: UnitOfWork, way: Way, id: UUID, version: int, reason: str | None) -> None:
    """Refused when somebody else has touched the record since, and when what was done last was no edit."""
    row = await uow.get(way.model, id, lock=True)
    require_version(row, version)
    first, last = await _last(uow, way.model, id)
    if found := rules.objection(last, way.edits):
        raise refused(found)
    now, then = await as_of.around_entry(uow, way.view, id, first)
    changed = _changed(way.patch, orjson.loads(now), orjson.loads(then))
    if not changed:
        raise refused(say("undo_nothing"))
    if reason and "reason" in way.patch.model_fields:
        changed["reason"] = reason
    await uow.because(reason)
    await way.edit(uow, id, _body(way.patch, changed), version)


async def _last(uow: UnitOfWork, model: type[SQLModel], id: UUID) -> tuple[int, Last]:
    [row] = await uow.rows(LAST, [str(model.__tablename__), id])
    is_own = (row["actor_kind"], row["actor_id"]) == (uow.actor.kind, str(uow.actor.id))
    return row["first"], Last(
        verb=row["verb"],
        who=row["who"],
        on=legal_day(row["at"]),
        is_own=is_own,
        is_mixed=row["is_mixed"],
        is_erased=row["is_erased"],
    )


def _changed(patch: type[BaseModel], now: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """A merge patch with the fields that can be edited and were other before."""
    was, is_now = _trimmed(patch, then), _trimmed(patch, now)
    found: dict[str, Any] = rules.towards(is_now, was)
    return found


def _trimmed(kind: Any, value: Any) -> Any:
    """What an answer shows, without what a request could not say."""
    model = _model(kind)
    if model is None or value is None:
        return value
    if isinstance(value, list):
        return [_trimmed(model, each) for each in value]
    fields = model.model_fields
    return {name: _trimmed(fields[name].annotation, each) for name, each in value.items() if name in fields}


def _model(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for each in get_args(kind) if (found := _model(each))), None)


def _body(patch: type[Shape], changed: dict[str, Any]) -> Shape:
    """What was allowed once may be refused today, like any other edit."""
    try:
        return patch.model_validate(changed)
    except ValidationError as error:
        raise from_validation([e | {"loc": ("body", *e["loc"])} for e in error.errors(include_input=False)]) from error
