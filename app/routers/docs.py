"""Pages for people about the API, whole without the internet."""

from pathlib import Path
from typing import Final

import fastapi_standalone_docs
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)

ASSETS: Final = Path(fastapi_standalone_docs.__file__).parent / "static"

# Both viewers write their own style elements, and ReDoc searches in a worker that it makes from a blob.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}

HEAD: Final = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pobratym API</title>
<link rel="icon" href="/docs/assets/fastapi/favicon.png">
"""
SWAGGER: Final = f"""{HEAD}<link rel="stylesheet" href="/docs/assets/swagger/swagger-ui.css">
</head>
<body>
<noscript>This page needs JavaScript. The description itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
REDOC: Final = f"""{HEAD}<style>body {{ margin: 0; padding: 0; }}</style>
</head>
<body>
<noscript>This page needs JavaScript. The description itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<redoc spec-url="/openapi.json"></redoc>
<script src="/docs/assets/redoc/redoc.standalone.js"></script>
</body>
</html>
"""
START: Final = """\
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  persistAuthorization: false,
  docExpansion: "none",
  presets: [SwaggerUIBundle.presets.apis],
});
"""


def install(app: FastAPI) -> None:
    app.include_router(router)
    app.mount("/docs/assets", StaticFiles(directory=ASSETS), name="docs_assets")


@router.get("/docs")
async def get_docs_page() -> HTMLResponse:
    return HTMLResponse(SWAGGER, headers=HEADERS)


@router.get("/redoc")
async def get_redoc_page() -> HTMLResponse:
    return HTMLResponse(REDOC, headers=HEADERS)


@router.get("/docs/start.js")
async def get_docs_script() -> Response:
    return Response(START, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


@router.get("/redoc/logo-mini.svg")
async def get_redoc_logo() -> FileResponse:
    """Where ReDoc looks for it."""
    return FileResponse(ASSETS / "redoc" / "logo-mini.svg")
