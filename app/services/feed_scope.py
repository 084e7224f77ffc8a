"""What somebody may see changes, too: by a new grant, by a party that joins or leaves, by a day that has come.

Then other records appear or vanish of which no row has changed. The feed says so, or a copy would be wrong for ever.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final
from uuid import UUID

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as pg
from sqlmodel import SQLModel, col, select

from app.core.actors import Actor, Reach
from app.core.changes import Asked, Change, Part, Place
from app.core.reading import STATEMENTS
from app.core.visibility import READING, own
from app.models import Affiliation, Organization, Partnership, PartnershipParty

MODELS: Final = {str(model.__tablename__): model for model in READING}

# Rows that tie a record to an organization for a time: an update says the new end, not the organization.
DATED: Final[dict[str, type[SQLModel]]] = {"partnership_parties": PartnershipParty, "affiliations": Affiliation}
MOVING: Final = frozenset({"left_on", "organization_id"})

# Of what others hang on, whoever sees only a part must hear even when they did not ask for it.
TELLING: Final = frozenset({"partnerships", "organizations"})


def readable(actor: Actor, today: date) -> frozenset[str]:
    """The types of which the actor may read anything at all."""
    return frozenset(name for name, model in MODELS.items() if actor.reach(READING[model], today))


def fingerprint(actor: Actor, types: Iterable[str], today: date) -> str:
    """Another one as soon as the actor's reach is another one."""
    parts = [[name, _plain(actor.reach(READING[MODELS[name]], today))] for name in sorted(types)]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()[:16]


def _plain(reach: Reach) -> list[Any]:
    closer = [[str(name), _plain(each)] for name, each in reach.classes]
    return [reach.everything, sorted(map(str, reach.organizations)), sorted(reach.oblasts), closer]


def part_of_all(actor: Actor, types: Iterable[str], today: date) -> Reach | None:
    """All that the actor's partial reaches cover together; None for whoever sees everything of each type."""
    reaches = [actor.reach(READING[MODELS[name]], today) for name in types]
    parts = [reach for reach in reaches if reach and not reach.everything]
    if not parts:
        return None
    return Reach(
        organizations=_named(reach.organizations for reach in parts),
        oblasts=frozenset(oblast for reach in parts for oblast in reach.oblasts),
        today=today,
    )


async def concerned(asker: Asked, actor: Actor, today: date, changes: Sequence[Change]) -> set[Place]:
    """Those changes that tied their record to the actor or untied it: of no other may they hear that it is gone."""
    found: set[Place] = set()
    for subject in {change.subject for change in changes}:
        reach = actor.reach(READING[MODELS[subject]], today)
        if reach.everything:
            found.update(change.place for change in changes if change.subject == subject)
        elif reach and subject != "organizations":
            found |= await tied(asker, reach, [change for change in changes if change.subject == subject])
    return found


async def tied(asker: Asked, reach: Reach, changes: Sequence[Change]) -> set[Place]:
    """Those changes whose rows name an organization within reach, or a partnership of one."""
    organizations = await _organizations(asker, changes)
    partnerships = {change.place: _named(part.partnerships for part in change.parts) for change in changes}
    own_organizations = await _own(asker, Organization, reach, _named(organizations.values()))
    own_partnerships = await _own(asker, Partnership, reach, _named(partnerships.values()))
    return {
        change.place
        for change in changes
        if organizations[change.place] & own_organizations or partnerships[change.place] & own_partnerships
    }


def _named(groups: Iterable[Collection[UUID]]) -> frozenset[UUID]:
    return frozenset(id for group in groups for id in group)


async def _organizations(asker: Asked, changes: Sequence[Change]) -> dict[Place, frozenset[UUID]]:
    """The organizations that the rows of each change tie its record to; ends that were moved are looked up."""
    parts = [part for change in changes for part in change.parts]
    moved = await _organizations_of_rows(asker, parts)
    return {
        change.place: _named(part.organizations | moved.get(part.row_id, frozenset()) for part in change.parts)
        for change in changes
    }


