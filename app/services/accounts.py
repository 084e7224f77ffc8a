"""Accounts and what they may do: created and granted by administrators."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from app.core import crud
from app.core.http import require_version
from app.core.passwords import Passwords, weaknesses
from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, not_found, say
from app.models import Grant, Session, User
from app.schemas.accounts import GrantGiven, UserCreate, UserFields
from app.schemas.base import Shape
from app.vocabulary import Role, ScopeKind


async def create(uow: UnitOfWork, body: UserCreate, passwords: Passwords) -> User:
    if weak := weaknesses(body.password, body.email):
        raise AppError("invalid", errors=[FieldError("/password", say(code)) for code in weak])
    user = User(email=body.email, name=body.name, language=body.language)
    user.password_hash = await passwords.hash(body.password)
    if body.id is not None:
        user.id = body.id
    uow.add(user)
    await uow.flush()
    uow.add(*(_granted(uow, user.id, grant) for grant in body.grants))
    await uow.flush()
    return user


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> User:
    """Switching an account off ends its sessions in the same transaction."""
    user = await uow.get(User, id, lock=True)
    require_version(user, version)
    whole = crud.merged(UserFields, {"name": user.name, "language": user.language, "is_active": user.is_active}, body)
    crud.apply(user, whole.model_dump())
    if not user.is_active:
        await end_sessions(uow, id, because="account switched off")
    await uow.flush()
    return user


async def grant(uow: UnitOfWork, id: UUID, body: GrantGiven) -> User:
    user = await uow.get(User, id, lock=True)
    uow.add(_granted(uow, id, body))
    await uow.flush()
    return user


async def revoke(uow: UnitOfWork, id: UUID, grant_id: UUID, reason: str) -> User:
    """The grant ends today; it stays as history. The session query sees it on the next request."""
    user = await uow.get(User, id, lock=True)
    await uow.because(reason)
    found = await uow.session.get(Grant, grant_id)
    if found is None or found.user_id != id:
        raise not_found()
    await uow.session.delete(found)
    await uow.flush()
    return user


async def end_sessions(uow: UnitOfWork, user_id: UUID, *, because: str) -> None:
    query = select(Session).where(col(Session.user_id) == user_id, col(Session.ended_at).is_(None))
    for session in (await uow.session.scalars(query)).all():
        session.ended_at, session.ended_because = uow.now, because


def _granted(uow: UnitOfWork, user_id: UUID, grant: GrantGiven) -> Grant:
    values: dict[str, Any] = grant.model_dump() | {"user_id": user_id}
    values["valid_from"] = grant.valid_from or uow.today
    return Grant(**values)


async def ensure_first_administrator(
    uow: UnitOfWork, passwords: Passwords, *, email: str, password: str, is_generated: bool
) -> bool:
    """True when the account was made now; an existing administrator is left alone."""
    held = select(func.count()).select_from(Grant).where(col(Grant.role) == Role.ADMINISTRATOR)
    if await uow.session.scalar(held):
        return False
    if not is_generated and (weak := weaknesses(password, email)):
        raise AppError("invalid", errors=[FieldError("/password", say(code)) for code in weak])
    user = User(email=email, name="Адміністратор")
    user.password_hash = await passwords.hash(password)
    uow.add(user)
    await uow.flush()
    uow.add(Grant(user_id=user.id, role=Role.ADMINISTRATOR, scope=ScopeKind.ASSOCIATION, valid_from=uow.today))
    await uow.flush()
    return True
