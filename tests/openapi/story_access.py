"""Olena looks at what she may do, asks why a colleague may not, and thinks a change of grants through."""

from typing import Final

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.openapi.recording import Teller, own_id
from tests.support import factories

BOHDAN: Final = own_id(90)
HROMADA: Final = own_id(1)


async def tell_access(story: Teller) -> None:
    """Told while an administrator is signed in."""
    coordinator = GrantGiven(role=Role.HROMADA_MEMBER, scope=ScopeKind.ORGANIZATION, organization_id=HROMADA)
    await factories.user(story.world, coordinator, id=BOHDAN, email="bohdan@example.org", name="Богдан Лисенко")
    await story("get_my_access")
    record = {"kind": "organizations", "id": HROMADA}
    question = {"user_id": BOHDAN, "permission": "organizations:write", "resource": record}
    await story("explain_access", question)
    promotion = {"role": "hromada_manager", "scope": "organization", "organization_id": HROMADA}
    await story("preview_access", {"user_id": BOHDAN, "give": [promotion]})
