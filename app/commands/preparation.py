"""What a database needs before the first visitor: tables, reference data, an administrator."""

from app.commands import accounts
from app.commands.work import run, unit
from app.core import migrate
from app.services.imports import katottg
from app.settings import Settings


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
    del settings
