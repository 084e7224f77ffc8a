"""Every setting, once: environment variables named POBRATYM_…, nested with two underscores."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.settings.groups import (
    Admin,
    Database,
    Feed,
    Files,
    Frontend,
    GroupGrant,
    Http,
    Inbox,
    Journal,
    Limits,
    Links,
    Log,
    Mail,
    OpenId,
    Passkeys,
    Redis,
    Reminders,
    SignIn,
    Tokens,
    Vault,
    Webhooks,
)
from app.settings.spellings import KEY_BYTES, MASTER, MasterSecret, plain_dsn, vault_pairs
from app.trouble import Trouble

__all__ = [
    "KEY_BYTES",
    "MASTER",
    "ROOT",
    "Admin",
    "Database",
    "Feed",
    "Files",
    "Frontend",
    "GroupGrant",
    "Http",
    "Inbox",
    "Journal",
    "Limits",
    "Links",
    "Log",
    "Mail",
    "OpenId",
    "Passkeys",
    "Redis",
    "Reminders",
    "Settings",
    "SignIn",
    "Tokens",
    "Vault",
    "Webhooks",
    "known_names",
    "load",
    "misspelt",
    "plain_dsn",
    "vault_pairs",
]

PREFIX: Final = "POBRATYM_"
ROOT: Final = Path(__file__).resolve().parent.parent.parent

# Read by the launchers before there are any settings, or by one process about another.
SWITCHES: Final = frozenset(
    PREFIX + name for name in ("VENV", "INSTALLER", "PG_BIN", "PG_OS_USER", "VALKEY_BIN", "LIFELINE", "SOCKET")
)


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", validate_default=True
    )

    database: Database = Database()
    redis: Redis = Redis()
    http: Http = Http()
    admin: Admin = Admin()
    tokens: Tokens = Tokens()
    sign_in: SignIn = SignIn()
    openid: OpenId = OpenId()
    passkeys: Passkeys = Passkeys()
    mail: Mail = Mail()
    inbox: Inbox = Inbox()
    frontend: Frontend = Frontend()
    links: Links = Links()
    vault: Vault = Vault()
    files: Files = Files()
    limits: Limits = Limits()
    reminders: Reminders = Reminders()
    webhooks: Webhooks = Webhooks()
    feed: Feed = Feed()
    journal: Journal = Journal()
    log: Log = Log()
    state: Path = ROOT / ".pobratym"
    secret: MasterSecret | None = None

    @model_validator(mode="after")
    def _needs_a_secret_of_its_own(self) -> Self:
        if self.database.url and not self.secret:
            raise ValueError("POBRATYM_SECRET is required with POBRATYM_DATABASE__URL")
        return self


def known_names() -> list[str]:
    return sorted({*_names(Settings, PREFIX), *SWITCHES})


def _names(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"{prefix}{name.upper()}"
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _names(field.annotation, f"{prefix}{name.upper()}__")


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Each unknown POBRATYM_… name, with the known one it resembles most."""
    known = known_names()
    unknown = [name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known]
    return {name: difflib.get_close_matches(name.upper(), known, n=1, cutoff=0)[0] for name in unknown}


def load(environment: Mapping[str, str] = os.environ) -> Settings:
    for name, nearest in misspelt(environment).items():
        raise Trouble(
            uk=f"Налаштування {name} невідоме. Можливо, мали на увазі {nearest}?",
            en=f"There is no setting {name}. Did you mean {nearest}?",
        )
    try:
        return Settings()
    except ValidationError as error:
        raise _unusable(error) from None


def _unusable(error: ValidationError) -> Trouble:
    """The value stays out of the sentence: it may be a password."""
    first = error.errors(include_input=False, include_url=False)[0]
    name = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
    reason = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return Trouble(
            uk="Разом із POBRATYM_DATABASE__URL потрібно задати POBRATYM_SECRET.",
            en=f"{reason}.",
        )
    return Trouble(uk=f"Налаштування {name} непридатне: {reason}.", en=f"The setting {name} is not usable: {reason}.")
