"""Days in March 2026, lived through under a moved clock: who is reminded of what, on which day, and who is not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.models import Organization, Partnership, User
from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.routers.test_agreements import step, text
from tests.routers.test_letters import draft, registered, sent
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.mail import Postman
from tests.support.mail import text as words
from tests.support.world import World

pytestmark = pytest.mark.anyio


def morning(day: str) -> datetime:
    """08:00 UTC: past nine in Kyiv, in winter as in summer."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(hours=8)


@pytest.fixture
async def iryna(world: World, sumska: Organization) -> User:
    world.clock.now = morning("2026-02-20")
    grant = GrantGiven(role=Role.HROMADA_MANAGER, scope=ScopeKind.ORGANIZATION, organization_id=sumska.id)
    return await factories.user(world, grant, name="Ірина Савченко", email="iryna@example.org")


@pytest.fixture
async def olena(world: World, iryna: User) -> User:
    grant = GrantGiven(role=Role.COORDINATOR, scope=ScopeKind.ASSOCIATION)
    return await factories.user(world, grant, name="Олена Коваль", email="olena@example.org")


@pytest.fixture
async def sumska(world: World) -> Organization:
    return await factories.hromada(world)


@pytest.fixture
async def zamosc(world: World) -> Organization:
    return await factories.foreign_municipality(world, name_uk="Гміна Замость", name_en="Zamość", country="PL")


@pytest.fixture
async def between(world: World, sumska: Organization, zamosc: Organization, olena: User, iryna: User) -> Partnership:
    return await factories.partnership(world, sumska.id, zamosc.id, coordinator_id=iryna.id)


async def signed_in(world: World, user: User) -> Client:
    client = world.client()
    found = await client.made("/v1/sessions", {"email": user.email, "password": factories.PASSWORD})
    client.token = found["access_token"]
    return client


async def lived(world: World, until: str, postman: Postman | None = None) -> list[Any]:
    """Day by day, as the worker would have it: planned and told in the morning, letters collected."""
    letters = []
    while world.clock.now < morning(until):
        world.clock.advance(days=1)
        await reminders.told(world)
        letters += await postman() if postman else []
    return letters


async def told(world: World, code: str) -> list[tuple[str, str, str]]:
    found = await reminders.rows(world, "r.code = $1 AND p.state = 'told'", code)
    return [(row["step"], str(row["due_local"].date()), row["user_name"]) for row in found]


async def under_review(world: World, iryna: User, sides: tuple[Partnership, Organization, Organization]) -> Any:
    client = await signed_in(world, iryna)
    record = await client.made("/v1/agreements", text(sides[0], *sides[1:]))
    record = await step(client, record, "council-act", act_type="council_decision", number="12", on="2026-02-20")
    world.clock.now = morning("2026-03-02")
    client = await signed_in(world, iryna)
    return await step(client, record, "submission", number="02-17/7", on="2026-03-02")


async def test_the_ministry_is_silent_and_iryna_hears_of_it_three_times_then_others(
    world: World, between: Partnership, sumska: Organization, zamosc: Organization, iryna: User, postman: Postman
) -> None:
    reviewed = await under_review(world, iryna, (between, sumska, zamosc))

    letters = await lived(world, "2026-04-12", postman)
    again = await lived(world, "2026-04-14", postman)

    assert (reviewed["status"], reviewed["review_due_on"]) == ("under_review", "2026-04-01")
    *hers, one, other = await told(world, "ministry_review")
    assert hers == [
        ("-7", "2026-03-25", "Ірина Савченко"),
        ("0", "2026-04-01", "Ірина Савченко"),
        ("1", "2026-04-02", "Ірина Савченко"),
    ]
    assert {one, other} == {("escalate:7", "2026-04-09", name) for name in ("Ірина Савченко", "Олена Коваль")}
    assert sorted(each["To"] for each in letters) == sorted(
        ["Ірина Савченко <iryna@example.org>"] * 4 + ["Олена Коваль <olena@example.org>"]
    )
    assert len({each["Message-ID"] for each in letters}) == 5
    assert all(reviewed["number"] in words(each) and reviewed["number"] in words(each, "html") for each in letters)
    assert again == []


async def test_the_order_comes_in_time_and_what_would_have_followed_is_taken_back(
    world: World, between: Partnership, sumska: Organization, zamosc: Organization, iryna: User
) -> None:
    reviewed = await under_review(world, iryna, (between, sumska, zamosc))
    await lived(world, "2026-03-25")
    client = await signed_in(world, iryna)

    decision = {"decision": "approved", "number": "1538", "on": "2026-03-25"}
    approved = await step(client, reviewed, "ministry-decision", **decision)
    await lived(world, "2026-04-10")
    client = await signed_in(world, iryna)
    await step(client, approved, "signature", on="2026-04-10")
    await lived(world, "2026-04-27")

    assert await told(world, "ministry_review") == [("-7", "2026-03-25", "Ірина Савченко")]
    # Five and ten working days after Friday the 10th; the partner keeps Easter Monday on the 6th, before it.
    assert await told(world, "agreement_registration") == [
        ("5", "2026-04-17", "Ірина Савченко"),
        ("10", "2026-04-24", "Ірина Савченко"),
    ]


async def test_two_proposals_one_answer_and_one_reminder_on_the_fourteenth_day(
    world: World, between: Partnership, sumska: Organization, iryna: User, postman: Postman
) -> None:
    world.clock.now = morning("2026-03-02")
    client = await signed_in(world, iryna)
    tie = {"partnership_id": str(between.id), "pathway": "proposal_letter"}
    letters = [
        await sent(
            client, await registered(client, await client.made("/v1/letters", draft(sumska, **tie))), "2026-03-02"
        )
        for _ in range(2)
    ]
    await lived(world, "2026-03-09", postman)
    client = await signed_in(world, iryna)
    answer = draft(sumska, direction="incoming", subject="Згода", body=None, received_on="2026-03-09")
    await client.made("/v1/letters", answer | {"answers_id": letters[0]["id"]})

    await lived(world, "2026-03-20", postman)
    found = await reminders.rows(world, "r.code = 'letter_unanswered' AND p.state = 'told'")

    assert await told(world, "letter_unanswered") == [("0", "2026-03-16", "Ірина Савченко")]
    assert [str(row["subject_id"]) for row in found] == [letters[1]["id"]]
    assert [row["user_name"] for row in found] == ["Ірина Савченко"]


async def test_aid_that_is_not_reported_is_told_of_before_on_and_after_the_day(
    world: World, between: Partnership, iryna: User
) -> None:
    """Cleared on 2 March: the report is due on 31 May."""
    world.clock.now = morning("2026-03-02")
    client = await signed_in(world, iryna)
    report = {"kind": "obligation", "obligation": "humanitarian_report", "title": "Звіт про автомобілі"}
    about = {"subject": "partnerships", "subject_id": str(between.id), "counts_from": "2026-03-02"}
    made = await client.made("/v1/tasks", report | about)

    await lived(world, "2026-06-03")

    assert made["due_on"] == "2026-05-31"
    found = await told(world, "humanitarian_report")
    assert [(name, on) for name, on, _ in found] == [
        ("-30", "2026-05-01"),
        ("-15", "2026-05-16"),
        ("-5", "2026-05-26"),
        ("0", "2026-05-31"),
        ("1", "2026-06-01"),
        ("escalate:1", "2026-06-02"),
    ]
    assert found[-1][2] == "Олена Коваль"
