"""What is counted about every request: its lane's quota before the work, an integration's usage after it."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import Any

from fastapi import Request

from app.core.actors import Actor
from app.core.limits import Admission
from app.core.runtime import Runtime
from app.core.uow import legal_day
from app.core.usage import Called
from app.rules import deprecations, limits, networks
from app.rules.limits import Lane


def address(request: Request) -> str | None:
    """Of the client; behind a proxy on this machine, as the proxy tells it."""
    return request.client.host if request.client else None


async def admit(request: Request, running: Runtime, actor: Actor, now: datetime) -> None:
    """Counts a request of somebody who is known."""
    lane = limits.lane(request.scope["route"].name, request.method, is_open=False)
    if actor.kind == "integration":
        _state(request)["integration"] = actor.id
    await _count(request, running, lane, actor.id, now)


async def admit_stranger(request: Request, running: Runtime, now: datetime, lane: Lane = Lane.ANONYMOUS) -> None:
    """Counts a request of nobody in particular, by the part of the address that tells people apart."""
    await _count(request, running, lane, networks.prefix(address(request)), now)


async def _count(request: Request, running: Runtime, lane: Lane, principal: Hashable, now: datetime) -> None:
    if not running.limits.is_on:
        return
    admission, is_in = await running.limits.admit(lane, principal, now.timestamp())
    say_with_answer(request, admission.headers())
    if not is_in:
        request.app.state.refusals.labels(lane.value).inc()
        raise admission.refusal()
    _state(request)["admission"] = admission


def settle(request: Request, running: Runtime, status: int, now: datetime) -> None:
    """The request is over: what was not changed is not counted, and what an integration called is."""
    state, operation = _state(request), request.scope["route"].name
    admission: Admission | None = state.get("admission")
    if status == 304 and admission is not None:
        admission.give_back()
    if (integration := state.get("integration")) is not None:
        what = Called(integration, legal_day(now), operation)
        is_deprecated = operation in deprecations.RETIRING
        running.usage.called(what, is_refused=status >= 400, is_deprecated=is_deprecated)


def say_with_answer(request: Request, headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Headers for whatever the answer becomes, a refusal too; they leave in RequestContext."""
    _state(request).setdefault("headers", []).extend(headers)


def _state(request: Request) -> dict[str, Any]:
    state: dict[str, Any] = request.scope.setdefault("state", {})
    return state
