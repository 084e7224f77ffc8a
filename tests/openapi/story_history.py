"""Somebody notices a slip of the pen in what they have just edited, and takes it back."""

from typing import Any, Final

from tests.openapi.recording import Teller, own_id
from tests.support import factories
from tests.support.resources import BODIES

SLIP: Final = {"reason": "Виправлено не той запис"}
# The operation, where the record lives, and what was edited by mistake.
EDITS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("undo_organization", "/v1/organizations", {"website": "https://sumy.example.org"}),
    ("undo_person", "/v1/people", {"note": "Говорить польською"}),
    ("undo_partnership", "/v1/partnerships", {"next_step": "Зателефонувати до гміни"}),
    ("undo_agreement", "/v1/agreements", {"sphere": "Освіта"}),
    ("undo_project", "/v1/projects", {"description": "Спільний хаб для молоді"}),
    ("undo_delegation", "/v1/delegations", {"title_en": "Study visit"}),
)


async def tell_history(story: Teller) -> None:
    """Told by somebody who may do everything."""
    hromada = await factories.hromada(story.world, name_uk="Охтирська громада")
    for number, (operation, path, edit) in enumerate(EDITS, 201):
        body = await BODIES[path](story.world, hromada.id)
        made = await story.client.made(path, body | {"id": own_id(number)})
        place = f"{path}/{made['id']}"
        edited = await story.client.patch(place, json=edit, version=made["version"])
        await story(operation, SLIP, at={"id": made["id"]}, version=edited.json()["version"])
