"""Where letters of the day are stopped: by one request of the mail program (RFC 8058), or by a button.

Looking changes nothing: scanners of mail follow links.
"""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request, Response

from app.core.http import anyone, runtime
from app.core.uow import UnitOfWork
from app.errors import AppError
from app.routers.account_pages import LONGEST_TOKEN, PageRoute, language_of, page
from app.services import account_pages, unsubscribing
from app.services.account_pages import Unsubscribe

router = APIRouter(prefix=unsubscribing.PATH, include_in_schema=False, route_class=PageRoute)


async def given(request: Request) -> dict[str, str]:
    """What stands in the address and, from our own form, in the body."""
    try:
        sent = dict(parse_qsl((await request.body()).decode(), errors="strict", max_num_fields=10))
    except ValueError as error:
        raise AppError("malformed_body") from error
    return dict(request.query_params) | sent


Given = Annotated[dict[str, str], Depends(given)]


def _token(found: dict[str, str]) -> str:
    return found.get("token", "")[:LONGEST_TOKEN]


@router.get("")
async def get_unsubscribe_page(request: Request, found: Given) -> Response:
    token, language = _token(found), language_of(found.get("language"))
    unsubscribing.opened(runtime(request).settings, token)
    return page(account_pages.unsubscribing(Unsubscribe(unsubscribing.PATH, token), language), language)


@router.post("")
async def unsubscribe(request: Request, found: Given, uow: Annotated[UnitOfWork, anyone()]) -> Response:
    await unsubscribing.stop(uow, unsubscribing.opened(runtime(request).settings, _token(found)))
    language = language_of(found.get("language"))
    return page(account_pages.unsubscribed(language), language)
