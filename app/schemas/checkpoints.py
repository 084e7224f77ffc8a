"""The seal of the journal as an auditor sees it: checkpoints, keys and proofs."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from app.schemas.base import Answer

# Of SHA-256, in base64.
Hash = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$", max_length=44)]
Size = Annotated[int, Field(ge=0, le=2**53)]
Hashes = Annotated[list[Hash], Field(max_length=64, description="Those beside the way up, from the leaf on.")]
Note = Annotated[str, Field(max_length=2000, description="The signed note (C2SP), as it was published.")]
PublicKey = Annotated[
    str, Field(max_length=200, description="`name+hash+key`, as tools for signed notes (C2SP) read it.")
]


class CheckpointRead(Answer):
    """What was signed: the tree over the journal had this root when it had so many entries."""

    size: Size
    root: Hash
    at: datetime
    signed_by: str = Field(max_length=8, description="The hash of the key, as it stands in its name.")
    note: Note


class CheckpointPage(Answer):
    """Newest first; `next_cursor` is null on the last page, and only there."""

    items: Annotated[list[CheckpointRead], Field(max_length=200)]
    next_cursor: Annotated[str | None, Field(max_length=1000)]


class CheckpointQuery(BaseModel):
    """Newest first."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=1000)] = None


class JournalKeys(Answer):
    """Whoever has them can check what was signed, and sign nothing."""

    public_key: PublicKey
    former_keys: Annotated[list[PublicKey], Field(max_length=100, description="Those that signed before.")]


class InclusionQuery(BaseModel):
    """`size` is that of a checkpoint; the newest one when nothing is said."""

    model_config = ConfigDict(extra="forbid")

    entry_id: Annotated[int, Field(ge=1, le=2**53, description="The entry, by its id.")]
    size: Annotated[int | None, Field(ge=1, le=2**53, description="Of which checkpoint.")] = None


class InclusionRead(Answer):
    """The entry is the leaf at this position of the tree of the checkpoint (RFC 9162, 2.1.3)."""

    entry_id: str = Field(max_length=20)
    position: Size
    leaf: Hash
    hashes: Hashes
    checkpoint: Note


class ConsistencyQuery(BaseModel):
    """Both are sizes of checkpoints."""

    model_config = ConfigDict(extra="forbid")

    old: Annotated[int, Field(alias="from", ge=1, le=2**53, description="The size of the earlier checkpoint.")]
    new: Annotated[int, Field(alias="to", ge=1, le=2**53, description="The size of the later one.")]


class ConsistencyRead(Answer):
    """The tree of the earlier checkpoint is the beginning of the tree of the later one (RFC 9162, 2.1.4)."""

    earlier: Note
    later: Note
    hashes: Hashes
