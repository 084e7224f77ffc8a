"""Files on records: put there from an upload, in versions, within a quota; they leave only by the record's rights."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlmodel import SQLModel, col, select

from app.adapters.storage import Storage, begun
from app.core import crud
from app.core.actors import Reach
from app.core.http import require_version
from app.core.reading import STATEMENTS
from app.core.uow import Reader, UnitOfWork, require_visible
from app.core.visibility import FILED, own
from app.errors import AppError, FieldError, invalid, not_found, refused, say
from app.models import Document, DocumentVersion, Organization, Upload
from app.rules import documents as rules
from app.schemas.base import Shape
from app.schemas.documents import DocumentCreate, DocumentFields, FiledUnder, Quota, VersionCreate
from app.services import uploads
from app.vocabulary import FieldClass, FileKind, Language, ScanStatus

SUBJECTS: Final[dict[str, type[SQLModel]]] = {str(model.__tablename__): model for model in FILED}
USED: Final = """
SELECT coalesce(sum(v.size), 0)::bigint FROM document_versions v JOIN documents d ON d.id = v.document_id
WHERE d.organization_id IS NOT DISTINCT FROM $1
"""
# Two uploads at once must not both find room for themselves.
ONE_AT_A_TIME: Final = "SELECT pg_advisory_xact_lock(hashtextextended('quota of files ' || coalesce($1::text, ''), 0))"
CONTENT: Final = """
SELECT v.stored_as, v.file_name, v.media_type, v.size, v.sha256, v.scan, v.number
FROM document_versions v WHERE v.document_id = $1 AND v.number = coalesce($2, (
  SELECT max(number) FROM document_versions WHERE document_id = $1))
"""


log = structlog.get_logger("documents")


@dataclass(frozen=True)
class DocumentToKeep:
    """A file that the program made itself."""

    subject: str
    subject_id: UUID
    title: str
    kind: FileKind
    language: Language | None
    sensitivity: FieldClass
    organization_id: UUID | None
    file_name: str
    content: bytes


@dataclass(frozen=True)
class Content:
    """Where the bytes of a version lie, and how they are handed out."""

    stored_as: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    scan: ScanStatus
    number: int


async def create(uow: UnitOfWork, body: DocumentCreate, most: int) -> Document:
    """404 for a record that does not exist for the actor, 403 where they may not write."""
    await _require_writable(uow, body.subject, body.subject_id)
    organization_id = await _owner(uow, body.organization_id)
    upload = await uploads.taken(uow, body.upload_id)
    await _require_room(uow, organization_id, upload.size, most)
    values = body.model_dump(exclude={"id", "upload_id", "note", "organization_id"})
    document = Document(**values, organization_id=organization_id, current_number=1)
    if body.id is not None:
        document.id = body.id
    uow.add(document)
    await uow.flush()
    uow.add(_version(uow, document, upload, body.note))
    await uow.flush()
    return document


async def add_version(uow: UnitOfWork, id: UUID, body: VersionCreate, version: int, most: int) -> Document:
    document = await _locked(uow, id, version)
    crud.require_live(document)
    upload = await uploads.taken(uow, body.upload_id)
    newest = await _newest(uow, document)
    if newest is not None and newest.sha256 == upload.sha256:
        raise refused(say("same_as_newest_version"))
    await _require_room(uow, document.organization_id, upload.size, most)
    document.current_number += 1
    uow.add(_version(uow, document, upload, body.note))
    await uow.flush()
    return document


async def edit(uow: UnitOfWork, id: UUID, body: Shape, version: int) -> Document:
    document = await _locked(uow, id, version)
    crud.require_live(document)
    current = {name: getattr(document, name) for name in DocumentFields.model_fields}
    crud.apply(document, crud.merged(DocumentFields, current, body).model_dump())
    await uow.flush()
    return document


async def archive(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Document:
    document = await _locked(uow, id, version)
    await crud.archive(uow, document, reason)
    return document


async def restore(uow: UnitOfWork, id: UUID, version: int, reason: str) -> Document:
    document = await _locked(uow, id, version)
    await crud.restore(uow, document, reason)
    return document


async def keep(uow: UnitOfWork, store: Storage, wanted: DocumentToKeep) -> Document:
    """A file of our own making. Its bytes are stored before the commit; without one they are tidied away at night."""
    stored_as = uploads.place(uow.today)
    await store.put(stored_as, wanted.content)
    about = {name: getattr(wanted, name) for name in ("subject", "subject_id", "title", "kind", "language")}
    document = Document(
        **about, sensitivity=wanted.sensitivity, organization_id=wanted.organization_id, current_number=1
    )
    uow.add(document)
    await uow.flush()
    uow.add(
        DocumentVersion(
            document_id=document.id,
            number=1,
            file_name=wanted.file_name,
            media_type=rules.media_type(wanted.file_name),
            size=len(wanted.content),
            sha256=hashlib.sha256(wanted.content).hexdigest(),
            stored_as=stored_as,
            scan=ScanStatus.CLEAN,
            uploaded_by_id=_person(uow),
            uploaded_at=uow.now,
        )
    )
    await uow.flush()
    return document


async def content(reader: Reader | UnitOfWork, id: UUID, number: int | None) -> Content:
    """What may leave; 409 while the scan is under way, and for what it found."""
    await require_visible(reader, Document, id)
    rows = await reader.rows(CONTENT, [id, number])
    if not rows:
        raise not_found()
    found = Content(*rows[0])
    if code := rules.REFUSED.get(ScanStatus(found.scan)):
        raise AppError("conflict", say(code), headers={"Retry-After": "60"})
    return found


async def handed_out(store: Storage, found: Content) -> AsyncIterator[bytes]:
    """The bytes, the last of them only when all are what was stored: what is damaged never arrives whole."""
    return _verified(await begun(store, found.stored_as), found.sha256)


async def _verified(parts: AsyncIterator[bytes], sha256: str) -> AsyncIterator[bytes]:
    held, digest = b"", hashlib.sha256()
    async for part in parts:
        if held:
            yield held
        held = part
        digest.update(part)
    if digest.hexdigest() != sha256:
        log.error("a file in the storage is not what was stored", sha256=sha256)
        raise OSError("a damaged file")
    yield held


async def quota(reader: Reader, organization_id: UUID | None, most: int) -> Quota:
    """Of an organization within the reader's own part; without one, of where their next file would count."""
    reach = reader.reach(Document)
    wanted = organization_id or _only_own(reach)
    if wanted is not None:
        prepared = STATEMENTS.get(("own organization", reach.shape), lambda: _own_organization(reach))
        if not await reader.rows(prepared.text, prepared.arguments({"id": wanted} | reach.parameters())):
            raise not_found()
    return Quota(organization_id=wanted, used=await used(reader, wanted), most=most)


