"""Accounts and what they may do: created and granted by administrators."""

from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from app.core import crud
from app.core.http import require_permission, require_version
from app.core.passwords import Passwords, weaknesses
from app.core.uow import UnitOfWork
from app.errors import FieldError, Sentence, invalid, not_found, refused, say
from app.models import Grant, Identity, Session, Territory, User
from app.rules import accounts as rules
from app.rules.permissions import Permission
from app.schemas.accounts import GrantGiven, UserCreate, UserFields
from app.schemas.base import Shape
from app.services import links, messages
from app.vocabulary import MessageKind, Role, ScopeKind

# Two administrators who switch each other off at the same moment wait for one another here.
ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('administrators', 0))"


async def create(uow: UnitOfWork, body: UserCreate, passwords: Passwords) -> User:
    """Without a password the person is invited, and chooses one."""
    if body.password is not None:
        require_strong(body.password, body.email)
    if body.grants:
        require_permission(uow.actor, Permission.GRANTS_WRITE, uow.today)
    await require_grantable(uow, body.grants, at="/grants/{place}")
    user = User(email=body.email, name=body.name, language=body.language)
    user.password_hash = await passwords.hash(body.password) if body.password is not None else None
    if body.id is not None:
        user.id = body.id
    uow.add(user)
    await uow.flush()
    uow.add(*(_granted(uow, user.id, grant) for grant in body.grants))
    await uow.flush()
    if user.password_hash is None:
        await messages.warn(uow, user, MessageKind.INVITATION)
    return user


async def invite(uow: UnitOfWork, id: UUID) -> None:
    """Once more: the link of the letter before stops working."""
    user = await uow.get(User, id, lock=True)
    if found := rules.invitation_objections(has_password=user.password_hash is not None, is_active=user.is_active):
        raise refused(*found)
    await messages.warn(uow, user, MessageKind.INVITATION)


def require_strong(password: str, email: str, at: str = "/password") -> None:
    if weak := weaknesses(password, email):
        raise invalid(*(FieldError(at, say(code)) for code in weak))


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> User:
    """Switching an account off ends its sessions and links in the same transaction."""
    await uow.transaction.raw.execute(ONE_AT_A_TIME)
    user = await uow.get(User, id, lock=True)
    crud.require_live(user)
    require_version(user, version)
    whole = crud.merged(UserFields, {"name": user.name, "language": user.language, "is_active": user.is_active}, body)
    if user.is_active and not whole.is_active:
        held = await _administering(uow)
        _require_another(held, [one for one in held if one.user_id != id])
    crud.apply(user, whole.model_dump())
    if not user.is_active:
        await end_sessions(uow, id, because="account switched off")
        await links.end_all(uow, id)
    await uow.flush()
    return user


async def grant(uow: UnitOfWork, id: UUID, body: GrantGiven) -> User:
    user = await uow.get(User, id, lock=True)
    crud.require_live(user)
    await require_grantable(uow, [body])
    uow.add(_granted(uow, id, body))
    await uow.flush()
    return user


async def revoke(uow: UnitOfWork, id: UUID, grant_id: UUID, reason: str) -> User:
    """The grant ends today and stays as history; one that has not held a day yet goes. The next request knows it."""
    await uow.transaction.raw.execute(ONE_AT_A_TIME)
    user = await uow.get(User, id, lock=True)
    await uow.because(reason)
    found = await uow.session.get(Grant, grant_id)
    if found is None or found.user_id != id:
        raise not_found()
    held = await _administering(uow)
    _require_another(held, [one for one in held if one.id != grant_id])
    await _end(uow, found)
    await uow.flush()
    return user


async def end_grants(uow: UnitOfWork, gone: list[Grant]) -> list[Grant]:
    """Those that were ended: of the grants that make active administrators the last one stays."""
    await uow.transaction.raw.execute(ONE_AT_A_TIME)
    administering = {one.id for one in await _administering(uow)}
    ended = []
    for grant in gone:
        left = administering - {grant.id}
        if rules.removal_objections(len(administering), len(left)):
            continue
        administering = left
        await _end(uow, grant)
        ended.append(grant)
    await uow.flush()
    return ended


