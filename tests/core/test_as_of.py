"""What was equals what was seen then: asked over HTTP, and by a replay that knows only the journal."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import pytest

from app.core import as_of
from app.core.actors import command
from app.core.row_security import telling
from app.core.uow import KYIV
from app.vocabulary import Role
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

GERMAN_TOWN: Final = {"kind": "foreign_municipality", "name_uk": "Місто Целле", "country": "DE"}
NEED: Final = {"title": "Шукаємо партнера для шкіл", "direction": "education_youth"}
VISION: Final = {"why_us": "Схожі виклики", "expected_results": {"long_term": "Спільна програма обмінів"}}
DERIVED: Final = {"version", "created_at", "updated_at", "search", "sort_name", "words", "title_fold"}
SUBJECTS: Final = ["agreements", "delegations", "organizations", "partnerships", "people", "projects"]


async def now(world: World) -> datetime:
    """The moment of the database, which is the one that the journal writes; the program's clock follows it."""
    [[found]] = await world.rows("SELECT clock_timestamp()")
    world.clock.now = found
    moment: datetime = found
    return moment


async def present(world: World, role: Role = Role.COORDINATOR) -> Client:
    await now(world)
    return await actors.everywhere(world, role)


class Memory:
    """What was answered when, under the path that it was asked by."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client = world, client
        self.seen: list[tuple[datetime, str, int, Any]] = []

    async def keep(self, *paths: str) -> None:
        moment = await now(self.world)
        for path in paths:
            answer = await self.client.get(path)
            self.seen.append((moment, path, answer.status_code, answer.json()))

    async def again(self) -> list[tuple[datetime, str, int, Any]]:
        """The same questions, asked now about then."""
        await now(self.world)
        found = []
        for moment, path, _, _ in self.seen:
            mark = "&" if "?" in path else "?"
            answer = await self.client.get(f"{path}{mark}as_of={moment.isoformat().replace('+00:00', 'Z')}")
            found.append((moment, path, answer.status_code, answer.json()))
        return found


async def lived(world: World, coordinator: Client) -> Memory:
    """A partnership from its first day to the archive, remembered at every step."""
    memory = Memory(world, coordinator)
    sumska = await factories.hromada(world)
    celle = await coordinator.made("/v1/organizations", GERMAN_TOWN | {"needs": [NEED]})
    parties = [{"organization_id": str(sumska.id)}, {"organization_id": celle["id"]}]
    home = (await coordinator.made("/v1/partnerships", {"parties": parties, "vision": VISION}))["id"]
    partnership, town = f"/v1/partnerships/{home}", f"/v1/organizations/{celle['id']}"
    letter = {"partnership_id": home, "kind": "letter_of_intent", "title_uk": "Лист про наміри"}
    lists = ("/v1/partnerships?country=DE", "/v1/partnerships?archived=all&sort=number", "/v1/organizations?q=целле")
    every: tuple[str, ...] = (
        partnership,
        town,
        *lists,
        f"/v1/agreements?partnership_id={home}",
        "/v1/projects",
        "/v1/delegations",
    )
    await memory.keep(*every)
    sides = [party | {"signatory_name_uk": "Ірина Савченко"} for party in parties]
    agreement = (await coordinator.made("/v1/agreements", letter | {"parties": sides}))["id"]
    document = f"/v1/agreements/{agreement}"
    every = (*every, document)
    await memory.keep(*every)
    today = world.clock.today.isoformat()
    await done(coordinator, document, "/signature", {"on": today})
    await done(coordinator, partnership, "/stage", {"to": "letter_of_intent"})
    await memory.keep(*every)
    await edited(coordinator, town, {"name_uk": "Округ Целле", "needs": [], "networks": ["cemr"]})
    made = {"title_uk": "Обмін школярами", "kind": "soft", "partnership_ids": [home], "parties": parties[:1]}
    project = (await coordinator.made("/v1/projects", made))["id"]
    every = (*every, f"/v1/projects/{project}", "/v1/projects?direction=education_youth")
    await memory.keep(*every)
    await edited(coordinator, f"/v1/projects/{project}", {"parties": [], "directions": ["education_youth"]})
    visit = {"title_uk": "Візит", "kind": "study_visit", "direction": "outgoing", "starts_on": today, "ends_on": today}
    delegation = (await coordinator.made("/v1/delegations", visit | {"partnership_ids": [home]}))["id"]
    every = (*every, f"/v1/delegations/{delegation}")
    await memory.keep(*every)
    await done(coordinator, partnership, "/status", {"to": "ended", "reason": "Рада вирішила"})
    await done(coordinator, partnership, "/archive", {"reason": "Завершено"})
    await memory.keep(*every)
    return memory


async def done(client: Client, path: str, verb: str, body: dict[str, Any]) -> None:
    answer = await client.post(path + verb, json=body, version=(await client.seen(path))["version"])
    assert answer.status_code == 200, answer.text


async def edited(client: Client, path: str, body: dict[str, Any]) -> None:
    answer = await client.patch(path, json=body, version=(await client.seen(path))["version"])
    assert answer.status_code == 200, answer.text


async def test_every_answer_about_the_past_is_the_one_that_was_given_then(world: World) -> None:
    """Present and past are asked in turn on one connection, so each question keeps its own plan."""
    memory = await lived(world, await present(world))

    before = await memory.client.seen(memory.seen[0][1])
    found = await memory.again()

    assert (len(found), {status for _, _, status, _ in found}) == (61, {200})
    assert found == memory.seen
    assert await memory.client.seen(memory.seen[0][1]) == before


async def test_a_replay_that_knows_only_the_journal_comes_to_the_same_rows(world: World) -> None:
    memory = await lived(world, await present(world))

    for moment in sorted({moment for moment, *_ in memory.seen}):
        for table in await tables(world):
            assert await viewed(world, table, moment) == await replayed(world, table, moment), (table, moment)


async def tables(world: World) -> list[str]:
    return [row[0] for row in await world.rows("SELECT name::text FROM as_of_tables() ORDER BY name")]


async def viewed(world: World, table: str, moment: datetime) -> dict[str, Any]:
    told = f"{as_of.path(moment)}; {telling(command('tests'), world.clock.today)}"
    async with world.db.reading(told) as connection:
        rows = await connection.fetch(f"SELECT to_jsonb(t)::text FROM as_of.{table} t")  # noqa: S608 - a name of the catalogue
    found = [orjson.loads(row[0]) for row in rows]
    return {row["id"]: {name: value for name, value in row.items() if name not in DERIVED} for row in found}


async def replayed(world: World, table: str, moment: datetime) -> dict[str, Any]:
    """Written against the journal alone: inserted fields, then changed ones, until the row is deleted."""
    columns = [row[0] for row in await world.rows(COLUMNS, table)]
    entries = await world.rows(ENTRIES, table, moment)
    rows: dict[str, dict[str, Any]] = {}
    for row_id, operation, after, personal in entries:
        held = orjson.loads(personal or "{}")
        if operation == "delete":
            del rows[str(row_id)]
            continue
        row = rows.setdefault(str(row_id), dict.fromkeys(columns))
        for name, value in orjson.loads(after).items():
            is_commitment = isinstance(value, dict) and set(value) == {"sha256"}
            row[name] = held.get(name) if is_commitment else value
    return rows


COLUMNS: Final = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'
  AND column_name NOT IN ('version', 'created_at', 'updated_at')
"""
ENTRIES: Final = """
SELECT j.row_id, j.operation, j.after::text,
       (SELECT jsonb_object_agg(p.field, p.after)::text FROM journal_personal p WHERE p.journal_id = j.id)
FROM journal j WHERE j.row_table = $1 AND j.at <= $2 AND j.operation IN ('insert', 'update', 'delete') ORDER BY j.id
"""


