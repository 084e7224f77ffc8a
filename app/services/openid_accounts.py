"""From a person whom a provider knows to an account of ours, and from their groups to grants."""

from typing import Final, TypeVar
from uuid import UUID

import sqlalchemy as sa
import structlog
from pydantic_core import PydanticCustomError
from sqlmodel import col, select

from app.core.uow import UnitOfWork
from app.errors import AppError, Sentence, say
from app.models import Grant, Identity, Organization, Territory, User
from app.rules import openid as rules
from app.rules.emails import normalised
from app.rules.openid import Held, Person, Place
from app.schemas.factors import FactorNeeded
from app.services import accounts, messages, proofs
from app.services.factors import Means
from app.services.sign_in import Begin
from app.settings import GroupGrant, OpenId
from app.vocabulary import GrantSource, MessageKind, SignInMethod

StartedT = TypeVar("StartedT")

# Two first sign-ins of one person at the same moment wait for one another here.
ONE_BY_ONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"

# Made by somebody of ours, and without a password: so by an invitation.
WAS_INVITED: Final = """
SELECT EXISTS (
  SELECT FROM journal WHERE subject = 'users' AND subject_id = $1 AND row_table = 'users' AND operation = 'insert'
  AND actor_kind <> 'system' AND NOT after ? 'password_hash'
)
"""

log = structlog.get_logger("openid")


async def enter(uow: UnitOfWork, person: Person, config: OpenId) -> User:
    """The account of whoever came back, with the grants that their groups give today; or a refusal that says why."""
    if objection := rules.objection(person):
        raise _refused(objection)
    await uow.transaction.raw.execute(ONE_BY_ONE, f"{person.issuer} {person.subject}")
    # Before the account is locked, as everybody does who takes grants away.
    await uow.transaction.raw.execute(accounts.ONE_AT_A_TIME)
    user = await _known(uow, person) or await _newcomer(uow, person, config)
    if not user.is_active or user.archived_at is not None:
        raise _refused(say("account_switched_off"))
    await _follow_groups(uow, user, person, config)
    return user


def _refused(why: Sentence) -> AppError:
    return AppError("sign_in_refused", why)


async def _known(uow: UnitOfWork, person: Person) -> User | None:
    query = select(Identity).where(Identity.issuer == person.issuer, Identity.subject == person.subject)
    identity = (await uow.session.scalars(query)).one_or_none()
    return await uow.session.get(User, identity.user_id, with_for_update={"key_share": True}) if identity else None


async def _newcomer(uow: UnitOfWork, person: Person, config: OpenId) -> User:
    email = _email(person)
    query = select(User).where(sa.func.lower(col(User.email)) == email).with_for_update(key_share=True)
    user = (await uow.session.scalars(query)).one_or_none()
    if user is not None:
        await _require_linkable(uow, user, person)
        await messages.warn(uow, user, MessageKind.IDENTITY_LINKED, provider=config.label)
    elif config.creates_accounts:
        user = User(email=email, name=person.name, language=person.language)
        uow.add(user)
    else:
        raise _refused(say("no_account_yet"))
    await uow.flush()
    uow.add(Identity(user_id=user.id, issuer=person.issuer, subject=person.subject, created_at=uow.now))
    await uow.flush()
    return user


def _email(person: Person) -> str:
    try:
        return str(normalised(person.email))
    except PydanticCustomError as error:
        raise _refused(say("email_not_verified")) from error


async def _require_linkable(uow: UnitOfWork, user: User, person: Person) -> None:
    """An address changes hands: it opens no account that another of the provider's users has opened before."""
    query = select(Identity).where(Identity.user_id == user.id, Identity.issuer == person.issuer)
    if (await uow.session.scalars(query)).first() is not None:
        raise _refused(say("account_of_another"))
    if not user.is_active or user.archived_at is not None:
        raise _refused(say("account_switched_off"))
    if not await uow.transaction.raw.fetchval(WAS_INVITED, user.id):
        raise _refused(say("account_has_password"))


async def _follow_groups(uow: UnitOfWork, user: User, person: Person, config: OpenId) -> None:
    """Makes the grants that came from the provider equal to its groups; what a person of ours gave stays."""
    query = select(Grant).where(Grant.user_id == user.id, Grant.source == GrantSource.OPENID).order_by(col(Grant.id))
    held = {grant.id: grant for grant in (await uow.session.scalars(query.with_for_update())).all()}
    facts = [Held(one.id, Place(one.role, one.scope, one.organization_id, one.oblast_code), one.valid_to)
             for one in held.values()]  # fmt: skip
    found = rules.changes(facts, await _wanted(uow, person, config), uow.today)
    ended = await accounts.end_grants(uow, [held[id] for id in found.ended]) if found.ended else []
    rows = [place._asdict() | {"user_id": user.id, "valid_from": uow.today} for place in found.given]
    uow.add(*(Grant(**row, source=GrantSource.OPENID) for row in rows))
    await uow.flush()
    if len(ended) < len(found.ended):
        await uow.note("last_administrator_kept", "users", user.id)


async def _wanted(uow: UnitOfWork, person: Person, config: OpenId) -> list[Place]:
    """Groups without a line in the settings give nothing; neither does a place that is not in the database."""
    lines = [line for group, given in config.groups.items() if group in person.groups for line in given]
    found = [(line, await _place(uow, line)) for line in lines]
    for line in [line for line, place in found if place is None]:
        log.warning("a group is given a place that there is not", organization=line.organization, oblast=line.oblast)
    return [place for _, place in found if place is not None]


async def _place(uow: UnitOfWork, line: GroupGrant) -> Place | None:
    if line.organization is not None:
        id = await _organization(uow, line.organization)
        return Place(line.role, line.scope, organization_id=id) if id else None
    if line.oblast is not None and not await _is_oblast(uow, line.oblast):
        return None
    return Place(line.role, line.scope, oblast_code=line.oblast)


async def _organization(uow: UnitOfWork, name: str) -> UUID | None:
    """By KATOTTG, EDRPOU or id, as far as it is not archived."""
    named = sa.or_(
        col(Organization.katottg) == name,
        col(Organization.edrpou) == name,
        sa.cast(col(Organization.id), sa.Text) == name.lower(),
    )
    query = select(Organization.id).where(named, col(Organization.archived_at).is_(None))
    return (await uow.session.scalars(query)).first()


async def _is_oblast(uow: UnitOfWork, code: str) -> bool:
    query = select(Territory.id).where(Territory.code == code, Territory.oblast_code == code)
    return (await uow.session.scalars(query)).first() is not None


async def require_active(uow: UnitOfWork, user_id: UUID) -> User:
    """Who was let in a minute ago, unless the account was switched off meanwhile."""
    user = await uow.session.get(User, user_id, with_for_update={"key_share": True})
    if user is None or not user.is_active or user.archived_at is not None:
        raise _refused(say("account_switched_off"))
    return user


async def begin(uow: UnitOfWork, user: User, means: Means, start: Begin[StartedT]) -> StartedT | FactorNeeded:
    """Whoever has a second factor here gives it here, whatever the provider has asked for."""
    return await proofs.ask(uow, user, means) or await start(user, SignInMethod.OPENID)


async def remember(uow: UnitOfWork, error: AppError) -> None:
    reason = error.sentences[0].code if error.sentences else error.code
    await uow.note("sign_in_refused", "users", None, {"method": SignInMethod.OPENID, "reason": reason})
