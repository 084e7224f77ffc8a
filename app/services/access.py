"""What somebody may do and why, and what a change of grants would change."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import literal
from sqlmodel import SQLModel, col, select

from app.core import context
from app.core.actors import CLOSER, Actor, HeldGrant, Reach
from app.core.http import require_permission
from app.core.reading import prepare
from app.core.uow import Reader, UnitOfWork
from app.core.visibility import PUBLIC, READING, own, visible
from app.core.wording import words
from app.errors import FieldError, Sentence, invalid, not_found, say
from app.models import Grant, User
from app.rules import access as rules
from app.rules.permissions import GRANTS, Permission
from app.schemas.access import (
    Access,
    AccessChange,
    Allowed,
    AllowedBy,
    ChangeAsked,
    Decision,
    Difference,
    Explanation,
    Named,
    Place,
    Question,
    ResourceGiven,
    ResourceKind,
)
from app.schemas.accounts import GrantGiven
from app.services import accounts
from app.views.access import MODELS, NOW, SAMPLE, THEN, appearing
from app.vocabulary import FieldClass, ScopeKind

Told = tuple[Sentence, UUID | None]

PLACES = """
SELECT id::text, coalesce(name_uk, name_en) FROM organizations WHERE id = ANY($1)
UNION ALL SELECT code, name_uk FROM territories WHERE code = ANY($2)
"""


async def mine(reader: Reader) -> Access:
    """Everything the asker may do today, where, and by which grant."""
    actor, today = reader.actor, reader.today
    held = [grant for grant in actor.grants if grant.is_valid(today)]
    names = await _names(reader, held)
    permissions = sorted({permission for grant in held for permission in grant.permissions})
    shown = [each for each in CLOSER if any(actor.reach(p, today).seeing(each) for p in permissions)]
    return Access(
        on=today,
        classes=[FieldClass.PUBLIC, *shown] if held else [],
        permissions=[
            Allowed(permission=each, by=[_allowed_by(grant, names) for grant in held if each in grant.permissions])
            for each in permissions
        ],
    )


async def _names(asker: Reader | UnitOfWork, held: Iterable[HeldGrant]) -> dict[str, str]:
    organizations = [grant.organization_id for grant in held if grant.organization_id]
    oblasts = [grant.oblast_code for grant in held if grant.oblast_code]
    rows = await asker.rows(PLACES, [organizations, oblasts])
    return {row[0]: row[1] for row in rows}


def _place_name(grant: HeldGrant, names: dict[str, str]) -> str | None:
    return names.get(str(grant.organization_id or grant.oblast_code))


def _allowed_by(grant: HeldGrant, names: dict[str, str]) -> AllowedBy:
    place = Place(
        scope=grant.scope,
        organization_id=grant.organization_id,
        oblast_code=grant.oblast_code,
        name=_place_name(grant, names),
    )
    return AllowedBy(grant_id=grant.id, role=grant.role, place=place, valid_to=grant.valid_to)


async def explain(uow: UnitOfWork, question: Question) -> Explanation:
    """Which grant or rule decides. About others only those may ask who administer access."""
    user_id = question.user_id or uow.actor.id
    if user_id != uow.actor.id:
        require_permission(uow.actor, Permission.ACCESS_READ, uow.today)
    if question.resource and not rules.is_about(question.permission, question.resource.kind):
        raise invalid(FieldError("/resource/kind", say("other_kind", permission=question.permission.value)))
    user = await uow.session.get(User, user_id)
    if user is None:
        raise not_found()
    held = await _held(uow, user.id)
    allowed, told = await _decide(uow, user, held, question)
    language = context.language.get()
    decided = [Decision(code=said.code, detail=words(said, language), grant_id=grant) for said, grant in told]
    return Explanation(allowed=allowed, decided_by=decided)


async def _held(uow: UnitOfWork, user_id: UUID) -> list[HeldGrant]:
    rows = (await uow.session.scalars(select(Grant).where(Grant.user_id == user_id).order_by(col(Grant.id)))).all()
    return [_grant(row) for row in rows]


def _grant(row: Grant) -> HeldGrant:
    return HeldGrant(
        permissions=GRANTS[row.role],
        scope=row.scope,
        role=row.role,
        id=row.id,
        organization_id=row.organization_id,
        oblast_code=row.oblast_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


async def _decide(uow: UnitOfWork, user: User, held: list[HeldGrant], question: Question) -> tuple[bool, list[Told]]:
    if not user.is_active or user.archived_at:
        return False, [(say("account_is_off"), None)]
    wanted = question.permission
    giving = [grant for grant in held if wanted in grant.permissions]
    valid = [grant for grant in giving if grant.is_valid(uow.today)]
    if not valid:
        roles = say("no_role_gives_it", permission=wanted.value, roles=rules.givers(wanted))
        return False, [(roles, None), *((_not_today(grant, uow), grant.id) for grant in giving)]
    return await _decide_by(uow, valid, question)


def _not_today(grant: HeldGrant, uow: UnitOfWork) -> Sentence:
    if grant.valid_from > uow.today:
        return say("grant_not_yet", role=grant.role, day=grant.valid_from)
    return say("grant_over", role=grant.role, day=grant.valid_to)


async def _decide_by(uow: UnitOfWork, valid: list[HeldGrant], question: Question) -> tuple[bool, list[Told]]:
    names = await _names(uow, valid)
    scopes = {
        grant.id: _place_name(grant, names) or words(say("everywhere"), context.language.get()) for grant in valid
    }
    if question.resource is None:
        return True, [(say("grant_allows", role=g.role, scope=scopes[g.id]), g.id) for g in valid]
    reaching = [g for g in valid if await _reaches(uow, g, question.permission, question.resource)]
    if not reaching:
        others = [(say("grant_does_not_reach", role=g.role, scope=scopes[g.id]), g.id) for g in valid]
        is_seen = await _is_seen(uow, valid, question.resource)
        return False, [(say("record_of_others" if is_seen else "record_hidden"), None), *others]
    told: list[Told] = [(say("grant_allows", role=g.role, scope=scopes[g.id]), g.id) for g in reaching]
    model = MODELS[question.resource.kind]
    if model in PUBLIC and question.permission is READING[model]:
        told.append((say("public_facts", permission=question.permission.value), None))
    return True, told


async def _is_seen(uow: UnitOfWork, held: list[HeldGrant], resource: ResourceGiven) -> bool:
    reading = READING[MODELS[resource.kind]]
    readers = [grant for grant in held if reading in grant.permissions]
    return any([await _reaches(uow, grant, reading, resource) for grant in readers])


async def _reaches(uow: UnitOfWork, grant: HeldGrant, permission: Permission, resource: ResourceGiven) -> bool:
    """Whether this grant alone would let the person do it to this record."""
    model: type[SQLModel] = MODELS[resource.kind]
    reach = _alone(uow, grant, permission)
    condition = visible(model, reach) if permission is READING[model] else own(model, reach)
    id_column = col(model.id)  # type: ignore[attr-defined]  # every table has one
    query = select(literal(1)).select_from(model).where(id_column == resource.id, condition)
    return (await uow.session.execute(query.params(**reach.parameters()))).first() is not None


def _alone(uow: UnitOfWork, grant: HeldGrant, permission: Permission) -> Reach:
    return Actor(kind="user", name="", grants=(grant,)).reach(permission, uow.today)


async def preview(uow: UnitOfWork, asked: ChangeAsked) -> AccessChange:
    """What would appear and vanish for somebody; nothing is changed."""
    user = await uow.get(User, asked.user_id)
    await accounts.require_grantable(uow, asked.give, at="/give/{place}")
    held = await _held(uow, user.id)
    if unknown := [place for place, id in enumerate(asked.revoke) if id not in {grant.id for grant in held}]:
        raise invalid(*(FieldError(f"/revoke/{place}", say("unknown_reference")) for place in unknown))
    kept = [grant for grant in held if grant.id not in asked.revoke]
    now = Actor(kind="user", name="", grants=tuple(held))
    then = Actor(kind="user", name="", grants=(*kept, *(_given(uow, grant) for grant in asked.give)))
    before, after = _allowed(now, uow), _allowed(then, uow)
    return AccessChange(
        gained=sorted(after - before),
        lost=sorted(before - after),
        records=[await _difference(uow, kind, now, then) for kind in ResourceKind],
    )


def _given(uow: UnitOfWork, grant: GrantGiven) -> HeldGrant:
    return HeldGrant(
        permissions=GRANTS[grant.role],
        scope=ScopeKind(grant.scope),
        role=grant.role,
        organization_id=grant.organization_id,
        oblast_code=grant.oblast_code,
        valid_from=grant.valid_from or uow.today,
        valid_to=grant.valid_to,
    )


def _allowed(actor: Actor, uow: UnitOfWork) -> set[Permission]:
    return {permission for permission in Permission if actor.reach(permission, uow.today)}


async def _difference(uow: UnitOfWork, kind: ResourceKind, now: Actor, then: Actor) -> Difference:
    reading = READING[MODELS[kind]]
    before, after = now.reach(reading, uow.today), then.reach(reading, uow.today)
    appears, vanishes = await _found(uow, kind, before, after), await _found(uow, kind, after, before)
    return Difference(
        kind=kind,
        appears_count=len(appears),
        vanishes_count=len(vanishes),
        appears=appears[:SAMPLE],
        vanishes=vanishes[:SAMPLE],
    )


async def _found(uow: UnitOfWork, kind: ResourceKind, now: Reach, then: Reach) -> list[Named]:
    prepared = prepare(appearing(kind, now, then))
    values: dict[str, Any] = replace(now, classes=()).parameters(NOW) | replace(then, classes=()).parameters(THEN)
    rows = await uow.rows(prepared.text, prepared.arguments(values))
    return [Named(id=row[0], name=row[1]) for row in rows]