async def test_every_view_has_the_columns_of_its_table(world: World) -> None:
    """A migration that adds a column refreshes the views, or this fails."""
    shape = """
    SELECT table_schema, table_name, array_agg(column_name || ' ' || udt_name ORDER BY ordinal_position)
    FROM information_schema.columns WHERE table_schema = ANY ($1) AND table_name = ANY ($2) GROUP BY 1, 2
    """
    known = await tables(world)
    found = {
        (schema, table): columns
        for schema, table, columns in await world.rows(shape, ["public", "as_of", "as_of_some"], known)
    }

    journalled = await world.rows(
        "SELECT c.relname::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE tgname = 'journal'"
        " AND (string_to_array(encode(tgargs, 'escape'), '\\000'))[1] = ANY ($1)",
        SUBJECTS,
    )
    assert {row[0] for row in journalled} - set(known) == {"consents", "erasures"}
    assert len(known) == 18
    for table in known:
        assert found["as_of", table] == found["as_of_some", table] == found["public", table]


async def test_what_was_not_there_yet_is_not_found(world: World) -> None:
    coordinator = await present(world)
    await factories.organization(world)
    before = await now(world)
    made = await coordinator.made("/v1/organizations", GERMAN_TOWN)
    await now(world)

    answer = await coordinator.get(f"/v1/organizations/{made['id']}", params={"as_of": before.isoformat()})
    listed = await coordinator.seen("/v1/organizations", params={"as_of": before.isoformat(), "q": "целле"})

    assert (answer.status_code, answer.json()["code"], listed) == (404, "not_found", {"items": [], "next_cursor": None})


async def test_an_answer_about_the_past_names_its_moment_and_has_no_version_to_change(world: World) -> None:
    coordinator = await present(world)
    made = await coordinator.made("/v1/organizations", GERMAN_TOWN)
    await now(world)
    today = world.clock.today.isoformat()

    answer = await coordinator.get(f"/v1/organizations/{made['id']}", params={"as_of": today})

    assert (answer.status_code, answer.headers.get("etag"), answer.json()) == (200, None, made)
    end = datetime.fromisoformat(answer.headers["as-of"])
    assert (end + timedelta(microseconds=1)).astimezone(KYIV).isoformat()[10:19] == "T00:00:00"


