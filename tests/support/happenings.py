"""A walk through every kind of change that other systems can be told of, over HTTP as people make them."""

from typing import Any, Final

from app.jobs.agreements import end_terms
from tests.support.client import Client
from tests.support.world import World

PDF: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\n%%EOF\n"
WHY: Final[dict[str, Any]] = {"reason": "Так вирішила рада"}


async def post(client: Client, path: str, version: int | None = None, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body, version=version)
    assert answer.status_code in {200, 201}, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def patch(client: Client, path: str, version: int, **body: Any) -> dict[str, Any]:
    answer = await client.patch(path, json=body, version=version)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lives(client: Client, path: str, record: dict[str, Any], **change: Any) -> None:
    """Changed, archived and brought back."""
    place = f"{path}/{record['id']}"
    changed = await patch(client, place, record["version"], **change)
    archived = await post(client, f"{place}/archive", changed["version"], **WHY)
    await post(client, f"{place}/restore", archived["version"], **WHY)


async def a_partnership(client: Client, *parties: dict[str, Any]) -> dict[str, Any]:
    body = {"parties": [{"organization_id": one["id"]} for one in parties]}
    return await client.made("/v1/partnerships", body)


async def a_letter(client: Client, partnership: dict[str, Any], **given: Any) -> dict[str, Any]:
    """A signed one: it needs nobody's approval."""
    sides = [
        {"organization_id": one["organization_id"], "signatory_name_uk": "Голова"} for one in partnership["parties"]
    ]
    body = {"partnership_id": partnership["id"], "kind": "letter_of_intent", "title_uk": "Лист", "parties": sides}
    made = await client.made("/v1/agreements", body | given)
    return await post(client, f"/v1/agreements/{made['id']}/signature", made["version"], on="2026-11-20")


async def everything(world: World, client: Client) -> None:
    """Every kind of change that there is an event for."""
    sumy = {"kind": "hromada", "name_uk": "Сумська громада", "country": "UA", "katottg": "UA59080270000073662"}
    gmina = {"kind": "foreign_municipality", "name_uk": "Гміна Замость", "name_en": "Zamość", "country": "PL"}
    hromada, partner = await client.made("/v1/organizations", sumy), await client.made("/v1/organizations", gmina)
    third = await client.made("/v1/organizations", gmina | {"name_uk": "Гміна Хелм", "name_en": "Chełm"})
    await lives(client, "/v1/organizations", third, website="https://chelm.pl")
    await people(client, hromada)
    await cooperation(client, hromada, partner, third)
    partnership = await a_partnership(client, hromada, partner)
    await documents(world, client, partnership)
    await undertakings(client, partnership)
    await meetings_and_tasks(world, client, partnership)
    await letters_and_files(world, client, hromada, partnership)
    world.clock.advance(days=1)
    await end_terms({"db": world.db, "clock": world.clock})


async def people(client: Client, hromada: dict[str, Any]) -> None:
    name = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр"}
    position = {"organization_id": hromada["id"], "position_uk": "Міський голова"}
    person = await client.made("/v1/people", name | {"affiliations": [position]})
    await lives(client, "/v1/people", person, note="Розмовляє польською")
    await post(client, f"/v1/people/{person['id']}/erasure", ground="objection", **WHY)


async def cooperation(client: Client, *parties: dict[str, Any]) -> None:
    partnership = await a_partnership(client, *parties[:2])
    path, me = f"/v1/partnerships/{partnership['id']}", await client.seen("/v1/me")
    await lives(client, "/v1/partnerships", partnership, coordinator_id=None)
    now = await client.seen(path)
    sides = [{"organization_id": one["id"]} for one in parties]
    now = await patch(client, path, now["version"], parties=sides, coordinator_id=me["id"])
    resting = await post(client, f"{path}/status", now["version"], to="dormant", **WHY)
    await post(client, f"{path}/status", resting["version"], to="active", **WHY)
    await a_letter(client, now)
    formal = await client.seen(path)
    await post(client, f"{path}/stage", formal["version"], to="letter_of_intent")


