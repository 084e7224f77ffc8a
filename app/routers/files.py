"""Files on their way out: saved, never shown, so that whatever is in one runs on nobody's page."""

from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Path, Request, Response
from fastapi.responses import StreamingResponse

from app.adapters.storage import storage
from app.core.http import KEPT_NOWHERE, CountedRoute, ResourceRouter, clock, problems, runtime
from app.services import document_links, documents

PATH: Final = "/v1/files"


class File(StreamingResponse):
    media_type = "application/octet-stream"


router = ResourceRouter(prefix=PATH, tags=["documents"], route_class=CountedRoute)

Token = Annotated[str, Path(min_length=1, max_length=200, pattern="^[A-Za-z0-9_-]+$")]


@router.get("/{token}", response_class=File, responses=problems(404, 409, 410))
async def get_file_by_link(request: Request, token: Token) -> Response:
    """Opens a link that was made for somebody, as long as they may see the file."""
    running = runtime(request)
    reader, link = await document_links.reader(running.db, running.settings, token, clock(request))
    return await sent(request, await documents.content(reader, link.document_id, link.number))


async def sent(request: Request, found: documents.Content) -> Response:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.file_name, safe='')}",
        "Content-Length": str(found.size),
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "ETag": f'"{found.sha256}"',
    }
    stream = await documents.handed_out(storage(runtime(request).settings), found)
    return File(stream, headers=KEPT_NOWHERE | headers)
