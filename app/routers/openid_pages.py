from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from app.core import context
from app.services import account_pages, openid_pages

router = APIRouter(include_in_schema=False)


@router.get("/sign-in/done")
async def get_sign_in_end(error: str | None = None, reason: str | None = None, step: str | None = None) -> Response:
    """Where a sign-in ends that was to lead nowhere else. Looking changes nothing."""
    shown = openid_pages.ended(context.language.get(), error=error, reason=reason, step=step)
    headers = {
        "Content-Security-Policy": account_pages.policy(),
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return HTMLResponse(shown, headers=headers)
