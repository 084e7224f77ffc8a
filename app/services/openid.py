"""The way to an outside provider and back: attempts, each of one browser, one use and ten minutes.

State, nonce and verifier are made anew for each attempt and kept nowhere: the state travels, the other two are
computed from it, from the browser's cookie and from the master secret.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.adapters.openid_terms import Errand, Metadata, Outside
from app.core import context
from app.core.db import Database
from app.core.journal import Context
from app.core.sealing import derived
from app.core.uow import UnitOfWork, unit_of_work
from app.errors import AppError, FieldError, invalid, say
from app.models import OpenIdAttempt, Session, User
from app.rules import openid as rules
from app.rules.opaque import digest, text64
from app.rules.openid import Destination, Person
from app.schemas.openid import Callback, Departure
from app.services import sessions
from app.services.sign_in import DOOR
from app.settings import Settings

LABEL: Final = b"pobratym openid attempts"
BYTES: Final = 32
CALLBACK: Final = "/v1/sign-in/openid/callback"

# One statement of its own, so that what was used stays used, whatever becomes of the request.
CLAIM: Final = """
UPDATE openid_attempts SET used_at = $3
WHERE state_hash = $1 AND browser_hash = $2 AND used_at IS NULL AND created_at > $4
RETURNING id, return_to, app_challenge
"""
REDEEM: Final = """
UPDATE openid_attempts SET code_used_at = $2 WHERE code_hash = $1 AND code_used_at IS NULL AND code_until > $2
RETURNING id, user_id, app_challenge, proved_at
"""
OPENED: Final = "SELECT session_id FROM openid_attempts WHERE code_hash = $1 AND session_id IS NOT NULL"


@dataclass(frozen=True)
class Attempt:
    """One that has come back; it cannot come back again."""

    id: UUID
    return_to: str
    is_app: bool


@dataclass(frozen=True)
class Redeemed:
    """One whose code was changed; `proved_at` is when the provider asked the person."""

    attempt_id: UUID
    user_id: UUID
    proved_at: datetime | None


@dataclass(frozen=True)
class Secrets:
    """What one attempt of one browser is made of."""

    key: bytes
    state: str
    browser: str

    @property
    def nonce(self) -> str:
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        return self._derived("verifier")

    def _derived(self, purpose: str) -> str:
        text = f"{purpose} {self.state} {self.browser}"
        return text64(hmac.digest(self.key, text.encode(), "sha256"))


def new_secret() -> str:
    return secrets.token_urlsafe(BYTES)


def secrets_of(secret: bytes, state: str, browser: str) -> Secrets:
    return Secrets(derived(secret, LABEL), state, browser)


def redirect_uri(settings: Settings) -> str:
    """What the provider knows as ours, letter by letter."""
    return settings.http.address + CALLBACK


def destination(asked: Departure, settings: Settings, apps: tuple[str, ...]) -> Destination:
    """Where this sign-in leads back to; 422 for a stranger's page, and for an app that could not prove itself."""
    own = settings.http.address.lower()
    found = rules.destination(asked.return_to, origins={own, *settings.http.origins}, apps=apps)
    if found is None:
        raise invalid(FieldError("query:return_to", say("return_not_allowed")))
    if found.is_app and not rules.is_challenge(asked.code_challenge):
        raise invalid(FieldError("query:code_challenge", say("app_needs_challenge")))
    return found


async def begin(uow: UnitOfWork, made: Secrets, to: Destination, challenge: str | None) -> None:
    attempt = OpenIdAttempt(
        state_hash=digest(made.state), browser_hash=digest(made.browser), return_to=to.url, created_at=uow.now
    )
    attempt.app_challenge = challenge if to.is_app else None
    uow.add(attempt)
    await uow.flush()


def departure(provider: Outside, metadata: Metadata, made: Secrets, uri: str, *, prove: bool) -> str:
    """Where the browser is sent. What it drops of this on the way shows in `auth_time`."""
    anew = {"prompt": "login", "max_age": "0"} if prove else {}
    return rules.with_query(
        metadata.authorization_endpoint,
        response_type="code",
        client_id=provider.config.client_id,
        redirect_uri=uri,
        scope=provider.config.scopes,
        state=made.state,
        nonce=made.nonce,
        code_challenge=rules.challenge_of(made.verifier),
        code_challenge_method="S256",
        **anew,
    )


async def claim(db: Database, state: str, browser: str, now: datetime) -> Attempt:
    """The same refusal for a state that was used, is too old, never was, or belongs to another browser."""
    async with db.reading() as connection:
        row = await connection.fetchrow(CLAIM, digest(state), digest(browser), now, now - rules.ATTEMPT_LASTS)
    if row is None:
        raise AppError("sign_in_over", say("sign_in_anew"))
    return Attempt(row["id"], row["return_to"], row["app_challenge"] is not None)


async def come_back(provider: Outside, made: Secrets, back: Callback, uri: str, now: datetime) -> Person:
    """Who came back, as the provider itself says: nothing that only the browser carried is believed."""
    if back.error or not back.code or back.iss not in {None, provider.issuer}:
        raise AppError("sign_in_refused", say("provider_refused"))
    claims = await provider.claims(Errand(back.code, made.verifier, made.nonce, uri), now)
    config = provider.config
    return rules.person(claims, groups_claim=config.groups_claim, trusted_email=config.trusted_email)


async def give_code(uow: UnitOfWork, attempt: Attempt, user: User, proved_at: datetime | None) -> str:
    """For an app: good once, for a minute, and only for who has the verifier of its challenge."""
    code = new_secret()
    row = await uow.session.get_one(OpenIdAttempt, attempt.id)
    row.user_id, row.code_hash, row.code_until = user.id, digest(code), uow.now + rules.CODE_LASTS
    row.proved_at = proved_at
    await uow.flush()
    return code


async def redeem(db: Database, code: str, verifier: str, now: datetime) -> Redeemed:
    """Whose code it is. A code that was shown is spent, whoever has shown it; shown again, it ends what it opened."""
    async with db.reading() as connection:
        row = await connection.fetchrow(REDEEM, digest(code), now)
        opened = None if row else await connection.fetchval(OPENED, digest(code))
    if opened is not None:
        await _end(db, opened, now)
    if row is None or not hmac.compare_digest(rules.challenge_of(verifier), row["app_challenge"]):
        raise AppError("sign_in_over", say("code_not_usable"))
    return Redeemed(row["id"], row["user_id"], row["proved_at"])


async def _end(db: Database, id: UUID, now: datetime) -> None:
    """Two hold the same code, and one of them is not the owner (RFC 6749, 4.1.2). Kept, though it is a refusal."""
    about = Context(actor=DOOR, verb="create_openid_session", request_id=context.request_id.get())
    async with unit_of_work(db, about, now=now) as uow:
        session = await uow.session.get_one(Session, id, with_for_update=True)
        if session.ended_at is None:
            owner = await uow.session.get_one(User, session.user_id)
            await sessions.end_reused(uow, session, owner, "openid_code")


async def opened(uow: UnitOfWork, redeemed: Redeemed, session_id: UUID) -> None:
    """Remembered for the case that its code is shown again."""
    (await uow.session.get_one(OpenIdAttempt, redeemed.attempt_id)).session_id = session_id
    await uow.flush()
