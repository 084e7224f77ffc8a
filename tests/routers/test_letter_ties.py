"""What letters hang on: templates and their languages, the letters they answer, and the partnerships they are about."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.jobs.operations import run_operations
from app.models import Organization
from tests.conftest import AsHromada
from tests.routers.test_letters import draft, registered, sent
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
async def hromada(world: World) -> Organization:
    return await factories.hromada(world)


async def template(client: Client, **given: Any) -> Any:
    body = {"code": "proposal", "language": "uk", "name": "Пропозиція", "subject": "Дружба"}
    return await client.made("/v1/letter-templates", body | {"body": "Вітаємо, {{correspondent.name}}!"} | given)


async def sent_letter(client: Client, hromada: Organization, on: date, **given: Any) -> Any:
    made = await client.made("/v1/letters", draft(hromada, **given))
    return await sent(client, await registered(client, made), str(on))


def answer_to(hromada: Organization, asked: Any, on: date, **given: Any) -> dict[str, Any]:
    return {
        "direction": "incoming",
        "organization_id": str(hromada.id),
        "correspondent_name": "Місто Замостя",
        "language": "en",
        "subject": "Yes",
        "received_on": str(on),
        "answers_id": asked["id"],
    } | given


async def test_a_text_that_is_taken_away_is_the_template_s_again(
    as_administrator: Client, hromada: Organization
) -> None:
    text = await template(as_administrator, signatory_name="Олена Коваль", signatory_position="Міська голова")
    made = await as_administrator.made("/v1/letters", draft(hromada, template_id=text["id"]))

    path = f"/v1/letters/{made['id']}"
    answer = await as_administrator.patch(path, json={"subject": None, "body": None}, version=1)

    assert (answer.status_code, answer.json()["subject"]) == (200, "Дружба")
    assert answer.json()["signatory_name"] == "Олена Коваль"


async def test_an_answer_comes_once_and_not_before_the_letter_was_sent(
    world: World, as_administrator: Client, hromada: Organization
) -> None:
    today = world.clock.today
    asked = await sent_letter(as_administrator, hromada, today)

    early = await as_administrator.post("/v1/letters", json=answer_to(hromada, asked, today - timedelta(days=3)))
    first = await as_administrator.post("/v1/letters", json=answer_to(hromada, asked, today))
    again = await as_administrator.post("/v1/letters", json=answer_to(hromada, asked, today))

    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/received_on")
    assert (first.status_code, again.status_code) == (201, 422)
    assert again.json()["errors"][0]["code"] == "letter_not_waiting"


async def test_an_answer_is_of_the_same_correspondent(
    world: World, as_administrator: Client, hromada: Organization
) -> None:
    asked_one, another = [await factories.foreign_municipality(world) for _ in range(2)]
    asked = await sent_letter(as_administrator, hromada, world.clock.today, correspondent_id=str(asked_one.id))

    body = answer_to(hromada, asked, world.clock.today, correspondent_id=str(another.id))
    answer = await as_administrator.post("/v1/letters", json=body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "letter_of_another_correspondent")


async def test_a_letter_of_another_hromada_cannot_be_answered(
    world: World, as_administrator: Client, as_hromada_manager: AsHromada, hromada: Organization
) -> None:
    other = await factories.hromada(world)
    came = answer_to(other, {"id": None}, world.clock.today, their_number="SECRET-1")
    made = await as_administrator.made("/v1/letters", came)

    manager = await as_hromada_manager(hromada.id)
    answer = await manager.post("/v1/letters", json=draft(hromada, answers_id=made["id"]))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "unknown_reference")


async def test_a_letter_counts_once_however_many_partnerships_its_writer_has(
    world: World, as_administrator: Client, hromada: Organization
) -> None:
    partner = await factories.foreign_municipality(world)
    for _ in range(3):
        await factories.partnership(world, hromada.id)
    to = {"correspondent_id": str(partner.id), "pathway": "proposal_letter"}
    await sent_letter(as_administrator, hromada, world.clock.today, **to)

    found = (await as_administrator.seen("/v1/campaigns/yield"))["items"]

    assert [(row["pathway"], row["sent_count"], row["partnership_count"]) for row in found] == [
        ("proposal_letter", 1, 0)
    ]


async def test_a_campaign_speaks_the_language_of_the_country_and_touches_the_partnership(
    world: World, as_administrator: Client, hromada: Organization
) -> None:
    uk, en = await template(as_administrator), await template(as_administrator, language="en", subject="Friendship")
    ours, abroad = await factories.hromada(world), await factories.foreign_municipality(world)
    between = await factories.partnership(world, hromada.id, abroad.id)
    body = {"organization_id": str(hromada.id), "title": "Дружба", "template_uk_id": uk["id"]}
    campaign = await as_administrator.made("/v1/campaigns", body | {"template_en_id": en["id"]})
    path = f"/v1/campaigns/{campaign['id']}"
    recipients = [
        {"correspondent_id": str(abroad.id), "partnership_id": str(between.id)},
        {"correspondent_id": str(ours.id)},
    ]

    added = await as_administrator.post(f"{path}/letters", json={"recipients": recipients}, version=1)
    begun = await as_administrator.post(f"{path}/send", json={})
    await run_operations(reminders.ctx(world))
    done = await as_administrator.seen(f"/v1/operations/{begun.json()['id']}")
    letters = (await as_administrator.seen("/v1/letters", params={"campaign_id": campaign["id"]}))["items"]

    assert (added.status_code, done["status"]) == (200, "done"), added.text
    found = {row["correspondent_id"]: (row["language"], row["status"]) for row in letters}
    assert found == {str(abroad.id): ("en", "sent"), str(ours.id): ("uk", "sent")}
    assert [row["activity_id"] is not None for row in letters if row["partnership_id"]] == [True]


async def test_a_campaign_with_letters_stays_where_it_is(
    world: World, as_administrator: Client, hromada: Organization
) -> None:
    uk, other = await template(as_administrator), await factories.hromada(world)
    body = {"organization_id": str(hromada.id), "title": "Дружба", "template_uk_id": uk["id"]}
    campaign = await as_administrator.made("/v1/campaigns", body)
    path = f"/v1/campaigns/{campaign['id']}"
    recipients = [{"correspondent_id": str(other.id)}, {"correspondent_id": str(other.id)}]
    twice = await as_administrator.post(f"{path}/letters", json={"recipients": recipients}, version=1)
    await as_administrator.post(f"{path}/letters", json={"recipients": recipients[:1]}, version=1)

    moved = await as_administrator.patch(path, json={"organization_id": str(other.id)}, version=1)

    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (422, "repeated")
    assert (moved.status_code, moved.json()["objections"]) == (409, ["campaign_has_letters"])


async def test_a_template_is_tried_before_anybody_writes_with_it(
    as_administrator: Client, hromada: Organization
) -> None:
    text = await template(as_administrator, body="Шановна {{addressee.salutation}}! {{partnership.title}}")
    about = {"organization_id": str(hromada.id), "addressee_name": "Савченко Ірина Петрівна"}

    shown = await as_administrator.post(f"/v1/letter-templates/{text['id']}/preview", json=about)

    assert shown.json()["body"] == "Шановна Ірино Петрівно! {{partnership.title}}"
    assert shown.json()["missing"] == ["partnership.title"]
    assert (await as_administrator.seen("/v1/letters"))["items"] == []
