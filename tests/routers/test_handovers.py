"""A leaving colleague's work: everything that is open goes to the successor, in one step, and nothing else."""

from uuid import UUID

import pytest

from app.models import Organization, User
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.mail import Postman
from tests.support.world import World

pytestmark = pytest.mark.anyio

EVERYWHERE = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)


@pytest.fixture
async def leaving(world: World) -> User:
    return await factories.user(world, EVERYWHERE, name="Оксана Мельник")


@pytest.fixture
async def hromada(world: World) -> Organization:
    return await factories.hromada(world)


async def work_of(world: World, client: Client, hromada: Organization, owner: UUID) -> dict[str, str]:
    """One of everything that is open, a task that was done, and a reminder that waits."""
    between = await factories.partnership(world, hromada.id, coordinator_id=owner)
    about = {"subject": "partnerships", "subject_id": str(between.id), "owner_id": str(owner)}
    promise = {"kind": "promise", "title": "Надіслати список", "due_on": "2026-12-01"}
    task = await client.made("/v1/tasks", about | promise)
    done = await client.made("/v1/tasks", about | {"title": "Зателефонувати", "due_on": "2026-11-30"})
    await client.post(f"/v1/tasks/{done['id']}/done", json={}, version=done["version"])
    meeting = {"kind": "meeting", "title": "Зустріч", "starts_local": "2026-12-03T10:00", "owner_id": str(owner)}
    activity = await client.made("/v1/activities", meeting | {"partnership_ids": [str(between.id)]})
    letter = {
        "organization_id": str(hromada.id),
        "correspondent_name": "Замостя",
        "language": "uk",
        "subject": "Дружба",
    }
    text = {"subject": "Дружба", "body": "Вітаємо!", "owner_id": str(owner)}
    written = await client.made("/v1/letters", letter | text)
    ids = {"partnerships": str(between.id), "tasks": task["id"], "activities": activity["id"], "letters": written["id"]}
    return ids | {"done": done["id"]}


async def test_everything_open_moves_in_one_step_and_what_was_done_stays(
    world: World, as_administrator: Client, leaving: User, hromada: Organization, postman: Postman
) -> None:
    ids = await work_of(world, as_administrator, hromada, leaving.id)
    successor = await factories.user(world, EVERYWHERE, name="Тарас Бойко", email="taras@example.org")
    body = {"to_id": str(successor.id), "reason": "Переходить на іншу роботу"}
    path = f"/v1/users/{leaving.id}/handover"

    tried = (await as_administrator.post(path, params={"dry_run": "true"}, json=body)).json()
    untouched = (await as_administrator.seen(f"/v1/tasks/{ids['tasks']}"))["owner_id"]
    made = (await as_administrator.post(path, json=body)).json()
    again = await as_administrator.post(path, json=body)
    owners = {
        kind: (await as_administrator.seen(f"/v1/{kind}/{ids[kind]}"))[
            "coordinator_id" if kind == "partnerships" else "owner_id"
        ]
        for kind in ("partnerships", "tasks", "activities", "letters")
    }
    done = (await as_administrator.seen(f"/v1/tasks/{ids['done']}"))["owner_id"]

    assert tried["moved"] == made["moved"] == {"partnerships": 1, "tasks": 1, "activities": 1, "letters": 1}
    assert (untouched, set(owners.values()), done) == (str(leaving.id), {str(successor.id)}, str(leaving.id))
    assert [each["title"] for each in made["promises"]] == ["Надіслати список"]
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert (await as_administrator.seen(f"/v1/handovers/{made['id']}"))["to_name"] == "Тарас Бойко"
    letter = await postman.only()
    assert (letter["To"].endswith("taras@example.org>"), "4" in letter["Subject"]) == (True, True)


async def test_what_the_successor_does_not_see_is_named_and_can_be_left(
    world: World, as_administrator: Client, leaving: User, hromada: Organization
) -> None:
    ids = await work_of(world, as_administrator, hromada, leaving.id)
    elsewhere = await factories.hromada(world)
    await factories.partnership(world, elsewhere.id, coordinator_id=leaving.id, title_uk="Далеке партнерство")
    grant = GrantGiven(role=Role.HROMADA_MANAGER, scope=ScopeKind.ORGANIZATION, organization_id=hromada.id)
    successor = await factories.user(world, grant)
    path, body = f"/v1/users/{leaving.id}/handover", {"to_id": str(successor.id)}

    refused = await as_administrator.post(path, json=body)
    made = (await as_administrator.post(path, json=body | {"skip_unseen": True})).json()

    assert (refused.status_code, "Далеке партнерство" in refused.json()["detail"]) == (409, True)
    assert [each["title"] for each in made["left"]] == ["Далеке партнерство"]
    assert (await as_administrator.seen(f"/v1/tasks/{ids['tasks']}"))["owner_id"] == str(successor.id)


async def test_reminders_follow_the_work(
    world: World, as_administrator: Client, leaving: User, hromada: Organization
) -> None:
    ids = await work_of(world, as_administrator, hromada, leaving.id)
    await reminders.planned(world)
    successor = await factories.user(world, EVERYWHERE)
    await as_administrator.post(f"/v1/users/{leaving.id}/handover", json={"to_id": str(successor.id)})

    await reminders.planned(world)
    found = await reminders.rows(world, "p.subject_id = $1 AND p.state = 'planned'", UUID(ids["tasks"]))

    assert {row["user_id"] for row in found} == {successor.id}
