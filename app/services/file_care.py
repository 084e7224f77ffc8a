"""What is done to files by night and in passing: scanned for viruses, and tidied away when nothing names them."""

from contextlib import aclosing
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from app.adapters.storage import Storage, begun
from app.adapters.virus_scan import Scanner
from app.core.uow import UnitOfWork
from app.errors import AppError
from app.models import User
from app.services import messages, uploads
from app.vocabulary import MessageKind, ScanStatus

BATCH: Final = 50
# By then whatever was written before a commit has been committed, or never will be; a week of nights may be missed.
FORGOTTEN: Final = tuple(timedelta(days=days) for days in range(2, 9))

PENDING: Final = f"""
SELECT stored_as FROM (
  SELECT stored_as, uploaded_at AS at FROM document_versions WHERE scan = '{ScanStatus.PENDING}'
  UNION ALL SELECT stored_as, made_at FROM uploads WHERE scan = '{ScanStatus.PENDING}'
) x ORDER BY at LIMIT {BATCH}
"""  # noqa: S608 - the only things formatted in are constants of ours
SCANNED: Final = """
WITH waiting AS (UPDATE uploads SET scan = $2 WHERE stored_as = $1 AND scan = 'pending'
                 RETURNING made_by_id, file_name),
     kept AS (UPDATE document_versions SET scan = $2, scanned_at = $3 WHERE stored_as = $1 AND scan = 'pending'
              RETURNING uploaded_by_id, file_name)
SELECT * FROM waiting UNION ALL SELECT * FROM kept
"""
OLD: Final = "DELETE FROM uploads WHERE made_at < $1 RETURNING stored_as"
NAMED: Final = """
SELECT stored_as FROM document_versions WHERE stored_as = ANY($1)
UNION ALL SELECT stored_as FROM uploads WHERE stored_as = ANY($1)
"""


class Found(NamedTuple):
    uploader: UUID | None
    file_name: str


async def pending(uow: UnitOfWork) -> list[str]:
    return [row[0] for row in await uow.rows(PENDING, [])]


async def scan(scanner: Scanner, store: Storage, stored_as: str) -> ScanStatus | None:
    """None for a file that is lost: it must not hold up those that wait after it."""
    try:
        found = await begun(store, stored_as)
    except AppError as error:
        if error.code == "conflict":
            return None
        raise
    async with aclosing(found) as content:
        return ScanStatus.CLEAN if await scanner.is_clean(content) else ScanStatus.INFECTED


async def record(uow: UnitOfWork, stored_as: str, status: ScanStatus) -> None:
    """Whoever brought an infected file is told; looking twice changes nothing."""
    rows = await uow.rows(SCANNED, [stored_as, status, uow.now])
    for found in (Found(*row) for row in rows):
        person = await uow.session.get(User, found.uploader) if found.uploader else None
        if status is ScanStatus.INFECTED and person is not None:
            await messages.warn(uow, person, MessageKind.FILE_INFECTED, file=found.file_name)


async def forgotten(uow: UnitOfWork, store: Storage) -> list[str]:
    """What nothing names any more: uploads of the day before, and what was stored for a commit that never came."""
    old = [row[0] for row in await uow.rows(OLD, [uow.now - uploads.KEPT])]
    stored = [name for ago in FORGOTTEN for name in await store.names(uploads.folder(uow.today - ago))]
    named: set[Any] = {row[0] for row in await uow.rows(NAMED, [stored])}
    return [*old, *(name for name in stored if name not in named)]
