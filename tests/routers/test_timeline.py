"""What happened in a partnership, in one list: who did it, where it is known from, and page by page."""

from datetime import date
from typing import Any

import pytest

from app.models import Agreement
from app.vocabulary import AgreementStatus
from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def test_everything_that_happened_stands_in_one_list_newest_first(
    world: World, as_administrator: Client, as_guest: AsHromada
) -> None:
    """Scenario 3: a forum, a call, a visit each way, a memorandum; ordered, with actor and source."""
    hromada, partner = await factories.hromada(world), await factories.foreign_municipality(world)
    between = await factories.partnership(world, hromada.id, partner.id)
    tie = {"partnership_ids": [str(between.id)]}
    for kind, on in (("event", "2026-09-01T10:00"), ("call", "2026-10-01T10:00"), ("note", "2026-11-20T10:00")):
        await as_administrator.made("/v1/activities", tie | {"kind": kind, "title": kind, "starts_local": on})
    memorandum = await factories.agreement(world, between.id)
    async with world.work() as uow:
        row = await uow.get(Agreement, memorandum.id, lock=True)
        row.status, row.signed_on, row.effective_on = AgreementStatus.IN_FORCE, date(2026, 10, 20), date(2026, 10, 20)
    visit = {"title_uk": "Візит", "kind": "study_visit", "direction": "outgoing"}
    made = await as_administrator.made(
        "/v1/delegations", tie | visit | {"starts_on": "2026-10-10", "ends_on": "2026-10-12"}
    )
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE delegations SET status = 'closed' WHERE id = $1::uuid", made["id"])
    path = f"/v1/partnerships/{between.id}/timeline"

    whole = (await as_administrator.seen(path))["items"]
    paged: list[Any] = []
    cursor = None
    while True:
        page = await as_administrator.seen(path, params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        paged, cursor = paged + page["items"], page["next_cursor"]
        if cursor is None:
            break
    guest = await as_guest(partner.id)
    seen_by_guest = {each["kind"] for each in (await guest.seen(path))["items"]}

    assert [(each["kind"], each["what"]) for each in whole] == [
        ("stage", "contact"),
        ("activity", "note"),
        ("agreement", "signed"),
        ("agreement", "in_force"),
        ("delegation", "study_visit"),
        ("activity", "call"),
        ("activity", "event"),
    ]
    assert paged == whole
    assert {each["source"] for each in whole if each["kind"] == "activity"} == {"entered"}
    assert seen_by_guest == {"stage", "agreement", "delegation"}