def _own_organization(reach: Reach) -> Any:
    id = col(Organization.id)
    return select(id).where(id == sa.bindparam("id", type_=sa.Uuid()), own(Organization, reach))


async def used(asker: Reader | UnitOfWork, organization_id: UUID | None) -> int:
    [(bytes_,)] = await asker.rows(USED, [organization_id])
    return int(bytes_)


async def _locked(uow: UnitOfWork, id: UUID, version: int) -> Document:
    document = await uow.get(Document, id, lock=True)
    require_version(document, version)
    return document


async def _require_writable(uow: UnitOfWork, subject: FiledUnder, subject_id: UUID) -> None:
    record: Any = await uow.get(SUBJECTS[subject], subject_id)
    crud.require_live(record)


async def _owner(uow: UnitOfWork, wanted: UUID | None) -> UUID | None:
    """The organization whose storage it fills: the one named, or the actor's only one, or the Association."""
    reach = uow.own_reach()
    if wanted is None:
        return _only_own(reach)
    found = await uow.session.get(Organization, wanted)
    if found is None or not (reach.everything or found.id in reach.organizations or found.oblast_code in reach.oblasts):
        raise invalid(FieldError("/organization_id", say("outside_your_reach")))
    return found.id


def _only_own(reach: Reach) -> UUID | None:
    is_one = len(reach.organizations) == 1 and not reach.everything and not reach.oblasts
    return next(iter(reach.organizations)) if is_one else None


async def _require_room(uow: UnitOfWork, organization_id: UUID | None, size: int, most: int) -> None:
    await uow.transaction.raw.execute(ONE_AT_A_TIME, str(organization_id) if organization_id else None)
    taken = await used(uow, organization_id)
    if taken + size > most:
        raise AppError("conflict", say("quota_of_files_used_up", used=taken, most=most, size=size))


async def _newest(uow: UnitOfWork, document: Document) -> DocumentVersion | None:
    query = select(DocumentVersion).where(
        col(DocumentVersion.document_id) == document.id, col(DocumentVersion.number) == document.current_number
    )
    return (await uow.session.scalars(query)).one_or_none()


def _version(uow: UnitOfWork, document: Document, upload: Upload, note: str | None) -> DocumentVersion:
    carried = upload.model_dump(include={"file_name", "media_type", "size", "sha256", "stored_as", "scan"})
    return DocumentVersion(
        document_id=document.id,
        number=document.current_number,
        note=note,
        uploaded_by_id=_person(uow),
        uploaded_at=uow.now,
        **carried,
    )


def _person(uow: UnitOfWork) -> UUID | None:
    return uow.actor.id if uow.actor.kind == "user" else None
