"""The tour of the README as one story: from a contact at a forum to an exchange of delegations."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import AsHromada
from tests.support import factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio


async def verb(client: Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Reads the record, acts on the version seen, and answers with what it became."""
    owner = path.rpartition("/")[0]
    seen = await client.seen(owner)
    answer = await client.post(path, json=body, version=seen["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_partnership_walks_through_all_six_stages(
    world: World, as_administrator: Client, as_hromada_member: AsHromada
) -> None:
    await factories.hromada(world)
    trostianetska = await factories.hromada(world)
    olena, today = as_administrator, world.clock.today

    # Somebody types Sumska and finds Сумська.
    sumska = (await olena.seen("/v1/organizations?q=Sumska&kind=hromada"))["items"][0]
    assert sumska["name_uk"].startswith("Сумська")

    gmina = await olena.made(
        "/v1/organizations",
        {"kind": "foreign_municipality", "name_uk": "Замостя", "name_en": "Zamość", "country": "PL"},
    )
    partnership = await olena.made(
        "/v1/partnerships",
        {
            "title_uk": "Суми і Замостя",
            "parties": [{"organization_id": sumska["id"]}, {"organization_id": gmina["id"]}],
            "pathway": "forum",
            "purposes": ["recovery"],
        },
    )
    home = f"/v1/partnerships/{partnership['id']}"

    # The memorandum is refused, with what is missing.
    refused = await olena.post(f"{home}/stage", json={"to": "memorandum"}, version=1)
    assert (refused.status_code, refused.json()["objections"]) == (409, ["signed_document_needed"])

    letter = await olena.made(
        "/v1/agreements",
        {
            "partnership_id": partnership["id"],
            "kind": "letter_of_intent",
            "title_uk": "Лист про наміри",
            "parties": signed_by(sumska, gmina),
        },
    )
    await verb(olena, f"/v1/agreements/{letter['id']}/signature", {"on": today.isoformat()})
    assert (await olena.seen(home))["track"] == "formal"
    assert (await verb(olena, f"{home}/stage", {"to": "letter_of_intent"}))["stage"] == "letter_of_intent"

    memorandum = await olena.made(
        "/v1/agreements",
        {
            "partnership_id": partnership["id"],
            "kind": "memorandum",
            "title_uk": "Меморандум про співробітництво",
            "parties": signed_by(sumska, gmina),
            "sphere": "Відбудова, освіта",
            "itc_kind": "inter_territorial",
        },
    )
    document = f"/v1/agreements/{memorandum['id']}"
    early = await olena.post(f"{document}/signature", json={"on": today.isoformat()}, version=memorandum["version"])
    assert (early.status_code, early.json()["objections"]) == (
        409,
        ["council_act_missing", "ministry_approval_missing"],
    )
    preflight = await olena.seen(f"{home}/transitions")
    lacks = next(found["missing"] for found in preflight["transitions"] if found["stage"] == "memorandum")
    assert [lack["provider"] for lack in lacks] == ["coordinator", "council", "ministry"]

    act = {"act_type": "council_decision", "number": "1234-МР", "on": (today - timedelta(days=40)).isoformat()}
    await verb(olena, f"{document}/council-act", act)
    sent = (today - timedelta(days=30)).isoformat()
    submitted = await verb(olena, f"{document}/submission", {"number": "02-15/77", "on": sent})
    assert submitted["review_due_on"] == today.isoformat()
    order = {"decision": "approved", "number": "1542", "on": (today - timedelta(days=7)).isoformat()}
    assert (await verb(olena, f"{document}/ministry-decision", order))["status"] == "approved"
    await verb(olena, f"{document}/signature", {"on": today.isoformat(), "place": "Замостя"})
    assert (await verb(olena, f"{home}/stage", {"to": "memorandum"}))["stage"] == "memorandum"
    registered = await verb(olena, f"{document}/registration", {"number": "2026/101", "on": today.isoformat()})
    assert registered["registration_number"] == "2026/101"

    # The contract is skipped; a joint project and a delegation follow.
    await olena.made(
        "/v1/projects",
        {"title_uk": "Модульна школа", "kind": "hard", "partnership_ids": [partnership["id"]]},
    )
    assert (await verb(olena, f"{home}/stage", {"to": "joint_project"}))["stage"] == "joint_project"
    await olena.made(
        "/v1/delegations",
        {
            "title_uk": "Візит до Замостя",
            "kind": "study_visit",
            "direction": "outgoing",
            "countries": ["PL"],
            "starts_on": (today + timedelta(days=30)).isoformat(),
            "ends_on": (today + timedelta(days=34)).isoformat(),
            "partnership_ids": [partnership["id"]],
        },
    )
    await verb(olena, f"{home}/stage", {"to": "delegation_exchange"})

    # A contract at last: a step back is possible, with its reason.
    contract = await olena.made(
        "/v1/agreements",
        {
            "partnership_id": partnership["id"],
            "kind": "contract",
            "title_uk": "Договір про обмін",
            "parties": signed_by(sumska, gmina),
            "term_type": "fixed_term",
            "expires_on": (today + timedelta(days=365)).isoformat(),
        },
    )
    paper = f"/v1/agreements/{contract['id']}"
    await verb(olena, f"{paper}/council-act", act)
    await verb(olena, f"{paper}/submission", {"number": "02-15/78", "on": sent})
    await verb(olena, f"{paper}/ministry-decision", order)
    await verb(olena, f"{paper}/signature", {"on": today.isoformat()})
    seen = await olena.seen(home)
    unexplained = await olena.post(f"{home}/stage", json={"to": "contract"}, version=seen["version"])
    assert unexplained.json()["objections"] == ["step_back_needs_reason"]
    await verb(olena, f"{home}/stage", {"to": "contract", "reason": "Договір підписано пізніше за візит"})

    log = await olena.seen(f"{home}/stages")
    assert [(entry["stage"], entry["track"], entry["agreement_number"]) for entry in log["entries"]] == [
        ("contact", "informal", None),
        ("contact", "formal", letter["number"]),
        ("letter_of_intent", "formal", letter["number"]),
        ("memorandum", "formal", memorandum["number"]),
        ("joint_project", "formal", None),
        ("delegation_exchange", "formal", None),
        ("contract", "formal", contract["number"]),
    ]
    assert sum(entry["seconds"] for entry in log["entries"]) == log["age_seconds"]

    register = await olena.seen("/v1/agreements/register")
    assert {row["foreign_state"] for row in register["items"]} == {"Республіка Польща"}

    history = await olena.seen(f"{home}/history?limit=200")
    assert {"create_partnership", "sign_agreement", "move_partnership"} <= {e["verb"] for e in history["items"]}

    # For a member of another hromada none of this exists.
    stranger = await as_hromada_member(trostianetska.id)
    absent = await stranger.get("/v1/partnerships/01930000-0000-7000-8000-00000000000a")
    for path in (home, document, f"{home}/history", f"{home}/stages"):
        hidden = await stranger.get(path)
        assert without_ids(hidden.json()) == without_ids(absent.json())


def signed_by(*organizations: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "organization_id": organization["id"],
            "signatory_name_uk": "Артем Кобзар",
            "signatory_position_uk": "Голова",
            "authority_basis": "Закон України «Про місцеве самоврядування в Україні»",
        }
        for organization in organizations
    ]


def without_ids(problem: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in problem.items() if name not in {"instance", "request_id"}}
