"""Can time tell a guesser whether an address has an account? Sign-ins of both kinds in turn, with real hashing.

    .venv/bin/python -m tests.bench.enumeration [rounds]

Each attempt is at another account and from another place, or the guesser would soon have to wait. Not a part of the
tests: on a shared machine a busy moment would decide the result.
"""

import asyncio
import random
import statistics
import sys
import time
from math import erf, sqrt
from typing import Final

import httpx2
from fastapi import FastAPI

from app.core.actors import command
from app.core.journal import Context
from app.core.runtime import Runtime
from app.core.uow import unit_of_work
from app.main import create_app
from app.models import User
from app.settings import Settings
from tests.conftest import settings_for
from tests.support.database import TestServer

WARMING: Final = 20
MOST_MS: Final = 5.0
SURE: Final = 0.01


async def people(running: Runtime, count: int) -> None:
    """With one password between them: hashing it four hundred times would take a while."""
    hash = await running.passwords.hash("переправа через Псел у травні")
    async with unit_of_work(running.db, Context(command("bench"), "fill")) as uow:
        uow.add(*(User(email=f"person{n}@example.org", name=f"Особа {n}", password_hash=hash) for n in range(count)))


async def tried(app: FastAPI, email: str, number: int) -> float:
    place = f"10.{number // 250}.{number % 250}.7"
    transport = httpx2.ASGITransport(app=app, client=(place, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as http:
        began = time.perf_counter()
        answer = await http.post("/v1/sessions", json={"email": email, "password": "a wrong password"})
        took = time.perf_counter() - began
    if answer.status_code != 401:
        raise SystemExit(answer.text)
    return took * 1000


async def measured(app: FastAPI, rounds: int) -> tuple[list[float], list[float]]:
    known: list[float] = []
    unknown: list[float] = []
    for number in range(rounds + WARMING):
        kinds = [(f"person{number}@example.org", known), (f"absent{number}@example.org", unknown)]
        random.shuffle(kinds)
        for place, (email, times) in enumerate(kinds):
            times.append(await tried(app, email, 2 * number + place))
    return known[WARMING:], unknown[WARMING:]


def mann_whitney(first: list[float], second: list[float]) -> float:
    """The probability of ranks this uneven if both were drawn from one urn (two-sided, normal approximation)."""
    ranked = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    ranks = sum(rank for rank, (_, group) in enumerate(ranked, 1) if group == 0)
    n, m = len(first), len(second)
    mean, deviation = n * (n + m + 1) / 2, sqrt(n * m * (n + m + 1) / 12)
    return 1 - erf(abs(ranks - mean) / deviation / sqrt(2))


async def asked(settings: Settings, rounds: int) -> int:
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        await people(app.state.runtime, rounds + WARMING)
        known, unknown = await measured(app, rounds)
    medians = [statistics.median(times) for times in (known, unknown)]
    # Within a pair, which the machine met in the same mood.
    apart = statistics.median(one - other for one, other in zip(known, unknown, strict=True))
    p = mann_whitney(known, unknown)
    said = f"known {medians[0]:.2f} ms, unknown {medians[1]:.2f} ms, apart {apart:+.2f} ms, {rounds} pairs; p = {p:.3f}"
    sys.stdout.write(f"{said}\n")
    return 0 if abs(apart) < MOST_MS and p > SURE else 1


def main(rounds: int) -> int:
    with TestServer().running() as server, server.database() as urls:
        settings = settings_for(urls)
        settings.log.level = "error"
        return asyncio.run(asked(settings, rounds))


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 400))
