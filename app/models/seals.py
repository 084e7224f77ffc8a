"""The seal of the journal: a Merkle tree over its entries in their order, and its signed checkpoints.

All of it is added to and read by the application, and changed by nobody. Of the nodes only every fourth level is kept.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Column, Field, SQLModel


class JournalLeaf(SQLModel, table=True):
    __tablename__ = "journal_leaves"

    position: int = Field(sa_column=Column(sa.BigInteger, primary_key=True, autoincrement=False))
    journal_id: int = Field(sa_column=Column(sa.BigInteger, nullable=False, unique=True))
    hash: bytes
    mark: bytes


class JournalNode(SQLModel, table=True):
    """The hash over the leaves from `index << level` on, as many as `1 << level`."""

    __tablename__ = "journal_nodes"

    level: int = Field(sa_column=Column(sa.Integer, primary_key=True, autoincrement=False))
    index: int = Field(sa_column=Column(sa.BigInteger, primary_key=True, autoincrement=False))
    hash: bytes


class JournalCheckpoint(SQLModel, table=True):
    """What the tree was when it had `size` leaves; `note` is what was signed, with its signature."""

    __tablename__ = "journal_checkpoints"

    size: int = Field(sa_column=Column(sa.BigInteger, primary_key=True, autoincrement=False))
    root: bytes
    at: datetime
    key_id: str
    note: str
