"""A meeting with Zamość: planned, moved, held; and one that came to nothing."""

from datetime import timedelta
from typing import Final

from tests.openapi.recording import Teller, own_id

MEETING: Final = own_id(51)
CALL: Final = own_id(52)
PARTNERSHIP: Final = own_id(3)
AT: Final = {"id": MEETING}


async def tell_activities(story: Teller) -> None:
    meeting = {
        "id": MEETING,
        "kind": "online_meeting",
        "title": "Підготовка обміну вчителями",
        "starts_local": "2026-12-03T10:00",
        "ends_local": "2026-12-03T11:30",
        "zone": "Europe/Warsaw",
        "online_url": "https://meet.example.org/zamosc-sumy",
        "partnership_ids": [PARTNERSHIP],
        "participants": [
            {"side": "ours", "name": "Ірина Савченко", "role": "organizer"},
            {"side": "theirs", "name": "Marek Nowicki", "email": "m.nowicki@zamosc.example"},
        ],
    }
    made = await story("create_activity", meeting)
    moved = {"starts_local": "2026-12-04T10:00", "ends_local": "2026-12-04T11:30"}
    seen = await story("edit_activity", moved, at=AT, version=made["version"])
    await story("hold_activity", {"outcome": "Домовилися"}, at=AT, version=seen["version"], status=409)
    await _a_call(story)
    await story("list_activities", params={"partnership_id": PARTNERSHIP, "limit": 2})
    await story("get_activity", at=AT)
    await story("batch_get_activities", {"ids": [MEETING]})
    why = {"reason": "Партнери попросили зустрітися після свят"}
    seen = await story("cancel_activity", why, at=AT, version=seen["version"])
    seen = await story("archive_activity", {"reason": "Внесено двічі"}, at=AT, version=seen["version"])
    await story("restore_activity", {"reason": "Це була інша зустріч"}, at=AT, version=seen["version"])
    await story("list_activity_history", at=AT, params={"limit": 2})


async def _a_call(story: Teller) -> None:
    soon = (story.world.clock.now + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M")
    call = {"id": CALL, "kind": "call", "title": "Дзвінок про автобус", "starts_local": soon, "zone": "Europe/Lisbon"}
    made = await story("create_activity", call | {"partnership_ids": [PARTNERSHIP]})
    outcome = {"outcome": "Автобус дають партнери", "next_step": "Надіслати список дітей", "next_step_on": "2026-12-10"}
    story.world.clock.advance(minutes=3)
    await story("hold_activity", outcome, at={"id": CALL}, version=made["version"])
