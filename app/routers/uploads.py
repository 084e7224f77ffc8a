from typing import Annotated, Any, Final

from fastapi import Request, Response

from app.adapters.storage import storage
from app.adapters.virus_scan import scanner
from app.core.http import CountedRoute, ResourceRouter, answered, fresh, opened, problems, reading, runtime
from app.core.queries import asked
from app.core.uow import Reader
from app.errors import AppError, say
from app.rules.permissions import Permission
from app.schemas.documents import UploadQuery, UploadRead
from app.services import uploads

PATH: Final = "/v1/uploads"
BYTES: Final = "application/octet-stream"
BODY: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}
}

router = ResourceRouter(prefix=PATH, tags=["documents"], route_class=CountedRoute)

Uploader = Annotated[Reader, reading(Permission.DOCUMENTS_WRITE)]


@router.post("", status_code=201, response_model=UploadRead, responses=problems(409, 413, 415), openapi_extra=BODY)
async def create_upload(
    request: Request, reader: Uploader, query: Annotated[UploadQuery, asked(UploadQuery)]
) -> Response:
    """Brings the bytes of a file; within a day it is put on a record with `POST /v1/documents`, or it is gone."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != BYTES:
        raise AppError("unsupported_media_type", say("media_type_expected", expected=BYTES))
    settings = runtime(request).settings
    async with uploads.arriving(request.stream(), settings) as arrived:
        name, stored_as = uploads.checked(query, arrived), uploads.place(reader.today)
        request.state.digest = arrived.sha256.encode()
        await storage(settings).take(stored_as, arrived.path)  # it may be slow: no transaction waits meanwhile
        async with opened(request, reader.actor, Permission.DOCUMENTS_WRITE) as uow:
            upload = await uploads.add(uow, name, arrived, stored_as, is_scanned=scanner(settings) is not None)
            uow.ring("scan_files")
            return await answered(uow, fresh(uploads.read(upload).model_dump_json().encode(), 201))
