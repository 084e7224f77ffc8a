"""People who may sign in, made from the command line."""

from typing import NamedTuple

from app.settings import Settings
from app.trouble import Trouble


class Administrator(NamedTuple):
    """Told once, at the start that made it."""

    email: str
    password: str


def ensure_first_administrator(settings: Settings) -> Administrator | None:
    """The one that was generated; none when it was named in the settings or exists already."""
    del settings
    return None


def create_user(email: str, *, role: str) -> None:
    raise Trouble(uk=f"Створити {email} ({role}) ще не можна.", en=f"{email} ({role}) cannot be created yet.")
