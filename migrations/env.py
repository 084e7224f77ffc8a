"""Runs the upgrade scripts as the owner of the database; the address comes from the command, never from a file."""

import asyncio
from typing import Any

import sqlalchemy as sa
from alembic import context
from sqlalchemy import pool
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import SQLModel

import app.models  # noqa: F401 - fills the metadata
from app.models.machinery import Xid8

# SQLAlchemy has never heard of the full transaction id.
ischema_names["xid8"] = Xid8

PLAIN = {
    "TermText": "sa.Text()",
    "AutoString": "sa.Text()",
    "UTCDateTime": "sa.DateTime(timezone=True)",
}


def render_item(kind: str, item: Any, _: Any) -> str | bool:
    """Upgrade scripts import nothing from the program: its own types are written as what they are below."""
    return PLAIN.get(type(item).__name__, False) if kind == "type" else False


def compare_type(_: Any, __: Any, ___: Any, stored: Any, wanted: Any) -> bool | None:
    """Text without a limit is text, whatever it is called; everything else is left to alembic."""
    below = getattr(wanted, "impl", wanted)
    if isinstance(stored, sa.Text) and isinstance(below, sa.String) and below.length is None:
        return False
    return None


OPTIONS: dict[str, Any] = {
    "render_item": render_item,
    "compare_type": compare_type,
    "target_metadata": SQLModel.metadata,
    "transaction_per_migration": True,
    "compare_server_default": False,
}


def run_offline() -> None:
    """Prints the SQL for the migration lint."""
    context.configure(dialect_name="postgresql", literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


def run(connection: Connection) -> None:
    context.configure(connection=connection, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


async def run_online() -> None:
    url = context.config.get_main_option("sqlalchemy.url")
    if url is None:
        raise RuntimeError("the migrations need the owner's address")
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    run_offline()
else:
    asyncio.run(run_online())
