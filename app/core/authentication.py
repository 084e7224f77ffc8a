"""Who is asking: a person with a token or a browser's cookie, or another system with a key. Asked anew every time."""

from dataclasses import replace
from datetime import datetime, timedelta

from fastapi import Request

from app.core import cookies, keys, sessions
from app.core.actors import Actor
from app.core.integrations import integration_of
from app.core.runtime import Runtime
from app.core.tokens import Claims, InvalidToken, verify
from app.core.uow import legal_day
from app.errors import AppError, say
from app.rules import api_keys, factors
from app.settings import SignIn


async def authenticate(request: Request, running: Runtime, now: datetime) -> Actor:
    """The one who asks, or 401. What was ended a moment ago, anywhere, is ended here."""
    if "authorization" not in request.headers and (cookie := cookies.shown(request)) is not None:
        actor = await _by_cookie(request, running, cookie, now)
    else:
        actor = await _by_header(request, running, now)
    request.scope.setdefault("state", {}).update(actor=actor.id, asker=actor)
    return actor


async def _by_header(request: Request, running: Runtime, now: datetime) -> Actor:
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise AppError("unauthenticated", say("sign_in_first"))
    if api_keys.is_key(credential):
        return await integration_of(request, running, credential, now)
    return await _by_token(running, credential, now)


async def _by_token(running: Runtime, token: str, now: datetime) -> Actor:
    claims = await _claims(running, token, now)
    async with running.db.reading() as connection:
        found = await sessions.by_token(connection, claims, now, running.settings.tokens)
    if found is None:
        running.tokens.forget(claims.session)
        raise AppError("session_ended")
    if found.is_key_retired:
        # The session goes on: its refresh token brings a token that is signed with another key.
        running.tokens.forget(claims.session)
        raise AppError("unauthenticated", say("sign_in_first"))
    return _bound(found, running.settings.sign_in, now)


async def _by_cookie(request: Request, running: Runtime, cookie: bytes, now: datetime) -> Actor:
    if request.method not in cookies.SAFE:
        cookies.require_own_page(request, running.settings.http)
    async with running.db.reading() as connection:
        found = await sessions.by_cookie(connection, cookie, now, running.settings.tokens)
    if found is None:
        raise AppError("session_ended")
    return _bound(found, running.settings.sign_in, now)


def _bound(found: sessions.Found, rules: SignIn, now: datetime) -> Actor:
    """Whoever needs a second factor and has none may do nothing but add one."""
    today = legal_day(now)
    held = (grant.role for grant in found.actor.grants if grant.is_valid(today))
    if found.has_factor or not factors.is_required(held, rules.factor_roles):
        return found.actor
    return replace(found.actor, must_enrol=True)


async def _claims(running: Runtime, token: str, now: datetime) -> Claims:
    """Checked once in a while; the session behind it is looked up on each request all the same."""
    claims = running.tokens.get(token, now)
    if claims is None:
        await keys.ensure_known(running, token, now)
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
