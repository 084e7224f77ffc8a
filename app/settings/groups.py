"""The settings by what they are about, with their defaults."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress, SecretStr, model_validator

from app.settings.spellings import (
    Dsn,
    InboxUrl,
    Issuer,
    MailUrl,
    Network,
    Origin,
    PageUrl,
    Port,
    Positive,
    PublicSealKey,
    RecordUrl,
    SealKey,
    Sender,
    VaultKeys,
    vault_pairs,
    with_parameter,
)
from app.trouble import Trouble
from app.vocabulary import Role, ScopeKind

APP_ROLE: Final = "pobratym_app"


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
    Without `metrics_token` measurements are shown on this very machine only.
    """

    host: str = "127.0.0.1"
    port: Port = 8000
    public_url: str | None = None
    origins: tuple[Origin, ...] = ()
    trusted_proxies: tuple[Network, ...] = ("127.0.0.1", "::1")
    max_body_bytes: Positive = 1_048_576
    max_queue: Positive = 200
    metrics_token: Annotated[SecretStr, Field(min_length=20)] | None = None

    @property
    def address(self) -> str:
        """Where people and machines reach the API from outside; the base of every absolute link."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")


class Files(Group):
    """How large a file may be and how much an organization may keep; `clamd` is the `host:port` of a virus scanner.

    With a `bucket` files are kept there: in Amazon S3, or in what speaks like it at `endpoint`. `prefix` is a folder
    within it. Without a bucket they are kept in the state folder.
    """

    max_bytes: Positive = 52_428_800
    quota_bytes: Positive = 5_368_709_120
    link_minutes: Positive = 15
    clamd: Annotated[str, Field(pattern=r"^[^\s:/]+:\d{1,5}$")] | None = None
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")] | None = None
    endpoint: Annotated[str, Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*)?$")] | None = None
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")] = "us-east-1"
    prefix: Annotated[str, Field(pattern=r"^\w[\w.-]*(/\w[\w.-]*)*$")] | None = None
    access_key_id: str = ""
    secret_access_key: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = (self.bucket, self.access_key_id, self.secret_access_key)
        if any((*needed, self.endpoint, self.prefix)) and not all(needed):
            raise Trouble(
                uk="Щоб зберігати файли у S3, потрібно задати разом POBRATYM_FILES__BUCKET, "
                "POBRATYM_FILES__ACCESS_KEY_ID і POBRATYM_FILES__SECRET_ACCESS_KEY.",
                en="To keep files in S3, POBRATYM_FILES__BUCKET, POBRATYM_FILES__ACCESS_KEY_ID and "
                "POBRATYM_FILES__SECRET_ACCESS_KEY are all needed.",
            )
        return self


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

    factor_roles: frozenset[Role] = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR})
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

    issuer: Issuer | None = None
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


class Inbox(Group):
    """A mailbox in which answers to invitations and letters that came back are looked for; without `url` there is none.

    `imaps://user:password@host/folder`, with TLS; `imap://` on this very machine only. `address` is where calendars
    answer to, by default the sender of letters. With `is_tagged` each invitation has an address of its own
    (`calendar+…@host`), and only an answer to that one counts; the mail server must know such addresses.
    """

    url: InboxUrl | None = None
    address: Annotated[str, Field(pattern=r"^[^\s<>@+]+@[^\s<>@]+$", max_length=200)] | None = None
    is_tagged: bool = True
    max_bytes: Positive = 262_144


class Frontend(Group):
    """Pages that links in letters lead to; without one there is a page of our own.

    `record_url` shows a record, `{subject}` and `{id}` standing for it; without it letters do not link to records.
    """

    invitation_url: PageUrl | None = None
    password_reset_url: PageUrl | None = None
    email_change_url: PageUrl | None = None
    record_url: RecordUrl | None = None


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


class Journal(Group):
    """`origin` names the journal in its checkpoints and never changes. Without `seal_key` the secret makes one.

    `former_keys`: public halves of keys that sealed before. `witness`: an address outside, told the newest checkpoint
    once a day. Sealing that stays behind for more than `late_minutes` is late.
    """

    origin: Annotated[str, Field(pattern=r"^[^\s+]+$", max_length=100)] = "pobratym.journal"
    seal_key: SealKey | None = None
    former_keys: tuple[PublicSealKey, ...] = ()
    witness: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=254)] | None = None
    late_minutes: Positive = 5


class Reminders(Group):
    """Of what waits for one person at the same moment, `mails_at_once` go alone and the rest in one letter.

    What is due for longer than `late_minutes` and not told is late.
    """

    mails_at_once: Positive = 20
    late_minutes: Positive = 5


class Webhooks(Group):
    """`trusted_origins` are sent to whatever they are, without https too: receivers in a network of one's own.

    A secret that was replaced signs for `overlap_hours` more; an address that takes nothing for `disable_after_days`
    is told nothing more. `nameservers`: instead of those of the machine.
    """

    ports: tuple[Port, ...] = (443,)
    trusted_origins: tuple[Origin, ...] = ()
    nameservers: tuple[IPvAnyAddress, ...] = ()
    overlap_hours: Annotated[int, Field(ge=24, le=720)] = 24
    disable_after_days: Positive = 5


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


class Feed(Group):
    """A cursor of the feed is good for `days`. While somebody waits, the journal is looked at every `poll_ms`.

    A live stream ends after `stream_minutes`; whoever takes nothing for `write_seconds` is let go.
    """

    days: Positive = 400
    poll_ms: Positive = 300
    stream_minutes: Positive = 15
    heartbeat_seconds: Positive = 15
    write_seconds: Positive = 20
    streams_of_one: Positive = 5


class Log(Group):
    format: Literal["json", "console"] = "json"
    level: Literal["debug", "info", "warning", "error"] = "info"
