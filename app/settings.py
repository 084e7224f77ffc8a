"""Every setting, once: environment variables named POBRATYM_…, nested with two underscores."""

import base64
import binascii
import difflib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.trouble import Trouble
from app.vocabulary import Role, ScopeKind

PREFIX: Final = "POBRATYM_"
ROOT: Final = Path(__file__).resolve().parent.parent
APP_ROLE: Final = "pobratym_app"

# The vault's key that is made of the secret; the others are named in the settings.
MASTER: Final = "master"
KEY_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
KEY_BYTES: Final = 32

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


def _mail_url(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("a mail server's address begins with smtp:// or smtps://")
    return url


def vault_pairs(text: str) -> list[tuple[str, bytes]]:
    """The names and the bytes of the vault's keys, in their order."""
    pairs = [pair.strip().partition(":") for pair in text.split(",")]
    found = [(name, _key_bytes(key)) for name, _, key in pairs]
    names = [name for name, _ in found]
    if len(set(names)) < len(names) or not all(KEY_NAME.fullmatch(name) and name != MASTER for name in names):
        raise ValueError("each key has a name of its own: small letters, digits, - and _, and not master")
    return found


def _key_bytes(text: str) -> bytes:
    try:
        found = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        found = b""
    if len(found) != KEY_BYTES:
        raise ValueError(f"each key is written as name:key, the key being {KEY_BYTES} bytes in base64")
    return found


def _vault_keys(keys: SecretStr) -> SecretStr:
    vault_pairs(keys.get_secret_value())
    return keys


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"https", "http"} or not parts.hostname or text != f"{parts.scheme}://{parts.netloc}":
        raise ValueError("an origin is written as https://crm.example.org, without a path")
    return text.lower()


def _network(text: str) -> str:
    try:
        ip_network(text)
    except ValueError:
        raise ValueError("a proxy is written as an address or a network: 10.0.0.7, 10.0.0.0/24") from None
    return text


def _issuer(url: str) -> str:
    parts = urlsplit(url)
    schemes = {"https", "http"} if parts.hostname in {"localhost", "127.0.0.1", "::1"} else {"https"}
    if not parts.hostname or parts.scheme not in schemes or parts.query or parts.fragment:
        raise ValueError("a provider's address begins with https://, or with http:// on this very machine")
    return url


Dsn = Annotated[str, AfterValidator(plain_dsn)]
Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
VaultKeys = Annotated[SecretStr, AfterValidator(_vault_keys)]
MailUrl = Annotated[SecretStr, AfterValidator(_mail_url)]
Sender = Annotated[str, Field(pattern=r"^[^<>\r\n]+ <[^<>@\s]+@[^<>@\s]+>$")]
PageUrl = Annotated[str, Field(pattern=r"^https?://[^{}\s]+\{token\}[^{}\s]*$")]
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
    """`origins` are pages on other hosts that may use the API from a browser.

    Behind `trusted_proxies` (addresses or networks) a client's own address is what the proxy says it is.
    """

    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str | None = None
    origins: tuple[Origin, ...] = ()
    trusted_proxies: tuple[Network, ...] = ("127.0.0.1", "::1")
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
    """A session ends after `refresh_days`, an administrator's after `administrator_hours`, and sooner when it idles.

    A new signing key is published `key_ahead_minutes` before it signs, and signs for `key_days`.
    """

    access_minutes: Positive = 10
    refresh_days: Positive = 30
    administrator_hours: Positive = 12
    idle_days: Positive = 14
    browser_idle_hours: Positive = 12
    reuse_grace_seconds: Annotated[int, Field(ge=0, le=60)] = 10
    key_ahead_minutes: Positive = 60
    key_days: Positive = 90


class SignIn(Group):
    """`factor_roles` need a second factor; a proof of who one is counts for `proof_minutes`."""

    factor_roles: frozenset[Role] = frozenset({Role.ADMINISTRATOR})
    proof_minutes: Positive = 10


class Passkeys(Group):
    """Without `rp_id` and `origins` passkeys belong to the host of `http.public_url`, and are used on its pages.

    Changing `rp_id` later makes every passkey useless.
    """

    rp_id: Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*$", max_length=253)] | None = None
    rp_name: Annotated[str, Field(min_length=1, max_length=100)] = "Побратим"
    origins: tuple[Origin, ...] = ()


class GroupGrant(Group):
    """`organization` is a KATOTTG, an EDRPOU or an id; `oblast` is a code of the codifier."""

    role: Role
    scope: ScopeKind
    organization: str | None = None
    oblast: str | None = None

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        places = {ScopeKind.ORGANIZATION: self.organization, ScopeKind.OBLAST: self.oblast}
        if any((self.scope is scope) != (place is not None) for scope, place in places.items()):
            raise ValueError("a grant names the organization or the oblast that its scope asks for, and nothing else")
        if self.role is Role.ADMINISTRATOR and self.scope is not ScopeKind.ASSOCIATION:
            raise ValueError("an administrator acts for the whole association")
        return self


class OpenId(Group):
    """Sign-in through an outside provider, on when it has an `issuer`. `groups`: JSON, a group's name to its grants."""

    issuer: Annotated[str, AfterValidator(_issuer)] | None = None
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    label: Annotated[str, Field(min_length=1, max_length=100)] = "OpenID"
    scopes: Annotated[str, Field(pattern=r"^(.* )?openid( .*)?$")] = "openid email profile"
    groups_claim: str = "groups"
    groups: dict[str, tuple[GroupGrant, ...]] = {}
    creates_accounts: bool = False
    trusted_email: bool = False
    app_urls: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.issuer and not (self.client_id and self.client_secret.get_secret_value()):
            raise ValueError("with an issuer go a client_id and a client_secret")
        return self


class Mail(Group):
    """`smtps://` begins with TLS; `smtp://` turns to it, but on this very machine or with `?tls=off`.

    Without `url` letters become files in the state folder.
    """

    url: MailUrl | None = None
    sender: Sender = "Pobratym <pobratym@localhost>"


class Frontend(Group):
    """Pages that links in letters lead to; without one there is a page of our own."""

    invitation_url: PageUrl | None = None
    password_reset_url: PageUrl | None = None
    email_change_url: PageUrl | None = None


class Links(Group):
    """How long a link in a letter can be used."""

    invitation_days: Positive = 7
    password_reset_minutes: Positive = 30
    email_change_hours: Positive = 24


class Vault(Group):
    """`keys`: `name:key,name:key`, each key 32 bytes in base64. The first seals, all of them open."""

    keys: VaultKeys | None = None

    @property
    def pairs(self) -> list[tuple[str, bytes]]:
        return vault_pairs(self.keys.get_secret_value()) if self.keys else []


class Limits(Group):
    """Requests in a minute of each principal, by what they do; before signing in, of each address.

    `processes`: how many of them share one Valkey. While it is away, each lets through its part.
    """

    is_on: bool = True
    read: Positive = 600
    write: Positive = 120
    bulk: Positive = 20
    sign_in: Positive = 20
    anonymous: Positive = 300
    processes: Positive = 1

    def quota(self, lane: str) -> int:
        found: int = getattr(self, lane)
        return found


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
    openid: OpenId = OpenId()
    passkeys: Passkeys = Passkeys()
    mail: Mail = Mail()
    frontend: Frontend = Frontend()
    links: Links = Links()
    vault: Vault = Vault()
    limits: Limits = Limits()
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
