"""Many rows in one statement: making a table's objects one by one costs more than writing them."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from app.core.uow import UnitOfWork


async def insert(uow: UnitOfWork, model: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Columns that no row names get their defaults; every row names the same ones."""
    if rows:
        await uow.session.execute(sa.insert(model), [dict(row) for row in rows])
