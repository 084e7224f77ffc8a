"""A restored backup knows nothing of later erasures: they are replayed before anybody comes to it."""

import json
from typing import Any, Final
from uuid import UUID

import pytest

from app.errors import AppError
from app.services import erasure_ledger
from tests.support import factories
from tests.support.client import Client
from tests.support.commitments import broken
from tests.support.world import World

pytestmark = pytest.mark.anyio

WHY: Final = {"ground": "unlawful", "reason": "Припис від 01.11.2026"}
ELSEWHERE: Final = "019aabcd-0000-7000-8000-000000000000"


async def person(world: World, client: Client) -> str:
    sumska = await factories.hromada(world)
    body = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр", "note": "Говорить польською"}
    made = await client.made("/v1/people", body | {"affiliations": [{"organization_id": str(sumska.id)}]})
    return str(made["id"])


def line(subject: str, **given: Any) -> str:
    known = {"id": ELSEWHERE, "subject": "people", "subject_id": subject, "at": "2026-11-20T10:00:00Z", "by_id": None}
    return json.dumps(known | WHY | given)


async def replayed(world: World, text: list[str]) -> list[bool]:
    async with world.work() as uow:
        return [await erasure_ledger.replay(uow, entry) for entry in erasure_ledger.read(text)]


async def test_the_ledger_names_nobody(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)

    async with world.work() as uow:
        found = await erasure_ledger.lines(uow)

    me = await as_administrator.seen("/v1/me")
    [entry] = [json.loads(each) for each in found]
    assert entry == WHY | {
        "id": entry["id"],
        "subject": "people",
        "subject_id": id,
        "at": "2026-11-23T10:00:00Z",
        "by_id": me["id"],
    }


async def test_after_a_restore_the_person_is_erased_again(world: World, as_administrator: Client) -> None:
    """The person is there as the backup has them; the ledger comes from elsewhere."""
    id = await person(world, as_administrator)

    first, again = await replayed(world, [line(id)]), await replayed(world, [line(id), ""])

    seen = await as_administrator.seen(f"/v1/people/{id}")
    assert (first, again, seen["is_erased"], seen["note"]) == ([True], [True], True, None)
    stored = await world.rows("SELECT erased_at::date::text FROM people WHERE id = $1", UUID(id))
    assert stored == [("2026-11-20",)]
    assert await world.rows("SELECT count(*) FROM erasures") == [(1,)]
    assert await world.rows("SELECT count(*) FROM journal WHERE verb = 'erasure_replayed'") == [(1,)]
    texts = await world.rows("SELECT p::text FROM journal_personal p")
    assert [text for [text] in texts if "Лисенко" in text] == []
    assert await broken(world) == []


async def test_who_came_after_the_backup_is_remembered_as_erased(world: World) -> None:
    found = await replayed(world, [line("019aabcd-0000-7000-8000-000000000001")])

    assert found == [False]
    assert await world.rows("SELECT ground FROM erasures") == [("unlawful",)]


@pytest.mark.parametrize("text", ["{", "[]", line("no-id"), line(ELSEWHERE, ground="boredom")])
def test_a_line_that_is_no_entry_is_named_and_nothing_is_replayed(text: str) -> None:
    with pytest.raises(AppError) as refusal:
        erasure_ledger.read([line(ELSEWHERE), text])

    assert [(each.code, each.facts) for each in refusal.value.sentences] == [("ledger_line_unreadable", {"line": 2})]


@pytest.mark.parametrize("statement", ["DELETE FROM erasures", "UPDATE erasures SET reason = 'x'"])
async def test_the_ledger_is_only_added_to(world: World, as_administrator: Client, statement: str) -> None:
    await as_administrator.post(f"/v1/people/{await person(world, as_administrator)}/erasure", json=WHY)

    with pytest.raises(Exception, match="permission denied"):
        async with world.work() as uow:
            await uow.transaction.raw.execute(statement)