async def _end(uow: UnitOfWork, grant: Grant) -> None:
    if grant.valid_from >= uow.today:
        await uow.session.delete(grant)
    elif grant.valid_to is None or grant.valid_to > uow.today:
        grant.valid_to = uow.today


async def end_sessions(uow: UnitOfWork, user_id: UUID, *, because: str, sparing: UUID | None = None) -> None:
    query = select(Session).where(col(Session.user_id) == user_id, col(Session.ended_at).is_(None))
    for session in (await uow.session.scalars(query.where(col(Session.id).is_distinct_from(sparing)))).all():
        session.ended_at, session.ended_because = uow.now, because


async def _administering(uow: UnitOfWork) -> list[Grant]:
    """What keeps the house administered: grants without an end over all of it, of accounts that can be entered."""
    can_enter = sa.or_(col(User.password_hash).is_not(None), col(User.id).in_(select(col(Identity.user_id))))
    query = select(Grant).join(User, col(User.id) == col(Grant.user_id))
    query = query.where(col(User.is_active), col(User.archived_at).is_(None), can_enter)
    query = query.where(Grant.role == Role.ADMINISTRATOR, Grant.scope == ScopeKind.ASSOCIATION)
    query = query.where(Grant.valid_from <= uow.today, col(Grant.valid_to).is_(None))
    return list((await uow.session.scalars(query)).all())


async def administrator_objections(uow: UnitOfWork, user_id: UUID) -> list[Sentence]:
    """Why this account cannot go: somebody who can grant must be left."""
    await uow.transaction.raw.execute(ONE_AT_A_TIME)
    held = await _administering(uow)
    return rules.removal_objections(len(held), len([one for one in held if one.user_id != user_id]))


def _require_another(before: list[Grant], after: list[Grant]) -> None:
    if found := rules.removal_objections(len(before), len(after)):
        raise refused(*found)


async def require_grantable(uow: UnitOfWork, grants: list[GrantGiven], at: str = "") -> None:
    """A role where it makes sense, in an oblast that there is."""
    wanted = {grant.oblast_code for grant in grants if grant.oblast_code}
    # An oblast is the territory that lies in itself.
    is_oblast = sa.and_(col(Territory.code).in_(wanted), col(Territory.code) == col(Territory.oblast_code))
    known = set((await uow.session.scalars(select(Territory.code).where(is_oblast))).all()) if wanted else set()
    found: list[tuple[int, str, Sentence | None]] = []
    for place, grant in enumerate(grants):
        found.append((place, "scope", rules.scope_objection(grant.role, grant.scope)))
        if grant.oblast_code and grant.oblast_code not in known:
            found.append((place, "oblast_code", say("unknown_code", value=grant.oblast_code)))
    errors = [FieldError(f"{at}/{name}".format(place=place), wrong) for place, name, wrong in found if wrong]
    if errors:
        raise invalid(*errors)


def _granted(uow: UnitOfWork, user_id: UUID, grant: GrantGiven) -> Grant:
    values: dict[str, Any] = grant.model_dump() | {"user_id": user_id}
    values["valid_from"] = grant.valid_from or uow.today
    return Grant(**values)


async def ensure_first_administrator(
    uow: UnitOfWork, passwords: Passwords, *, email: str, password: str, is_generated: bool
) -> bool:
    """True when nobody administers: the account at this address does from now on, and is made when there is none."""
    if await _administering(uow):
        return False
    if not is_generated:
        require_strong(password, email)
    query = select(User).where(sa.func.lower(col(User.email)) == email.lower())
    user = (await uow.session.scalars(query)).one_or_none() or User(email=email, name="Адміністратор")
    user.is_active, user.archived_at = True, None
    user.password_hash = await passwords.hash(password)
    uow.add(user)
    await uow.flush()
    uow.add(Grant(user_id=user.id, role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION, valid_from=uow.today))
    await uow.flush()
    return True
