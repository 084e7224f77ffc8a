"""What every line of code may know about the request it works for."""

from contextvars import ContextVar
from typing import Final, Literal

Language = Literal["uk", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("uk", "en")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
language: ContextVar[Language] = ContextVar("language", default="uk")
