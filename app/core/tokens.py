"""Access tokens: ES256, our own keys, and no opinion of the token's about how it should be read.

This is the only module that imports jose, and jose is left with nothing but the signature.
"""

import base64
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jose import jwk, jws
from uuid_utils.compat import uuid7

from app.core import strict_json

ALGORITHM: Final = "ES256"
TYPE: Final = "at+jwt"
LONGEST: Final = 4096
LEEWAY: Final = timedelta(seconds=60)
_SIGNATURE_BYTES = 64
_LATEST = 253_402_300_799  # the last second a datetime can hold
_PART = re.compile(r"[A-Za-z0-9_-]+")


class InvalidToken(Exception):  # noqa: N818 - the name a reader of the gate expects
    """The one answer to every token that is not ours, whole and current; it never says which."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    kid: str
    private_pem: str = field(repr=False)
    public_pem: str


@dataclass(frozen=True, slots=True)
class Claims:
    subject: UUID
    session: UUID
    token_id: UUID
    issued_at: datetime
    expires_at: datetime
    key_id: str


class Keyring:
    """One key signs; the accepted ones, and always the signing one, verify. Parsed once."""

    def __init__(self, active: SigningKey, accepted: Mapping[str, str]) -> None:
        if accepted.get(active.kid, active.public_pem) != active.public_pem:
            raise ValueError(f"two different keys are called {active.kid}")
        self.kid = active.kid
        self.signer = jwk.construct(_on_p256(active.private_pem), ALGORITHM)
        public = {**accepted, active.kid: active.public_pem}
        self.verifiers = {kid: jwk.construct(_on_p256(pem), ALGORITHM) for kid, pem in public.items()}
        if self.signer.public_key().to_dict() != self.verifiers[self.kid].to_dict():
            raise ValueError(f"the two halves of {active.kid} do not belong together")


def generate_key() -> SigningKey:
    private = ec.generate_private_key(ec.SECP256R1())
    private_pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public_pem = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return SigningKey(uuid7().hex, private_pem.decode(), public_pem.decode())


def issue(
    keyring: Keyring,
    *,
    subject: UUID,
    session: UUID,
    now: datetime,
    lifetime: timedelta,
    issuer: str,
    audience: str,
) -> str:
    issued = int(now.timestamp())
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": str(subject),
        "sid": str(session),
        "jti": str(uuid4()),
        "iat": issued,
        "exp": issued + int(lifetime.total_seconds()),
    }
    token: str = jws.sign(claims, keyring.signer, headers={"typ": TYPE, "kid": keyring.kid}, algorithm=ALGORITHM)
    return token


def verify(keyring: Keyring, token: str, now: datetime, *, issuer: str, audience: str) -> Claims:
    """Who is speaking and in which session, or InvalidToken: no other exception leaves here."""
    try:
        kid, payload = _signed_payload(keyring, token)
        return _claims(kid, payload, now, issuer=issuer, audience=audience)
    except InvalidToken:
        raise
    except Exception:  # noqa: BLE001 - jose raises outside its own error class on hostile input
        raise InvalidToken from None


def key_of(token: str) -> str | None:
    """The name of the key that a token in our form claims to be signed with; nothing is believed of it."""
    try:
        return _opened(token)[0]
    except Exception:  # noqa: BLE001 - the same hostile input as above, and the same answer: nothing
        return None


def jwks(keyring: Keyring) -> dict[str, list[dict[str, Any]]]:
    """The public halves, for whoever checks our tokens on their own."""
    return {
        "keys": [
            {**key.to_dict(), "kid": kid, "use": "sig", "key_ops": ["verify"]}
            for kid, key in sorted(keyring.verifiers.items())
        ]
    }


class TokenCache:
    """Verified tokens for a few seconds, by the whole token and never past its end.

    The session is still looked up on each request: what is saved is the curve arithmetic.
    """

    def __init__(self, *, size: int = 10_000, longest: timedelta = timedelta(seconds=30)) -> None:
        self._size = size
        self._longest = longest
        self._entries: OrderedDict[str, tuple[Claims, datetime, datetime]] = OrderedDict()
        self._of_session: dict[UUID, set[str]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, token: str, now: datetime) -> Claims | None:
        if (entry := self._entries.get(token)) is None:
            return None
        claims, since, until = entry
        if not since <= now < until:
            self._drop(token)
            return None
        self._entries.move_to_end(token)
        return claims

    def put(self, token: str, claims: Claims, now: datetime) -> None:
        self._drop(token)
        if now >= claims.expires_at:
            return
        self._entries[token] = (claims, now, min(now + self._longest, claims.expires_at))
        self._of_session.setdefault(claims.session, set()).add(token)
        while len(self._entries) > self._size:
            self._drop(next(iter(self._entries)))

    def forget(self, session: UUID) -> None:
        for token in self._of_session.pop(session, ()):
            del self._entries[token]

    def clear(self) -> None:
        """For the moment a key is revoked."""
        self._entries.clear()
        self._of_session.clear()

    def _drop(self, token: str) -> None:
        if (entry := self._entries.pop(token, None)) is None:
            return
        session = entry[0].session
        self._of_session[session].discard(token)
        if not self._of_session[session]:
            del self._of_session[session]


class UnknownKeys:
    """Names of keys that were looked for in vain: one made-up name after another must not cost a query each."""

    def __init__(
        self, *, size: int = 1000, longest: timedelta = timedelta(seconds=30), between: timedelta = timedelta(seconds=1)
    ) -> None:
        self._size = size
        self._longest = longest
        self._between = between
        self._looked_at: datetime | None = None
        self._missed: OrderedDict[str, datetime] = OrderedDict()

    def may_look(self, kid: str, now: datetime) -> bool:
        """Not again for the same name for a while, and for any name only once in a second."""
        missed = self._missed.get(kid)
        if missed is not None and abs(now - missed) < self._longest:
            return False
        if self._looked_at is not None and abs(now - self._looked_at) < self._between:
            return False
        self._looked_at = self._missed[kid] = now
        self._missed.move_to_end(kid)
        while len(self._missed) > self._size:
            self._missed.popitem(last=False)
        return True


def _on_p256(pem: str) -> str:
    """The same PEM; ValueError when it is not a key on the curve that ES256 names."""
    key = (
        serialization.load_pem_private_key(pem.encode(), password=None)
        if "PRIVATE KEY" in pem
        else serialization.load_pem_public_key(pem.encode())
    )
    if not isinstance(getattr(key, "curve", None), ec.SECP256R1):
        raise ValueError("a signing key has to be on the curve P-256")  # noqa: TRY004 - the text is wrong, not its type
    return pem


def _signed_payload(keyring: Keyring, token: str) -> tuple[str, bytes]:
    kid, payload, signature = _opened(token)
    key = keyring.verifiers[kid]
    signed, _, _ = token.rpartition(".")
    if len(signature) != _SIGNATURE_BYTES or not key.verify(signed.encode(), signature):
        raise InvalidToken
    return kid, payload


def _opened(token: str) -> tuple[str, bytes, bytes]:
    if not isinstance(token, str) or len(token) > LONGEST:
        raise InvalidToken
    header, payload, signature = (_decoded(part) for part in _three(token.split(".")))
    return _kid(header), payload, signature


def _three(parts: list[str]) -> list[str]:
    if len(parts) != 3:
        raise InvalidToken
    return parts


def _decoded(part: str) -> bytes:
    """The bytes, if this is the only way to spell them: padding and loose final bits are refused."""
    if not _PART.fullmatch(part):
        raise InvalidToken
    raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise InvalidToken
    return raw


def _kid(header: bytes) -> str:
    fields = strict_json.loads(header)
    # Exactly the three that we write: crit, b64, jku, jwk, x5u and x5c have nowhere to stand.
    if not isinstance(fields, dict) or fields.keys() != {"alg", "typ", "kid"}:
        raise InvalidToken
    kid = fields["kid"]
    if fields["alg"] != ALGORITHM or fields["typ"] != TYPE or not isinstance(kid, str):
        raise InvalidToken
    return kid


def _claims(kid: str, payload: bytes, now: datetime, *, issuer: str, audience: str) -> Claims:
    fields = strict_json.loads(payload)
    if not isinstance(fields, dict) or fields.get("iss") != issuer or fields.get("aud") != audience:
        raise InvalidToken
    issued, expires = _moment(fields["iat"]), _moment(fields["exp"])
    begins = _moment(fields.get("nbf", fields["iat"]))
    if not issued < expires or issued > now + LEEWAY or now >= expires or ("nbf" in fields and begins > now):
        raise InvalidToken
    return Claims(_uuid(fields["sub"]), _uuid(fields["sid"]), _uuid(fields["jti"]), issued, expires, kid)


def _moment(value: object) -> datetime:
    if type(value) is not int or not 0 <= value <= _LATEST:  # True is an int to isinstance
        raise InvalidToken
    return datetime.fromtimestamp(value, UTC)


def _uuid(value: object) -> UUID:
    if not isinstance(value, str) or str(found := UUID(value)) != value:
        raise InvalidToken
    return found
