from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from app.jobs.agreements import end_terms
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def signed_letter(world: World, client: Client, **given: object) -> str:
    sumska, gmina = await factories.hromada(world), await factories.foreign_municipality(world)
    partnership = await factories.partnership(world, sumska.id, gmina.id)
    last = (world.clock.today + timedelta(days=10)).isoformat()
    parties = [{"organization_id": str(one.id), "signatory_name_uk": "Голова"} for one in (sumska, gmina)]
    made = await client.made(
        "/v1/agreements",
        {
            "partnership_id": str(partnership.id),
            "kind": "letter_of_intent",
            "title_uk": "Лист про наміри",
            "parties": parties,
            "term_type": "fixed_term",
            "expires_on": last,
            **given,
        },
    )
    path = f"/v1/agreements/{made['id']}"
    await client.post(f"{path}/signature", json={"on": world.clock.today.isoformat()}, version=made["version"])
    return str(made["id"])


async def status(world: World, id: object) -> tuple[str, object]:
    [row] = await world.rows("SELECT status, expires_on FROM agreements WHERE id = $1", id)
    return row[0], row[1]


async def test_a_term_that_has_passed_ends(world: World, as_coordinator: Client) -> None:
    id = await signed_letter(world, as_coordinator)
    ctx = {"db": world.db, "clock": world.clock}
    world.clock.advance(days=10)
    on_the_last_day = await end_terms(ctx)
    world.clock.advance(days=1)

    ended = [await end_terms(ctx), await end_terms(ctx)]

    assert (on_the_last_day, ended, (await status(world, id))[0]) == (0, [1, 0], "expired")


async def test_what_was_refused_is_not_counted_and_is_told(world: World, as_coordinator: Client) -> None:
    """The clock of the server was put back between the list and the turn of the document."""
    await signed_letter(world, as_coordinator)
    now = world.clock.now
    moments = iter([now + timedelta(days=11), now])

    with capture_logs() as logs:
        ended = await end_terms({"db": world.db, "clock": moments.__next__})

    assert ended == 0
    assert [(each["event"], each["because"]) for each in logs] == [("a term was not ended", ["not_yet_expired"])]
