"""A colleague leaves, and her partnerships go to another one."""

from uuid import UUID

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.openapi.recording import Teller, own_id
from tests.support import factories


async def tell_handover(story: Teller) -> None:
    grant = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)
    leaving = await factories.user(story.world, grant, name="Оксана Мельник", email="oksana.melnyk@example.org")
    successor = await factories.user(story.world, grant, name="Тарас Бойко", email="taras.boiko@example.org")
    await factories.partnership(story.world, UUID(own_id(1)), coordinator_id=leaving.id, title_uk="Дружба з Ольштином")
    body = {"to_id": str(successor.id), "reason": "Переходить на іншу роботу"}
    made = await story("hand_over_records", body, at={"id": str(leaving.id)})
    await story("get_handover", at={"id": made["id"]})
