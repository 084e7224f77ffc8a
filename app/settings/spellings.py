"""How a value is written in an environment variable, and what is read from it."""

import base64
import binascii
import re
from ipaddress import ip_network
from typing import Annotated, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr

from app.trouble import Trouble

# The vault's key that is made of the secret; the others are named in the settings.
MASTER: Final = "master"
KEY_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
KEY_BYTES: Final = 32
SHORTEST_SECRET: Final = 32

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


def _inbox_url(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"imap", "imaps"} or not (parts.hostname and parts.username and parts.password):
        raise ValueError("a mailbox's address is imaps://user:password@host/folder")
    if parts.scheme == "imap" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("a mailbox on another machine is read with TLS: imaps://")
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


def _seal_key(key: SecretStr) -> SecretStr:
    try:
        found = base64.b64decode(key.get_secret_value(), validate=True)
    except binascii.Error:
        found = b""
    if len(found) != KEY_BYTES:
        raise ValueError(f"the key of the seal is {KEY_BYTES} bytes in base64")
    return key


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


def _master_secret(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < SHORTEST_SECRET:
        raise Trouble(
            uk=f"Значення POBRATYM_SECRET закоротке: потрібно щонайменше {SHORTEST_SECRET} випадкових символів.",
            en=f"POBRATYM_SECRET is too short: it needs {SHORTEST_SECRET} random characters or more.",
        )
    return secret


MasterSecret = Annotated[SecretStr, AfterValidator(_master_secret)]
Dsn = Annotated[str, AfterValidator(plain_dsn)]
Origin = Annotated[str, AfterValidator(_origin)]
Network = Annotated[str, AfterValidator(_network)]
Issuer = Annotated[str, AfterValidator(_issuer)]
VaultKeys = Annotated[SecretStr, AfterValidator(_vault_keys)]
SealKey = Annotated[SecretStr, AfterValidator(_seal_key)]
PublicSealKey = Annotated[str, Field(pattern=r"^[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$")]
InboxUrl = Annotated[SecretStr, AfterValidator(_inbox_url)]
MailUrl = Annotated[SecretStr, AfterValidator(_mail_url)]
Sender = Annotated[str, Field(pattern=r"^[^<>\r\n]+ <[^<>@\s]+@[^<>@\s]+>$")]
PageUrl = Annotated[str, Field(pattern=r"^https?://[^{}\s]+\{token\}[^{}\s]*$")]
RecordUrl = Annotated[str, Field(pattern=r"^https?://[^{}\s]+\{subject\}[^{}\s]*\{id\}[^{}\s]*$")]
Port = Annotated[int, Field(ge=0, le=65535)]
Positive = Annotated[int, Field(gt=0)]
