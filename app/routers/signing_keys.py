from fastapi import Request, Response

from app.core import keys
from app.core.http import ResourceRouter, StrictRoute, clock, fresh, problems, runtime
from app.core.tokens import jwks
from app.schemas.sessions import PublicKeys

router = ResourceRouter(prefix="/.well-known", tags=["sessions"], route_class=StrictRoute)

# A new key is here for much longer than this before it signs.
CACHED = "public, max-age=300"


@router.get("/jwks.json", response_model=PublicKeys, responses=problems())
async def get_signing_keys(request: Request) -> Response:
    """The keys that access tokens may be signed with (RFC 7517), for whoever checks them on their own."""
    ring = await keys.current(runtime(request), clock(request))
    response = fresh(PublicKeys.model_validate(jwks(ring)).model_dump_json().encode())
    response.headers["Cache-Control"] = CACHED
    return response
