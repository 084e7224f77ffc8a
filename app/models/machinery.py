"""The tables of the machinery: journal, idempotency keys, reminders."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType
from sqlmodel import Column, Field, Index, SQLModel

from app.models.base import Row, jsonb, term
from app.vocabulary import JournalClass, JournalOperation, JournalOutcome


class Xid8(UserDefinedType[int]):
    """The full transaction id, which never wraps around."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


class JournalEntry(SQLModel, table=True):
    """Written by triggers in the transaction of the change; the application may add and read, nothing else.

    Kept in parts: by class of retention, then by month.
    """

    __tablename__ = "journal"
    __table_args__: ClassVar[Any] = (
        Index("ix_journal_feed", "epoch", "xid", "subject", "subject_id"),
        Index("ix_journal_subject", "subject", "subject_id", "id"),
        Index("ix_journal_actor", "actor_id", "id"),
        Index("ix_journal_verb", "verb", "id"),
        Index("ix_journal_refused", "outcome", "id", postgresql_where=sa.text("outcome <> 'done'")),
        {"postgresql_partition_by": "LIST (kept)"},
    )

    id: int | None = Field(default=None, sa_column=Column(sa.BigInteger, sa.Identity(always=True), primary_key=True))
    kept: JournalClass = Field(sa_column=Column(term(JournalClass), primary_key=True))
    epoch: int = Field(sa_column_kwargs={"server_default": sa.text("journal_epoch()")})
    xid: int = Field(sa_column=Column(Xid8(), nullable=False))
    at: datetime = Field(primary_key=True)
    actor_kind: str
    actor_id: UUID | None = None
    actor_name: str
    on_behalf_of: UUID | None = None
    session_id: UUID | None = None
    request_id: str | None = None
    verb: str
    reason: str | None = None
    subject: str
    subject_id: UUID | None = None
    row_table: str
    row_id: UUID | None = None
    row_version: int | None = None
    operation: JournalOperation = Field(sa_type=term(JournalOperation))
    before: dict[str, Any] | None = Field(default=None, sa_type=jsonb())
    after: dict[str, Any] | None = Field(default=None, sa_type=jsonb())
    outcome: JournalOutcome = Field(sa_type=term(JournalOutcome), sa_column_kwargs={"server_default": "done"})


class JournalEpoch(SQLModel, table=True):
    """A stretch of the journal within which transaction ids can be compared: a restore begins a new one."""

    __tablename__ = "journal_epochs"

    epoch: int = Field(sa_column=Column(sa.Integer, primary_key=True, autoincrement=False))
    cluster: str
    began_at: datetime


class JournalCursor(SQLModel, table=True):
    """How far one of those who follow the journal has come: everything up to this entry it has dealt with."""

    __tablename__ = "journal_cursors"

    name: str = Field(primary_key=True)
    epoch: int
    xid: int = Field(sa_column=Column(Xid8(), nullable=False))
    entry_id: int = Field(default=0, sa_type=sa.BigInteger, sa_column_kwargs={"server_default": sa.text("0")})
    subject: str = Field(default="", sa_column_kwargs={"server_default": ""})
    subject_id: UUID = Field(default=UUID(int=0), sa_column_kwargs={"server_default": str(UUID(int=0))})
    moved_at: datetime


class IdempotencyKey(Row, table=True):
    """The answer that was given to a key, committed with the effect it answers for."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        Index("uq_idempotency_keys", "principal_id", "operation", "key", unique=True),
        Index("ix_idempotency_keys_created", "created_at"),
    )

    principal_id: UUID
    operation: str
    key: str
    fingerprint: bytes
    status: int
    headers: dict[str, Any] = Field(sa_type=jsonb())
    body: bytes
    created_at: datetime
