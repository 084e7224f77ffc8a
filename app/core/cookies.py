"""A browser's session: one cookie that no script can read, and nothing done by it for a stranger's page."""

import secrets
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from app.errors import AppError, say
from app.rules import origins
from app.rules.opaque import digest
from app.settings import Http

# The prefix binds it to this very host: the browser takes it only with Secure, for the whole path, without a domain.
NAME: Final = "__Host-pobratym"
MARK: Final = "x-pobratym-request"
BYTES: Final = 32
LONGEST: Final = 200
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def new() -> str:
    return secrets.token_urlsafe(BYTES)


def shown(request: Request) -> bytes | None:
    """The digest of the cookie that came along, if one did."""
    cookie = request.cookies.get(NAME, "")
    return digest(cookie) if 0 < len(cookie) <= LONGEST else None


def give(response: Response, cookie: str, lives: timedelta) -> None:
    seconds = int(lives.total_seconds())
    response.set_cookie(NAME, cookie, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def take_back(response: Response) -> None:
    """With what the page has kept. Other cookies of the domain are not ours to clear."""
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    response.delete_cookie(NAME, path="/", secure=True, httponly=True, samesite="lax")


def require_own_page(request: Request, http: Http) -> None:
    """403 unless the browser says that one of our pages is asking."""
    headers = request.headers
    sender = origins.Sender(
        has_mark=headers.get(MARK, "") != "", origin=headers.get("origin"), site=headers.get("sec-fetch-site")
    )
    if not origins.is_ours(sender, _allowed(http)):
        raise AppError("foreign_request", say("own_pages_only"))


def _allowed(http: Http) -> frozenset[str]:
    own = urlsplit(http.address)
    return frozenset({f"{own.scheme}://{own.netloc}".lower(), *http.origins})
