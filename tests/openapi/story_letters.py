"""Sumy writes to Zamość: a template, a letter of its own, an answer, and a proposal to many."""

from typing import Final

from app.jobs.operations import run_operations
from tests.openapi.recording import Teller, own_id
from tests.support import factories, reminders

TEMPLATE, LETTER, REPLY, CAMPAIGN, UNSENT = (own_id(number) for number in (58, 59, 60, 61, 62))
HROMADA, GMINA, PARTNERSHIP = (own_id(number) for number in (1, 2, 3))
AT: Final = {"id": LETTER}
WHY: Final = {"reason": "Внесено двічі"}
RETURN: Final = {"reason": "Це був інший запис"}


async def tell_letters(story: Teller) -> None:
    await _a_template(story)
    await _a_letter(story)
    await _an_answer(story)
    await _what_happened(story)
    await _a_campaign(story)


async def _a_template(story: Teller) -> None:
    text = {
        "id": TEMPLATE,
        "code": "proposal",
        "language": "uk",
        "name": "Пропозиція співпраці",
        "subject": "Про співпрацю з громадою {{correspondent.name}}",
        "body": "Вітаємо, {{correspondent.name}}!\nПропонуємо співпрацю у сфері відбудови та освіти.",
    }
    made = await story("create_letter_template", text)
    at = {"id": TEMPLATE}
    seen = await story("edit_letter_template", {"name": "Пропозиція дружби громад"}, at=at, version=made["version"])
    about = {"organization_id": HROMADA, "correspondent_id": GMINA}
    await story("preview_letter_template", about, at=at)
    await story("list_letter_templates", params={"language": "uk", "limit": 1})
    await story("get_letter_template", at=at)
    seen = await story("archive_letter_template", WHY, at=at, version=seen["version"])
    await story("restore_letter_template", RETURN, at=at, version=seen["version"])
    await story("list_letter_template_history", at=at, params={"limit": 2})


async def _a_letter(story: Teller) -> None:
    letter = {
        "id": LETTER,
        "organization_id": HROMADA,
        "partnership_id": PARTNERSHIP,
        "correspondent_id": GMINA,
        "addressee_name": "Марек Новицький",
        "addressee_position": "Президент міста",
        "language": "uk",
        "subject": "Про обмін учителями",
        "body": "Шановний {{addressee.salutation}}!\nЗапрошуємо ваших учителів до Сум у травні.",
        "pathway": "proposal_letter",
    }
    made = await story("create_letter", letter)
    await story("preview_letter", at=AT)
    seen = await story("edit_letter", {"subject": "Про обмін учителями у 2027 році"}, at=AT, version=made["version"])
    seen = await story("register_letter", at=AT, version=seen["version"])
    sent = {"sent_on": story.world.clock.today.isoformat(), "sent_via": "email"}
    await story("send_letter", sent, at=AT, version=seen["version"])
    await story("list_letters", params={"status": "sent", "limit": 1})
    await story("get_letter", at=AT)
    await story("batch_get_letters", {"ids": [LETTER]})
    await story("list_letter_history", at=AT, params={"limit": 2})


async def _an_answer(story: Teller) -> None:
    reply = {
        "id": REPLY,
        "direction": "incoming",
        "organization_id": HROMADA,
        "partnership_id": PARTNERSHIP,
        "correspondent_id": GMINA,
        "language": "en",
        "subject": "Teachers in May",
        "their_number": "KO.0132.17.2026",
        "their_date": story.world.clock.today.isoformat(),
        "received_on": story.world.clock.today.isoformat(),
        "answers_id": LETTER,
    }
    came = await story("create_letter", reply)
    seen = await story.client.seen(f"/v1/letters/{LETTER}")
    answer = {"outcome": "interested", "answered_on": story.world.clock.today.isoformat()}
    await story("record_letter_outcome", answer, at=AT, version=seen["version"])
    at = {"id": REPLY}
    seen = await story("close_letter", {"reason": "Передано до відділу освіти"}, at=at, version=came["version"])
    seen = await story("archive_letter", WHY, at=at, version=seen["version"])
    await story("restore_letter", RETURN, at=at, version=seen["version"])
    unsent = {"id": UNSENT, "organization_id": HROMADA, "correspondent_id": GMINA, "language": "uk"}
    made = await story("create_letter", unsent | {"subject": "Про автобус", "body": "Дякуємо за автобус!"})
    await story("cancel_letter", {"reason": "Подякували особисто"}, at={"id": UNSENT}, version=made["version"])


async def _what_happened(story: Teller) -> None:
    await story("get_partnership_timeline", at={"id": PARTNERSHIP}, params={"limit": 3})


async def _a_campaign(story: Teller) -> None:
    proposal = {"id": CAMPAIGN, "organization_id": HROMADA, "title": "Дружба громад 2027", "template_uk_id": TEMPLATE}
    made = await story("create_campaign", proposal)
    at = {"id": CAMPAIGN}
    seen = await story("edit_campaign", {"answer_days": 21}, at=at, version=made["version"])
    partner = await factories.foreign_municipality(story.world)
    to = {"recipients": [{"correspondent_id": str(partner.id), "language": "uk"}]}
    await story("add_campaign_letters", to, at=at, version=seen["version"])
    await story("send_campaign", {"sent_via": "email"}, at=at)
    await run_operations(reminders.ctx(story.world))
    await story("get_campaign_figures", at=at)
    await story("get_pathway_yield")
    await story("list_campaigns", params={"limit": 1})
    seen = await story("get_campaign", at=at)
    seen = await story("close_campaign", {"reason": "Рік минув"}, at=at, version=seen["version"])
    seen = await story("archive_campaign", WHY, at=at, version=seen["version"])
    await story("restore_campaign", RETURN, at=at, version=seen["version"])
    await story("list_campaign_history", at=at, params={"limit": 2})
