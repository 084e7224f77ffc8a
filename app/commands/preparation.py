"""What a database needs before the first visitor: tables, reference data, an administrator."""

from collections.abc import Sequence

from app.commands import accounts
from app.commands.work import run, unit
from app.core import migrate
from app.services import demo
from app.services.demo import SignIn
from app.services.imports import katottg
from app.settings import Settings
from app.trouble import told


def prepare(settings: Settings, *, demo: bool) -> accounts.Administrator | None:
    migrate.upgrade(settings)
    load_reference_data(settings)
    administrator = accounts.ensure_first_administrator(settings)
    if demo:
        load_samples(settings)
    return administrator


def load_reference_data(settings: Settings) -> None:
    """The hromadas of the official register; a second run changes nothing."""
    run(_load_register(settings))


async def _load_register(settings: Settings) -> None:
    async with unit(settings, "load_reference_data") as uow:
        await katottg.load_shipped(uow)


def load_samples(settings: Settings) -> None:
    """A small, believable set to look around in; a second run changes nothing."""
    sign_ins = run(_load_demo(settings))
    if sign_ins:
        print(introduced(sign_ins), flush=True)  # noqa: T201 - it speaks to a terminal


def introduced(sign_ins: Sequence[SignIn]) -> str:
    heading = told(
        uk="Зразкові дані вигадані. Увійти можна так (паролі показано лише зараз):",
        en="The sample data is invented. Sign in as (passwords are shown only now):",
    )
    lines = [f"  {each.email:<32} {each.password}   {told(uk=each.role.uk, en=each.role.en)}" for each in sign_ins]
    return "\n".join([heading, *lines])


async def _load_demo(settings: Settings) -> list[SignIn]:
    with accounts.hashing() as passwords:
        async with unit(settings, "load_samples") as uow:
            return await demo.load(uow, passwords, [accounts.password() for _ in range(3)])
