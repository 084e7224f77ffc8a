"""Files on their way in: streamed to the disk, looked at, kept under a name of ours until they are put on a record."""

import asyncio
import hashlib
import os
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final
from uuid import UUID

from sqlmodel import col, delete, select

from app.core.uow import UnitOfWork
from app.errors import AppError, FieldError, invalid, say
from app.models import Upload
from app.rules import documents as rules
from app.schemas.documents import UploadQuery, UploadRead
from app.settings import Settings
from app.vocabulary import ScanStatus

KEPT: Final = timedelta(days=1)
FOLDER: Final = "documents"


@dataclass
class Arrived:
    """What came, as it lies on this machine until it is handed to the storage."""

    path: Path
    head: bytes = b""
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        found: str = self.digest.hexdigest()
        return found

    def take(self, out: BinaryIO, part: bytes) -> None:
        self.size += len(part)
        self.digest.update(part)
        if len(self.head) < rules.HEAD_BYTES:
            self.head += part[: rules.HEAD_BYTES - len(self.head)]
        out.write(part)


@asynccontextmanager
async def arriving(chunks: AsyncIterator[bytes], settings: Settings) -> AsyncIterator[Arrived]:
    """Never whole in memory; gone from here when the block ends, unless it was handed over."""
    settings.state.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix="upload-", dir=settings.state)
    arrived = Arrived(Path(name))
    try:
        with os.fdopen(handle, "wb") as out:
            async for part in chunks:
                if part:
                    await asyncio.to_thread(arrived.take, out, part)
        yield arrived
    finally:
        arrived.path.unlink(missing_ok=True)


def checked(query: UploadQuery, arrived: Arrived) -> str:
    """The name it will have; refuses what is not taken, with the way out."""
    name = rules.clean_name(query.file_name)
    if (found := rules.objection(name, arrived.head)) is not None:
        raise invalid(FieldError("query:file_name", found))
    if query.sha256 is not None and query.sha256 != arrived.sha256:
        raise invalid(FieldError("query:sha256", say("checksum_differs")))
    return name


def place(today: date) -> str:
    """A name that says nothing, in the folder of its day: what no record names two days later can be tidied away."""
    return f"{folder(today)}/{secrets.token_hex(20)}"


def folder(day: date) -> str:
    return f"{FOLDER}/{day.isoformat()}"


async def add(uow: UnitOfWork, name: str, arrived: Arrived, stored_as: str, *, is_scanned: bool) -> Upload:
    upload = Upload(
        made_by_id=uow.actor.id or UUID(int=0),
        file_name=name,
        media_type=rules.media_type(name),
        size=arrived.size,
        sha256=arrived.sha256,
        stored_as=stored_as,
        scan=ScanStatus.PENDING if is_scanned else ScanStatus.NOT_SCANNED,
        made_at=uow.now,
    )
    uow.add(upload)
    await uow.flush()
    return upload


async def taken(uow: UnitOfWork, id: UUID) -> Upload:
    """The upload, which is used up by this. Somebody else's looks like one that is gone."""
    query = select(Upload).where(col(Upload.id) == id, col(Upload.made_by_id) == uow.actor.id).with_for_update()
    upload = (await uow.session.scalars(query)).one_or_none()
    if upload is None or upload.made_at <= uow.now - KEPT:
        raise invalid(FieldError("/upload_id", say("upload_is_gone")))
    if upload.scan is ScanStatus.INFECTED:
        raise AppError("conflict", say("file_is_infected"))
    await uow.session.execute(delete(Upload).where(col(Upload.id) == id))
    return upload


def read(upload: Upload) -> UploadRead:
    return UploadRead(**upload.model_dump(), expires_at=upload.made_at + KEPT)