async def approved(client: Client, partnership: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """An agreement of territories, which the council and the ministry have looked at."""
    sides = [
        {"organization_id": one["organization_id"], "signatory_name_uk": "Голова"} for one in partnership["parties"]
    ]
    what = {"kind": "partnership_agreement", "title_uk": "Угода", "itc_kind": "inter_territorial"}
    now = await client.made("/v1/agreements", {"partnership_id": partnership["id"], "parties": sides} | what)
    path = f"/v1/agreements/{now['id']}"
    act = {"act_type": "council_decision", "number": "12", "on": "2026-02-20"}
    decision = {"decision": "approved", "number": "1538", "on": "2026-03-25"}
    now = await post(client, f"{path}/council-act", now["version"], **act)
    now = await post(client, f"{path}/submission", now["version"], on="2026-03-02")
    return path, await post(client, f"{path}/ministry-decision", now["version"], **decision)


async def documents(world: World, client: Client, partnership: dict[str, Any]) -> None:
    today = world.clock.today.isoformat()
    path, now = await approved(client, partnership)
    signed = await post(client, f"{path}/signature", now["version"], on="2026-04-10")
    registered = await post(client, f"{path}/registration", signed["version"], number="12", on=today)
    in_force = await post(client, f"{path}/entry-into-force", registered["version"], on=today)
    await post(client, f"{path}/termination", in_force["version"], on=today, **WHY)
    await a_letter(client, partnership, term_type="fixed_term", expires_on=today)
    draft = {"partnership_id": partnership["id"], "kind": "memorandum", "title_uk": "Меморандум"}
    await lives(client, "/v1/agreements", await client.made("/v1/agreements", draft), title_en="Memorandum")


async def undertakings(client: Client, partnership: dict[str, Any]) -> None:
    within = {"partnership_ids": [partnership["id"]]}
    hub = within | {"title_uk": "Спільний хаб", "kind": "soft"}
    project = await client.made("/v1/projects", hub)
    await lives(client, "/v1/projects", project, title_en="Hub")
    now = await client.seen(f"/v1/projects/{project['id']}")
    await post(client, f"/v1/projects/{project['id']}/status", now["version"], to="cancelled", **WHY)
    days = {"starts_on": "2026-12-01", "ends_on": "2026-12-05", "countries": ["PL"]}
    visit = within | days | {"title_uk": "Візит", "kind": "study_visit", "direction": "outgoing"}
    delegation = await client.made("/v1/delegations", visit)
    await lives(client, "/v1/delegations", delegation, ends_on="2026-12-06")
    now = await client.seen(f"/v1/delegations/{delegation['id']}")
    await post(client, f"/v1/delegations/{delegation['id']}/status", now["version"], to="planned")


async def meetings_and_tasks(world: World, client: Client, partnership: dict[str, Any]) -> None:
    within = {"partnership_ids": [partnership["id"]], "kind": "meeting", "starts_local": "2026-11-23T12:05"}
    held, off = [await client.made("/v1/activities", within | {"title": "Зустріч"}) for _ in range(2)]
    await lives(client, "/v1/activities", held, place="Замостя")
    await post(client, f"/v1/activities/{off['id']}/cancel", off["version"], **WHY)
    task = await client.made("/v1/tasks", {"title": "Звіт", "subject": "partnerships", "subject_id": partnership["id"]})
    await lives(client, "/v1/tasks", task, details="Польською")
    now = await client.seen(f"/v1/tasks/{task['id']}")
    await post(client, f"/v1/tasks/{task['id']}/done", now["version"])
    world.clock.advance(minutes=6)
    now = await client.seen(f"/v1/activities/{held['id']}")
    await post(client, f"/v1/activities/{held['id']}/hold", now["version"], outcome="Домовилися")


async def letters_and_files(world: World, client: Client, hromada: dict[str, Any], partnership: dict[str, Any]) -> None:
    today = world.clock.today.isoformat()
    whose = {"organization_id": hromada["id"], "language": "uk", "correspondent_name": "Замостя"}
    about = whose | {"direction": "outgoing", "subject": "Про дружбу", "body": "Вітаємо!"}
    letter = await client.made("/v1/letters", about)
    path = f"/v1/letters/{letter['id']}"
    await lives(client, "/v1/letters", letter, subject="Про співпрацю")
    now = await post(client, f"{path}/register", (await client.seen(path))["version"])
    await post(client, f"{path}/send", now["version"], sent_on=today, sent_via="post")
    answer = {"direction": "incoming", "subject": "Згода", "received_on": today, "answers_id": letter["id"]}
    await client.made("/v1/letters", whose | answer)
    raw = {"content-type": "application/octet-stream"}
    upload = await client.post("/v1/uploads", params={"file_name": "Звіт.pdf"}, content=PDF, headers=raw)
    assert upload.status_code == 201, upload.text
    on = {"upload_id": upload.json()["id"], "subject": "partnerships", "subject_id": partnership["id"]}
    file = await client.made("/v1/documents", on | {"title": "Звіт", "kind": "minutes"})
    await lives(client, "/v1/documents", file, title="Звіт 2026")
