"""People who may sign in, made from the command line."""

import contextlib
import secrets
from collections.abc import Iterator
from typing import Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
import typer
from pydantic_core import PydanticCustomError
from sqlmodel import col, select

from app.commands.attached import attached
from app.commands.work import run, unit
from app.core.passwords import Passwords
from app.core.uow import UnitOfWork
from app.models import Organization, Territory
from app.rules import codifier
from app.rules.emails import normalised
from app.schemas.accounts import GrantGiven, UserCreate
from app.services import accounts
from app.settings import Settings
from app.trouble import Trouble, told
from app.vocabulary import Role, ScopeKind

FIRST_ADDRESS: Final = "admin@pobratym.example"
# Neither vowels nor look-alikes: no words come about, and the whole can be read aloud.
LETTERS: Final = "bcdfghjkmnpqrstvwxz23456789"
OF_THE_ASSOCIATION: Final = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST, Role.AUDITOR})


class Administrator(NamedTuple):
    """Told once, at the start that made it."""

    email: str
    password: str


class Place(NamedTuple):
    """Where a role holds, as a person names it at the terminal."""

    oblast: str | None = None
    organization: str | None = None


ANYWHERE: Final = Place()


def ensure_first_administrator(settings: Settings) -> Administrator | None:
    """The one that was generated; none when it was named in the settings or exists already."""
    given = settings.admin.password
    found = Administrator(_address(settings), given.get_secret_value() if given else password())
    is_new = run(_ensure_first(settings, found, is_generated=given is None))
    return found if is_new and given is None else None


def create_user(
    email: str, *, role: str, name: str | None = None, place: Place = ANYWHERE, ask_password: bool = False
) -> None:
    wanted = _role(role, place)
    chosen = _asked() if ask_password else password()
    with attached() as found:
        run(_create(found.settings, (email, name or email.partition("@")[0], chosen), wanted, place))
    lines = [told(uk=f"Створено: {email}, {wanted.uk}.", en=f"Created: {email}, {wanted.en}.")]
    if not ask_password:
        lines.append(told(uk=f"Пароль (показано лише зараз): {chosen}", en=f"Password (shown only now): {chosen}"))
    typer.echo("\n".join(lines))


def password() -> str:
    """Twenty letters of 27: 95 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(4))


@contextlib.contextmanager
def hashing() -> Iterator[Passwords]:
    passwords = Passwords()
    try:
        yield passwords
    finally:
        passwords.close()


def _address(settings: Settings) -> str:
    try:
        return str(normalised(settings.admin.email or FIRST_ADDRESS))
    except PydanticCustomError as error:
        raise Trouble(
            uk="POBRATYM_ADMIN__EMAIL не схоже на адресу електронної пошти.",
            en="POBRATYM_ADMIN__EMAIL does not look like an e-mail address.",
        ) from error


def _role(role: str, place: Place) -> Role:
    if role not in set(Role):
        known = ", ".join(Role)
        raise Trouble(uk=f"Ролі {role} немає; є {known}.", en=f"There is no role {role}; there are {known}.")
    wanted = Role(role)
    if wanted not in OF_THE_ASSOCIATION and place == ANYWHERE:
        raise Trouble(
            uk=f"Для ролі «{wanted.uk}» вкажіть --organization або --oblast.",
            en=f"The role “{wanted.en}” needs --organization or --oblast.",
        )
    if place.oblast and place.organization:
        raise Trouble(
            uk="Вкажіть або --organization, або --oblast.", en="Give either --organization or --oblast, not both."
        )
    return wanted


def _asked() -> str:
    answer: str = typer.prompt(told(uk="Пароль", en="Password"), hide_input=True, confirmation_prompt=True)
    return answer


async def _ensure_first(settings: Settings, first: Administrator, *, is_generated: bool) -> bool:
    with hashing() as passwords:
        async with unit(settings, "ensure_first_administrator") as uow:
            return await accounts.ensure_first_administrator(
                uow, passwords, email=first.email, password=first.password, is_generated=is_generated
            )


async def _create(settings: Settings, person: tuple[str, str, str], role: Role, place: Place) -> None:
    email, name, chosen = person
    with hashing() as passwords:
        async with unit(settings, "create_user") as uow:
            grant = await _grant(uow, role, place)
            await accounts.create(uow, UserCreate(email=email, name=name, password=chosen, grants=[grant]), passwords)


async def _grant(uow: UnitOfWork, role: Role, place: Place) -> GrantGiven:
    if place.organization:
        id = await _organization(uow, place.organization)
        return GrantGiven(role=role, scope=ScopeKind.ORGANIZATION, organization_id=id)
    if place.oblast:
        return GrantGiven(role=role, scope=ScopeKind.OBLAST, oblast_code=await _oblast(uow, place.oblast))
    return GrantGiven(role=role, scope=ScopeKind.ASSOCIATION)


async def _organization(uow: UnitOfWork, written: str) -> UUID:
    """By its id or by one of the Ukrainian codes."""
    by_code = sa.or_(col(Organization.katottg) == written, col(Organization.edrpou) == written)
    with contextlib.suppress(ValueError):
        by_code = col(Organization.id) == UUID(written)
    query = select(col(Organization.id)).where(by_code, col(Organization.archived_at).is_(None))
    found = (await uow.session.scalars(query)).one_or_none()
    if found is None:
        raise Trouble(
            uk=f"Організації {written} немає: потрібен її id, код КАТОТТГ або ЄДРПОУ.",
            en=f"There is no organization {written}: its id, KATOTTG or EDRPOU code is needed.",
        )
    return found


async def _oblast(uow: UnitOfWork, written: str) -> str:
    """By its code or its name."""
    query = select(col(Territory.code)).where(
        col(Territory.category) != codifier.RAION,
        sa.or_(col(Territory.code) == written, col(Territory.name_uk) == written),
    )
    found = (await uow.session.scalars(query)).one_or_none()
    if found is None:
        raise Trouble(
            uk=f"Області {written} немає: потрібен її код КАТОТТГ або назва, як-от «Сумська».",
            en=f"There is no oblast {written}: its KATOTTG code or Ukrainian name is needed.",
        )
    return found
