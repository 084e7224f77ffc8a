"""Human numbers: `PAR-2026-0017`, one series a year, given in the transaction that uses it."""

from typing import Final

from uuid_utils.compat import uuid7

from app.core.uow import UnitOfWork

TAKE: Final = """
INSERT INTO number_series (id, prefix, year, last) VALUES ($1, $2, $3, $4)
ON CONFLICT (prefix, year) DO UPDATE SET last = number_series.last + $4
RETURNING last
"""


async def following(uow: UnitOfWork, prefix: str) -> str:
    return (await take(uow, prefix, 1))[0]


async def take(uow: UnitOfWork, prefix: str, count: int) -> list[str]:
    """Several numbers in a row, for imports."""
    year = uow.today.year
    last = await uow.transaction.raw.fetchval(TAKE, uuid7(), prefix, year, count)
    return [f"{prefix}-{year}-{number:04}" for number in range(last - count + 1, last + 1)]
