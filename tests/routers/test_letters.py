"""The registers of letters: written, numbered, typeset, sent and followed until somebody answers."""

import asyncio
from typing import Any, Final

import pytest

from app.adapters.typesetting import Sheet, pdf, picture
from app.jobs.operations import run_operations
from app.models import Organization, Partnership
from app.vocabulary import Language
from tests.support import factories, reminders
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

SALUTATION: Final = "Шановна {{addressee.salutation}}!\nПропонуємо дружбу громад."


@pytest.fixture
async def hromada(world: World) -> Organization:
    return await factories.hromada(world)


@pytest.fixture
async def partnership(world: World, hromada: Organization) -> Partnership:
    partner = await factories.foreign_municipality(world)
    return await factories.partnership(world, hromada.id, partner.id)


def draft(hromada: Organization, **given: Any) -> dict[str, Any]:
    return {
        "organization_id": str(hromada.id),
        "correspondent_name": "Місто Замостя",
        "addressee_name": "Савченко Ірина Петрівна",
        "addressee_position": "Міська голова",
        "language": "uk",
        "subject": "Про співпрацю",
        "body": SALUTATION,
    } | given


async def registered(client: Client, letter: dict[str, Any]) -> Any:
    answer = await client.post(f"/v1/letters/{letter['id']}/register", version=letter["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sent(client: Client, letter: dict[str, Any], on: str, **given: Any) -> Any:
    body = {"sent_on": on, "sent_via": "email"} | given
    answer = await client.post(f"/v1/letters/{letter['id']}/send", json=body, version=letter["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_letter_is_numbered_filled_in_and_kept_as_a_pdf(
    world: World, as_administrator: Client, hromada: Organization
) -> None:
    made = await as_administrator.made("/v1/letters", draft(hromada))
    shown = (await as_administrator.post(f"/v1/letters/{made['id']}/preview")).json()

    letter = await registered(as_administrator, made)
    file = await as_administrator.get(f"/v1/documents/{letter['document_id']}/content")

    assert (made["status"], made["number"], shown["missing"]) == ("draft", None, [])
    assert letter["number"] == f"OUT-{world.clock.today.year}-0001"
    assert letter["body"].startswith("Шановна Ірино Петрівно!")
    assert file.content.startswith(b"%PDF-")


async def test_a_gap_is_named_and_nothing_is_numbered(as_administrator: Client, hromada: Organization) -> None:
    foreign = draft(hromada, addressee_name="Marek Nowicki", body="{{addressee.name.dative}}, {{partnership.title}}")
    made = await as_administrator.made("/v1/letters", foreign)

    refused = await as_administrator.post(f"/v1/letters/{made['id']}/register", version=made["version"])
    well = await registered(as_administrator, await as_administrator.made("/v1/letters", draft(hromada)))

    assert refused.status_code == 422
    found = {error["code"]: error["detail"] for error in refused.json()["errors"]}
    assert "{{partnership.title}}" in found["letter_gap"]
    assert "{{addressee.name.dative}}" in found["letter_case_unknown"]
    assert well["number"].endswith("-0001")


async def test_an_unknown_placeholder_is_refused_when_it_is_written(
    as_administrator: Client, hromada: Organization
) -> None:
    answer = await as_administrator.post("/v1/letters", json=draft(hromada, body="{{addressee.shoe_size}}"))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/body")
    assert "{{addressee.salutation}}" in answer.json()["errors"][0]["detail"]


async def test_a_registered_letter_is_fixed_and_a_cancelled_number_is_not_given_again(
    as_administrator: Client, hromada: Organization
) -> None:
    first = await registered(as_administrator, await as_administrator.made("/v1/letters", draft(hromada)))
    path = f"/v1/letters/{first['id']}"

    edited = await as_administrator.patch(path, json={"subject": "Інше"}, version=first["version"])
    await as_administrator.post(f"{path}/cancel", json={"reason": "Передумали"}, version=first["version"])
    second = await registered(as_administrator, await as_administrator.made("/v1/letters", draft(hromada)))

    assert (edited.status_code, first["number"][-4:], second["number"][-4:]) == (409, "0001", "0002")


async def test_ten_at_once_get_ten_numbers(as_administrator: Client, hromada: Organization) -> None:
    made = [await as_administrator.made("/v1/letters", draft(hromada)) for _ in range(10)]

    numbers = await asyncio.gather(*(registered(as_administrator, each) for each in made))

    assert sorted(int(each["number"][-4:]) for each in numbers) == list(range(1, 11))


async def test_an_unanswered_letter_reminds_its_owner_once_and_an_answered_one_nobody(
    world: World, as_administrator: Client, hromada: Organization, partnership: Partnership
) -> None:
    """Scenario 2: two proposals, one answer; after two weeks one reminder."""
    tie = {"partnership_id": str(partnership.id), "pathway": "proposal_letter"}
    today = world.clock.today.isoformat()
    letters = [
        await sent(
            as_administrator,
            await registered(as_administrator, await as_administrator.made("/v1/letters", draft(hromada, **tie))),
            today,
        )
        for _ in range(2)
    ]
    arrived = draft(hromada, direction="incoming", subject="Згода", body=None, received_on=str(world.clock.today))
    await as_administrator.made("/v1/letters", arrived | {"answers_id": letters[0]["id"]})
    answered = await as_administrator.seen(f"/v1/letters/{letters[0]['id']}")
    await reminders.told(world)
    world.clock.advance(days=14)
    await reminders.told(world)
    await reminders.told(world)

    found = await reminders.rows(world, "p.subject = 'letters' AND p.state = 'told'")

    assert (answered["status"], answered["answered_on"]) == ("answered", arrived["received_on"])
    assert [(str(row["subject_id"]), row["code"]) for row in found] == [(letters[1]["id"], "letter_unanswered")]


async def test_what_was_sent_is_a_contact_of_the_partnership(
    world: World, as_administrator: Client, hromada: Organization, partnership: Partnership
) -> None:
    made = await as_administrator.made("/v1/letters", draft(hromada, partnership_id=str(partnership.id)))
    letter = await sent(as_administrator, await registered(as_administrator, made), world.clock.today.isoformat())

    activity = await as_administrator.seen(f"/v1/activities/{letter['activity_id']}")
    between = await as_administrator.seen(f"/v1/partnerships/{partnership.id}")

    assert (activity["kind"], activity["source"], activity["status"]) == ("email", "letter", "held")
    assert between["last_contact_on"] == world.clock.today.isoformat()


async def test_a_campaign_writes_to_each_once_and_counts_what_came_of_it(
    world: World, as_administrator: Client, hromada: Organization
) -> None:
    template = {
        "code": "proposal",
        "language": "uk",
        "name": "Пропозиція",
        "subject": "Дружба",
        "body": "Вітаємо, {{correspondent.name}}!",
    }
    text = await as_administrator.made("/v1/letter-templates", template)
    body = {"organization_id": str(hromada.id), "title": "Дружба громад", "template_uk_id": text["id"]}
    campaign = await as_administrator.made("/v1/campaigns", body)
    path = f"/v1/campaigns/{campaign['id']}"
    partners = [await factories.foreign_municipality(world) for _ in range(6)]
    to = {"recipients": [{"correspondent_id": str(each.id), "language": "uk"} for each in partners]}

    await as_administrator.post(f"{path}/letters", json=to, version=campaign["version"])
    twice = await as_administrator.post(f"{path}/letters", json=to, version=campaign["version"])
    begun = await as_administrator.post(f"{path}/send", json={})
    await run_operations(reminders.ctx(world))
    operation = await as_administrator.seen(f"/v1/operations/{begun.json()['id']}")
    letters = (await as_administrator.seen("/v1/letters", params={"campaign_id": campaign["id"]}))["items"]
    outcome = {"outcome": "interested", "answered_on": world.clock.today.isoformat()}
    one = letters[0]
    await as_administrator.post(f"/v1/letters/{one['id']}/outcome", json=outcome, version=one["version"])
    figures = await as_administrator.seen(f"{path}/figures")
    [of_pathway] = (await as_administrator.seen("/v1/campaigns/yield"))["items"]

    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (422, "already_in_campaign")
    assert (begun.status_code, operation["status"], operation["result"]) == (202, "done", {"sent": 6, "incomplete": []})
    assert sorted(each["number"][-4:] for each in letters) == [f"{number:04}" for number in range(1, 7)]
    assert (figures["sent_count"], figures["waiting_count"], figures["outcomes"]) == (6, 5, {"interested": 1})
    assert (of_pathway["pathway"], of_pathway["sent_count"], of_pathway["interested_count"]) == (
        "proposal_letter",
        6,
        1,
    )


async def test_what_people_write_is_never_a_command_of_the_typesetter(world: World) -> None:
    wild = ('#read("/etc/passwd")', '$x^2$ *bold* _it_ <a> @b `c` #import "x.typ"', "\\ # [ ] { } ~")
    sheet = Sheet(Language.UK, "Рада", "OUT-1", world.clock.today, "сьогодні", "#panic()", wild * 30, ("Кому",))

    first, second, pages = await pdf(sheet), await pdf(sheet), await picture(sheet, dots_per_inch=30)

    assert (first == second, first[:5], len(pages) > 1) == (True, b"%PDF-", True)
