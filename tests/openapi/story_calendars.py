"""Olena subscribes to the calendar of the partnership, and gives the address up again."""

from typing import Final

from tests.openapi.recording import Teller, own_id

FEED: Final = own_id(70)
AT: Final = {"id": FEED}
PARTNERSHIP: Final = own_id(3)
MEETING: Final = own_id(71)


async def tell_calendars(story: Teller) -> None:
    """After the meetings and tasks, which stand in it."""
    await _guests(story)
    await story("create_calendar_feed", {"kind": "deadlines"}, status=422)
    body = {"id": FEED, "kind": "partnership", "partnership_id": PARTNERSHIP, "name": "Суми — Замостя"}
    await story("create_calendar_feed", body)
    made = await story("rotate_calendar_feed", at=AT)
    await story("get_calendar", at={"token": made["url"].rpartition("/")[2].removesuffix(".ics")})
    await story("list_calendar_feeds")
    await story("revoke_calendar_feed", at=AT)


async def _guests(story: Teller) -> None:
    meeting = {
        "id": MEETING,
        "kind": "online_meeting",
        "title": "Програма обміну",
        "starts_local": "2026-12-17T15:00:00",
        "ends_local": "2026-12-17T16:00:00",
        "zone": "Europe/Kyiv",
        "online_url": "https://meet.example.org/sumy-zamosc",
        "partnership_ids": [PARTNERSHIP],
        "participants": [{"side": "theirs", "name": "Marek Nowicki", "email": "marek.nowicki@zamosc.example"}],
    }
    await story("create_activity", meeting)
    await story("send_invitations", {}, at={"id": MEETING})
    await story("list_invitations", at={"id": MEETING})
