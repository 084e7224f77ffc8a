"""Rules of reminders: made, tuned, tried out on the data of today, and switched off."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.models import Partnership
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH = "/v1/reminder-rules"


def rule(**given: Any) -> dict[str, Any]:
    return {
        "name_uk": "Подзвонити заздалегідь",
        "name_en": "Call in good time",
        "text_uk": "{number} «{title}»: наступний крок {on}, {left}.",
        "text_en": "{number} “{title}”: the next step is on {on}, {left}.",
        "topic": "partnership",
        "thing": "partnership_next_step",
        "offsets": [-5],
        "audience": ["coordinator"],
    } | given


@pytest.fixture
async def olena(world: World) -> UUID:
    grant = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)
    return (await factories.user(world, grant, name="Олена Коваль", language="en")).id


@pytest.fixture
async def partnership(world: World, olena: UUID) -> Partnership:
    soon = {"next_step": "Зателефонувати", "next_step_on": world.clock.today + timedelta(days=10)}
    return await factories.partnership(world, coordinator_id=olena, **soon)


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def test_a_dry_run_says_who_would_get_what_when_and_why_and_keeps_nothing(
    world: World, as_administrator: Client, partnership: Partnership, olena: UUID
) -> None:
    before = await world.rows("SELECT count(*) FROM planned_reminders")

    answer = await as_administrator.post(f"{PATH}/dry-run", json=rule())
    [found] = [each for each in answer.json()["items"] if each["subject_id"] == str(partnership.id)]

    assert answer.status_code == 200
    assert (found["user_id"], found["user_name"], found["why"]) == (str(olena), "Олена Коваль", "coordinator")
    assert (found["on"], found["due_local"][:16], found["is_told"]) == ("2026-12-03", "2026-11-28T09:00", False)
    assert partnership.number in found["text"]
    assert await world.rows("SELECT count(*) FROM planned_reminders") == before
    assert [each for each in (await as_administrator.seen(PATH))["items"] if not each["is_shipped"]] == []


async def test_what_the_dry_run_said_is_what_is_planned(
    world: World, as_administrator: Client, partnership: Partnership
) -> None:
    made = await as_administrator.made(PATH, rule(code="call_early"))
    said = (await as_administrator.post(f"{PATH}/{made['id']}/dry-run")).json()["items"]

    await reminders.planned(world)
    rows = await reminders.rows(world, "p.rule_id = $1", UUID(made["id"]))

    assert [(each["subject_id"], each["due_local"][:16]) for each in said] == [
        (str(row["subject_id"]), row["due_local"].isoformat()[:16]) for row in rows
    ]
    assert len(rows) == 1


async def test_a_tuned_rule_moves_what_is_planned(
    world: World, as_administrator: Client, partnership: Partnership
) -> None:
    made = await as_administrator.made(PATH, rule(code="call_early"))
    await reminders.planned(world)

    tuned = await as_administrator.patch(
        f"{PATH}/{made['id']}", json={"offsets": [-3], "at_time": "14:30"}, version=made["version"]
    )
    await reminders.planned(world)
    rows = await reminders.rows(world, "p.rule_id = $1 AND p.state = 'planned'", UUID(made["id"]))
    gone = await reminders.rows(world, "p.rule_id = $1 AND p.state = 'stopped'", UUID(made["id"]))

    assert tuned.status_code == 200
    assert [(row["step"], row["due_local"].isoformat()) for row in rows] == [("-3", "2026-11-30T14:30:00")]
    assert [(row["step"], row["state_because"]) for row in gone] == [("-5", "rule_changed")]


async def test_a_rule_that_came_with_the_program_is_tuned_and_not_turned_into_another(
    world: World, as_administrator: Client
) -> None:
    await reminders.planned(world)
    found = (await as_administrator.seen(PATH, params={"limit": 200, "is_shipped": "true"}))["items"]
    shipped = next(each for each in found if each["code"] == "agreement_expiry")
    path = f"{PATH}/{shipped['id']}"

    other = await as_administrator.patch(path, json={"thing": "project_end"}, version=shipped["version"])
    tuned = await as_administrator.patch(path, json={"offsets": [-60]}, version=shipped["version"])

    assert len(found) == 24
    assert (other.status_code, tuned.status_code, tuned.json()["offsets"]) == (409, 200, [-60])


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"offsets": []}, "/offsets"),
        ({"offsets": [1, 1]}, "/offsets"),
        ({"offsets": [1.5]}, "/offsets/0"),
        ({"name_uk": "  "}, "/name_uk"),
        ({"text_en": "{shoe_size}"}, "/text_en"),
        ({"audience": []}, "/audience"),
        ({"audience": ["mayor"]}, "/audience/0"),
        ({"audience": ["role"]}, "/roles"),
        ({"filters": {"shoe_size": ["43"]}}, "/filters"),
        ({"quiet_from": "21:00"}, ""),
        ({"at_time": "25:00"}, "/at_time"),
        ({"escalate_after_days": 3}, "/escalate_to"),
        ({"thing": "birthday"}, "/thing"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    as_administrator: Client, given: dict[str, Any], pointer: str
) -> None:
    answer = await as_administrator.post(f"{PATH}/dry-run", json=rule(**given))

    assert answer.status_code == 422, answer.text
    assert errors(answer)[0][0].startswith(pointer)


async def test_rules_are_the_administrators(as_coordinator: Client, as_administrator: Client) -> None:
    made = await as_administrator.made(PATH, rule(code="call_early"))
    twice = await as_administrator.post(PATH, json=rule(code="call_early"))

    answers = [
        await as_coordinator.post(PATH, json=rule(code="mine")),
        await as_coordinator.patch(f"{PATH}/{made['id']}", json={"is_enabled": False}, version=made["version"]),
        await as_coordinator.post(f"{PATH}/dry-run", json=rule()),
    ]

    assert [each.status_code for each in answers] == [403, 403, 403]
    assert (await as_coordinator.seen(f"{PATH}/{made['id']}"))["code"] == "call_early"
    assert twice.status_code == 409
