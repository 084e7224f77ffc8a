"""The harness. A test asks for people, makes what must be there, and speaks to the program as a client does.

    from tests.conftest import AsHromada
    from tests.support import factories
    from tests.support.client import Client
    from tests.support.world import World

    pytestmark = pytest.mark.anyio

    async def test_a_member_changes_nothing(world: World, as_hromada_member: AsHromada) -> None:
        sumska = await factories.hromada(world)
        member = await as_hromada_member(sumska.id)

        answer = await member.patch(f"/v1/organizations/{sumska.id}", json={"website": "https://a.ua"}, version=1)

        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")

People (fixtures, each signed in through POST /v1/sessions): `as_administrator`, `as_coordinator`, `as_analyst`,
`as_stranger` (no grants), `nobody` (no token) are clients; `await as_hromada_manager(organization_id)`,
`as_hromada_member(…)`, `as_guest(…)` and `await as_oblast_coordinator("UA59000000000057109")` make one.
Another mixture of grants: `await actors.signed_in(world, GrantGiven(…), …)`.

Client: `get/post/patch/delete(path, json=…, params=…, version=seen, key=idempotency_key, headers=…)` answer with an
httpx response; `made(path, body)` wants a 201 and `seen(path)` a 200, both answer with the record. English is the
language; `client.language = "uk"` changes it. Each answer must be declared in the OpenAPI document, status, media
type and schema; an undeclared one fails the test.

World: `world.clock` is the program's clock and stands still (`clock.now`, `clock.today`, `clock.advance(days=3)`);
`async with world.work() as uow` opens a unit of work as a command would (or `world.work(actor, permission)`);
`await world.rows("SELECT … $1", x)` sees what is stored. The clocks of the triggers (`updated_at`, journal) are real.

Factories are plain functions over the services: `await factories.hromada(world, **what_matters)`. Add one per
aggregate to `factories.py`, with plausible defaults.

`postman`: `letters = await postman()` lets the worker send what is due to a real mail server, and answers with what
arrived there since the last time; `postman.token(letter)` is what its link carries.

`statements`: `async with statements.counted() as sent: …` gives the texts sent to PostgreSQL.

Everything of a test happens in one transaction on one connection and is undone afterwards. What needs real commits
or two connections at once is marked `@pytest.mark.two_connections` and asks for `real_world` instead of `world`:
a `World` over a database of its own and the real `Database`.
"""