LATER: Final[dict[str, Callable[[datetime], str]]] = {
    "as_of_in_future": lambda at: (at + timedelta(hours=30)).isoformat(),
    "as_of_too_early": lambda at: (at - timedelta(days=800)).isoformat(),
    "as_of_form": lambda _: "учора",
}


@pytest.mark.parametrize("code", LATER)
@pytest.mark.parametrize("path", ["/v1/partnerships", "/v1/partnerships/01930000-0000-7000-8000-000000000001"])
async def test_a_moment_of_which_nothing_is_known_is_refused(world: World, path: str, code: str) -> None:
    coordinator = await present(world)
    await factories.partnership(world)

    answer = await coordinator.get(path, params={"as_of": LATER[code](await now(world))})

    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (422, [code])


async def test_a_cursor_is_good_for_its_own_moment_only(world: World) -> None:
    coordinator = await present(world)
    for _ in range(3):
        await factories.organization(world)
    first, second = await now(world), await now(world)
    query = {"limit": 1, "as_of": first.isoformat()}

    page = await coordinator.seen("/v1/organizations", params=query)
    following = await coordinator.seen("/v1/organizations", params=query | {"cursor": page["next_cursor"]})
    other = {"limit": 1, "cursor": page["next_cursor"]}
    refused = [
        await coordinator.get("/v1/organizations", params=each)
        for each in (other, other | {"as_of": second.isoformat()})
    ]

    assert page["items"] != following["items"]
    assert [(each.status_code, each.json()["code"]) for each in refused] == [(400, "invalid_cursor")] * 2


async def test_the_rights_of_today_decide_what_is_seen_of_the_past(world: World) -> None:
    """A party that was never there does not see it; a guest sees it without our internal fields."""
    await now(world)
    sumska, lvivska = [await factories.hromada(world) for _ in range(2)]
    gmina = await factories.foreign_municipality(world)
    made = await factories.partnership(world, sumska.id, gmina.id, next_step="Зателефонувати")
    moment = (await now(world)).isoformat()
    place = f"/v1/partnerships/{made.id}"
    people = [
        await actors.at(world, Role.HROMADA_MANAGER, sumska.id),
        await actors.at(world, Role.PARTNER_GUEST, gmina.id),
        await actors.at(world, Role.HROMADA_MANAGER, lvivska.id),
    ]

    present_, past = [
        [
            (await person.get(place, params=params), await person.get("/v1/partnerships", params=params))
            for person in people
        ]
        for params in ({}, {"as_of": moment})
    ]

    shown = [one.json() for one, _ in past]
    assert shown[0]["next_step"] == "Зателефонувати"
    assert "next_step" in shown[1]["_redacted"]
    assert shown[2]["code"] == "not_found"
    assert [(a.status_code, b.json()["items"]) for a, b in past] == [
        (a.status_code, b.json()["items"]) for a, b in present_
    ]


async def test_what_was_erased_is_gone_from_the_past_as_well(world: World) -> None:
    coordinator = await present(world)
    sumska = await factories.hromada(world)
    partnership = await factories.partnership(world, sumska.id)
    signatory = {"organization_id": str(sumska.id), "signatory_name_uk": "Ірина Савченко"}
    agreement = await factories.agreement(world, partnership.id, parties=[signatory])
    moment = (await now(world)).isoformat()
    async with world.work() as uow:
        await uow.transaction.raw.execute("DELETE FROM journal_personal WHERE subject_id = $1", agreement.id)

    found = await coordinator.seen(f"/v1/agreements/{agreement.id}", params={"as_of": moment})

    assert [party["signatory_name_uk"] for party in found["parties"]] == [None]


@pytest.mark.two_connections
async def test_present_and_past_asked_at_once_over_the_same_connections_do_not_mix(real_world: World) -> None:
    """Each connection leads into the past and back again, with the application's own role."""
    sumska = await factories.hromada(real_world)
    partnership = await factories.partnership(real_world, sumska.id, next_step="Перший дзвінок")
    await now(real_world)
    manager = await actors.at(real_world, Role.HROMADA_MANAGER, sumska.id)
    place = f"/v1/partnerships/{partnership.id}"
    first, moment = await manager.seen(place), await now(real_world)
    await edited(manager, place, {"next_step": "Другий дзвінок"})
    second = await manager.seen(place)
    past = {"as_of": moment.isoformat()}
    await now(real_world)

    ones = await asyncio.gather(*(manager.seen(place, params=past if turn % 2 else {}) for turn in range(40)))
    lists = await asyncio.gather(
        *(manager.seen("/v1/partnerships", params=past if turn % 2 else {}) for turn in range(10))
    )

    assert ones == [second, first] * 20
    assert [page["items"][0]["next_step"] for page in lists] == ["Другий дзвінок", "Перший дзвінок"] * 5
