"""Every setting, once: environment variables named POBRATYM_…, nested with two underscores."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.trouble import Trouble
from app.vocabulary import Role

PREFIX: Final = "POBRATYM_"
ROOT: Final = Path(__file__).resolve().parent.parent
APP_ROLE: Final = "pobratym_app"

# Read by the launchers before there are any settings, or by one process about another.
SWITCHES: Final = frozenset(
    PREFIX + name for name in ("VENV", "INSTALLER", "PG_BIN", "PG_OS_USER", "VALKEY_BIN", "LIFELINE", "SOCKET")
)

# Hints for libpq that asyncpg does not know; it would send them to the server, which refuses them.
LIBPQ_ONLY: Final = frozenset(
    {
        "channel_binding",
        "connect_timeout",
        "gssencmode",
        "keepalives",
        "keepalives_idle",
        "prepared_statement_cache_size",
    }
)


def plain_dsn(url: str) -> str:
    """What asyncpg itself understands, from the spellings that hosting providers and SQLAlchemy use."""
    parts = urlsplit(url)
    scheme = parts.scheme.partition("+")[0]
    if scheme not in {"postgres", "postgresql"}:
        raise ValueError("a PostgreSQL address begins with postgresql://")
    query = [("sslmode" if key == "ssl" else key, value) for key, value in parse_qsl(parts.query)]
    kept = [(key, value) for key, value in query if key not in LIBPQ_ONLY]
    return urlunsplit(("postgresql", parts.netloc, parts.path, urlencode(kept, quote_via=quote, safe="/"), ""))


def with_parameter(dsn: str, name: str, value: str) -> str:
    """What asyncpg does not know itself it sends as a start-up parameter of the session."""
    parts = urlsplit(dsn)
    query = [*parse_qsl(parts.query), (name, value)]
    return urlunsplit(parts._replace(query=urlencode(query, quote_via=quote, safe="/")))


Dsn = Annotated[str, AfterValidator(plain_dsn)]
Port = Annotated[int, Field(ge=0, le=65535)]
Positive = Annotated[int, Field(gt=0)]


class Group(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Database(Group):
    """`url` signs in as the owner, for migrations; `app_url` as the application, for everything else."""

    url: Dsn | None = None
    app_url: Dsn | None = None
    pool_size: Positive = 10

    @property
    def owner_dsn(self) -> str:
        if self.url is None:
            raise Trouble(
                uk="Не вказано бази даних: задайте POBRATYM_DATABASE__URL.",
                en="No database is named: set POBRATYM_DATABASE__URL.",
            )
        return self.url

    @property
    def app_dsn(self) -> str:
        return self.app_url or with_parameter(self.owner_dsn, "role", APP_ROLE)


class Redis(Group):
    url: str | None = None

    @property
    def dsn(self) -> str:
        if self.url is None:
            raise Trouble(
                uk="Не вказано Redis: задайте POBRATYM_REDIS__URL.",
                en="No Redis is named: set POBRATYM_REDIS__URL.",
            )
        return self.url


class Http(Group):
    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str | None = None
    max_body_bytes: Positive = 1_048_576
    max_queue: Positive = 200

    @property
    def address(self) -> str:
        """Where people and machines reach the API from outside; the base of every absolute link."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


class Admin(Group):
    email: str | None = None
    password: SecretStr | None = None


class Tokens(Group):
    access_minutes: Positive = 10
    refresh_days: Positive = 30


class SignIn(Group):
    """`factor_roles` need a second factor; a proof of who one is counts for `proof_minutes`."""

    factor_roles: frozenset[Role] = frozenset({Role.ADMINISTRATOR})
    proof_minutes: Positive = 10


class Log(Group):
    format: Literal["json", "console"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"


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
    log: Log = Log()
    state: Path = ROOT / ".pobratym"
    secret: SecretStr | None = None

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