async def _organizations_of_rows(asker: Asked, parts: Sequence[Part]) -> dict[UUID | None, frozenset[UUID]]:
    found: dict[UUID | None, frozenset[UUID]] = {}
    for table, model in DATED.items():
        moved = (part.row_id for part in parts if part.table == table and part.operation == "update")
        if ids := sorted({id for id in moved if id}):
            prepared = STATEMENTS.get(("feed rows", table), partial(_rows_statement, model))
            rows = await asker.rows(prepared.text, prepared.arguments({"ids": ids}))
            found |= {UUID(str(id)): frozenset({UUID(str(organization))}) for id, organization in rows}
    return found


def _rows_statement(model: Any) -> Any:
    return sa.select(col(model.id), col(model.organization_id)).where(col(model.id) == sa.any_(_ids()))


def _ids() -> Any:
    return sa.bindparam("ids", type_=pg.ARRAY(sa.Uuid()))


async def _own(asker: Asked, model: Any, reach: Reach, ids: Collection[UUID]) -> frozenset[UUID]:
    if not ids:
        return frozenset()
    prepared = STATEMENTS.get(
        ("feed own", model, reach.shape),
        lambda: select(col(model.id)).where(col(model.id) == sa.any_(_ids()), own(model, reach)),
    )
    rows = await asker.rows(prepared.text, prepared.arguments({"ids": sorted(ids)} | reach.parameters()))
    return frozenset(UUID(str(id)) for (id,) in rows)


async def moving(asker: Asked, reach: Reach, changes: Sequence[Change]) -> set[Place]:
    """Those changes after which whoever has this reach sees other records appear or vanish."""
    told = {change.place for change in changes if reach.oblasts and _moves_oblast(change)}
    return told | await tied(asker, reach, [found for change in changes if (found := _moved_parties(change))])


def _moves_oblast(change: Change) -> bool:
    return change.subject == "organizations" and any(
        part.table == "organizations" and part.operation == "update" and "oblast_code" in part.fields
        for part in change.parts
    )


def _moved_parties(change: Change) -> Change | None:
    """The change with nothing but who came and who left; on a partnership that is new nothing hangs yet."""
    if change.subject != "partnerships" or any(
        part.table == "partnerships" and part.operation == "insert" for part in change.parts
    ):
        return None
    moved = tuple(
        part
        for part in change.parts
        if part.table == "partnership_parties" and (part.operation != "update" or MOVING.intersection(part.fields))
    )
    return replace(change, parts=moved) if moved else None


async def turned(asker: Asked, reach: Reach, types: Collection[str], since: date, today: date) -> bool:
    """Whether a day has come on which a tie of these organizations ended, without anybody writing anything."""
    models: list[Any] = [PartnershipParty, *([Affiliation] if "people" in types else [])]
    values = {"since": since, "today": today} | reach.parameters()
    for model in models:
        prepared = STATEMENTS.get(("feed turned", model, reach.shape), partial(_turned_statement, model, reach))
        if await asker.rows(prepared.text, prepared.arguments(values)):
            return True
    return False


def _turned_statement(model: Any, reach: Reach) -> Any:
    """A party is there on the day it leaves; on the day a position ends it is over."""
    since, today = sa.bindparam("since", type_=sa.Date()), sa.bindparam("today", type_=sa.Date())
    if model is PartnershipParty:
        ended = sa.and_(col(PartnershipParty.left_on) >= since, col(PartnershipParty.left_on) < today)
    else:
        ended = sa.and_(col(Affiliation.ended_on) > since, col(Affiliation.ended_on) <= today)
    of_own = col(model.organization_id).in_(select(col(Organization.id)).where(own(Organization, reach)))
    return sa.select(col(model.id)).where(ended, of_own).limit(sa.literal_column("1"))
