"""Who is asking: a person with a token or a browser's cookie, or another system with a key. Asked anew every time."""

from datetime import datetime, timedelta

from fastapi import Request

from app.core.actors import Actor
from app.core.runtime import Runtime
from app.core.sessions import actor_of
from app.core.tokens import Claims, InvalidToken, verify
from app.errors import AppError, say


async def authenticate(request: Request, running: Runtime, now: datetime) -> Actor:
    """The one who asks, or 401. What was ended a moment ago, anywhere, is ended here."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise AppError("unauthenticated", say("sign_in_first"))
    actor = await _by_token(running, credential, now)
    request.scope.setdefault("state", {})["actor"] = actor.id
    return actor


async def _by_token(running: Runtime, token: str, now: datetime) -> Actor:
    claims = _claims(running, token, now)
    async with running.db.reading() as connection:
        actor = await actor_of(connection, claims.session, claims.subject, now)
    if actor is None:
        running.tokens.forget(claims.session)
        raise AppError("session_ended")
    return actor


def _claims(running: Runtime, token: str, now: datetime) -> Claims:
    """Checked once in a while; the session behind it is looked up on each request all the same."""
    claims = running.tokens.get(token, now)
    if claims is None:
        try:
            claims = verify(running.keyring, token, now, issuer=running.issuer, audience=running.audience)
        except InvalidToken as error:
            raise AppError("unauthenticated", say("sign_in_first")) from error
        running.tokens.put(token, claims, now)
    return claims


def require_proof(actor: Actor, within: timedelta, now: datetime) -> None:
    """Some things ask for a person who proved a moment ago who they are (RFC 9470); a machine cannot."""
    if actor.kind != "user":
        raise AppError("forbidden", say("people_only"))
    if actor.proved_at is None or actor.proved_at <= now - within:
        seconds = int(within.total_seconds())
        challenge = f'Bearer error="insufficient_user_authentication", max_age="{seconds}"'
        raise AppError(
            "proof_needed",
            say("prove_again", minutes=seconds // 60),
            headers={"WWW-Authenticate": challenge},
        )
