import asyncio
import csv
import io
from typing import Any
from uuid import UUID

import pytest

from app.models import Agreement, Organization, Partnership
from app.services import agreements
from app.vocabulary import AgreementStatus, Role, Verification
from tests.conftest import AsHromada
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

HIDDEN = UUID("01890000-0000-7000-8000-000000000000")
SIGNATORIES = {"signatory_name_uk": "Олександр Лисенко", "signatory_position_uk": "міський голова"}


@pytest.fixture
async def sumska(world: World) -> Organization:
    return await factories.hromada(world)


@pytest.fixture
async def zamosc(world: World) -> Organization:
    return await factories.foreign_municipality(world, name_uk="Гміна Замость", name_en="Zamość", country="PL")


@pytest.fixture
async def partnership(world: World, sumska: Organization, zamosc: Organization) -> Partnership:
    return await factories.partnership(world, sumska.id, zamosc.id)


def text(partnership: Partnership, *parties: Organization, **given: Any) -> dict[str, Any]:
    named = [{"organization_id": str(party.id), **SIGNATORIES} for party in parties]
    body = {
        "partnership_id": str(partnership.id),
        "kind": "partnership_agreement",
        "title_uk": "Угода про партнерство",
    } | {"itc_kind": "inter_territorial"}
    return body | ({"parties": named} if parties else {}) | given


async def step(client: Client, record: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    """Makes the step with the version last seen, and answers with the record."""
    answer = await client.post(f"/v1/agreements/{record['id']}/{verb}", json=body, version=record["version"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def approved(client: Client, record: dict[str, Any]) -> dict[str, Any]:
    record = await step(client, record, "council-act", act_type="council_decision", number="12", on="2026-02-20")
    record = await step(client, record, "submission", number="02-17/7", on="2026-03-02")
    return await step(client, record, "ministry-decision", decision="approved", number="1538", on="2026-03-25")


async def signed(client: Client, body: dict[str, Any], **how: Any) -> dict[str, Any]:
    record = await approved(client, await client.made("/v1/agreements", body))
    return await step(client, record, "signature", **({"on": "2026-04-10"} | how))


async def refusal(client: Client, record: dict[str, Any], verb: str, **body: Any) -> list[str]:
    path = f"/v1/agreements/{record['id']}/{verb}"
    answer = await client.post(path, json=body, version=record["version"])
    assert answer.status_code == 409, answer.text
    found: list[str] = answer.json()["objections"]
    return found


async def test_an_agreement_under_the_law_from_draft_to_force(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    draft = await as_coordinator.made("/v1/agreements", text(partnership, sumska, zamosc))
    assert (draft["number"], draft["status"], draft["is_itc"]) == ("AGR-2026-0001", "draft", True)
    assert await refusal(as_coordinator, draft, "signature", on="2026-04-10") == [
        "council_act_missing",
        "ministry_approval_missing",
    ]

    endorsed = await step(as_coordinator, draft, "council-act", act_type="ma_order", number="12", on="2026-02-20")
    reviewed = await step(as_coordinator, endorsed, "submission", on="2026-03-02")
    assert (reviewed["status"], reviewed["review_due_on"]) == ("under_review", "2026-04-01")
    assert await refusal(as_coordinator, reviewed, "signature", on="2026-04-10") == ["ministry_approval_missing"]

    decision = {"decision": "approved", "number": "1538", "on": "2026-03-25"}
    record = await step(as_coordinator, reviewed, "ministry-decision", **decision)
    assert record["status"] == "approved"
    record = await step(as_coordinator, record, "signature", on="2026-04-10", place="Замость")
    assert (record["status"], record["effective_on"], record["is_live"]) == ("signed", "2026-04-10", True)
    record = await step(as_coordinator, record, "entry-into-force", on="2026-05-01")
    record = await step(as_coordinator, record, "registration", number="РУ-17", on="2026-05-04")
    assert (record["status"], record["effective_on"], record["registration_number"]) == (
        "in_force",
        "2026-05-01",
        "РУ-17",
    )
    assert (await as_coordinator.seen(f"/v1/partnerships/{partnership.id}"))["track"] == "formal"


async def test_the_transitions_say_what_is_missing_in_the_readers_language(
    world: World, as_coordinator: Client, partnership: Partnership
) -> None:
    agreement = await factories.agreement(world, partnership.id)
    as_coordinator.language = "uk"

    found = await as_coordinator.seen(f"/v1/agreements/{agreement.id}/transitions")

    allowed = {one["verb"]: one["allowed"] for one in found["transitions"]}
    assert [verb for verb, may in allowed.items() if may] == ["record_act", "submit", "withdraw", "revise"]
    signing = next(one for one in found["transitions"] if one["verb"] == "sign")
    assert (signing["label"], signing["objections"]) == ("підписати", [])
    assert signing["missing"][2] == {
        "code": "ministry_approval_missing",
        "detail": "Немає погодження Мінрозвитку.",
        "provider": "ministry",
        "provider_label": "Мінрозвитку",
        "where": f"/v1/agreements/{agreement.id}/ministry-decision",
    }


async def test_a_document_with_an_ngo_needs_no_approval(
    world: World, as_coordinator: Client, sumska: Organization
) -> None:
    fund = await factories.organization(world, country="DE")
    between = await factories.partnership(world, sumska.id, fund.id)

    record = await as_coordinator.made("/v1/agreements", text(between, sumska, fund, kind="memorandum"))
    record = await step(as_coordinator, record, "signature", on="2026-04-10")

    assert (record["is_itc"], record["status"]) == (False, "signed")
    assert await refusal(as_coordinator, record, "registration", number="1", on="2026-05-01") == [
        "registration_not_needed"
    ]


async def test_without_parties_all_current_ones_of_the_partnership_take_part(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    record = await as_coordinator.made("/v1/agreements", text(partnership))

    assert [party["organization_id"] for party in record["parties"]] == [str(sumska.id), str(zamosc.id)]


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"term_type": "fixed_term"}, "", "fixed_term_needs_end"),
        ({"term_type": "open_ended", "expires_on": "2030-01-01"}, "", "open_ended_has_no_end"),
        ({"term_type": "fixed_term", "effective_on": "2030-01-02", "expires_on": "2030-01-01"}, "", "end_before_start"),
        ({"languages": ["uk"], "binding_languages": ["pl"]}, "", "binding_among_languages"),
        ({"kind": "addendum"}, "", "addendum_needs_predecessor"),
        ({"has_financing": True, "financing_amount": "5.00"}, "", "together"),
        ({"financing_amount": "5.00", "financing_currency": "EUR"}, "", "financing_undeclared"),
        ({"parties": [{"organization_id": str(HIDDEN)}]}, "/parties/0/organization_id", "party_of_partnership"),
        ({"predecessor_id": str(HIDDEN), "relation": "renews"}, "/predecessor_id", "unknown_reference"),
        ({"partnership_id": str(HIDDEN)}, "/partnership_id", "unknown_reference"),
        ({"requires_council_act": False}, "/reason", "override_needs_reason"),
        ({"drafts": [{"language": "uk"}]}, "/drafts/0/file_name", "missing"),
        ({"term_type": "fixed_term", "expires_on": "9999-12-31"}, "/expires_on", "less_than_equal"),
    ],
)
async def test_a_draft_that_cannot_be_is_refused_by_field(
    as_coordinator: Client, partnership: Partnership, given: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await as_coordinator.post("/v1/agreements", json=text(partnership) | given)

    found = [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
    assert (answer.status_code, found) == (422, [(pointer, code)])


async def test_needs_may_differ_from_the_kind_for_a_reason_that_the_history_keeps(
    as_coordinator: Client, partnership: Partnership
) -> None:
    given = {"requires_ministry_approval": False, "reason": "Підписано до набрання чинності законом"}

    record = await as_coordinator.made("/v1/agreements", text(partnership) | given)
    edited = await as_coordinator.patch(
        f"/v1/agreements/{record['id']}", json={"sphere": "Освіта"}, version=record["version"]
    )
    history = await as_coordinator.seen(f"/v1/agreements/{record['id']}/history")

    assert edited.json()["requires_ministry_approval"] is False
    assert history["items"][-1]["reason"] == "Підписано до набрання чинності законом"


async def test_an_approved_text_is_edited_only_after_its_return_to_draft(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    record = await approved(
        as_coordinator, await as_coordinator.made("/v1/agreements", text(partnership, sumska, zamosc))
    )
    path = f"/v1/agreements/{record['id']}"

    refused = await as_coordinator.patch(path, json={"title_uk": "Інша"}, version=record["version"])
    assert (refused.status_code, refused.json()["objections"]) == (409, ["approved_text_is_fixed"])
    assert await refusal(as_coordinator, record, "drafts", language="uk", file_name="2.docx") == [
        "approved_text_is_fixed"
    ]
    signatory = {"signatory_name_uk": "Заступник голови"}
    parties = [{"organization_id": str(one.id), **signatory} for one in (sumska, zamosc)]
    edited = await as_coordinator.patch(path, json={"parties": parties}, version=record["version"])
    assert (edited.status_code, edited.json()["status"]) == (200, "approved")

    back = await step(as_coordinator, edited.json(), "revision", reason="Нова редакція")
    assert [back[name] for name in ("status", "act_on", "submitted_on", "decision")] == ["draft", None, None, None]
    changed = await as_coordinator.patch(path, json={"title_uk": "Інша"}, version=back["version"])
    assert (changed.status_code, changed.json()["title_uk"]) == (200, "Інша")


async def test_a_draft_comes_back_with_remarks_and_goes_again(as_coordinator: Client, partnership: Partnership) -> None:
    record = await as_coordinator.made("/v1/agreements", text(partnership))
    record = await step(as_coordinator, record, "submission", on="2026-03-02")
    record = await step(
        as_coordinator,
        record,
        "ministry-decision",
        decision="remarks",
        number="3/1",
        on="2026-03-20",
        remarks="Уточніть строк",
    )
    assert (record["status"], record["decision_remarks"]) == ("draft", "Уточніть строк")

    record = await step(as_coordinator, record, "drafts", language="uk", file_name="угода-2.docx", note="строк")
    record = await step(as_coordinator, record, "submission", on="2026-04-01")
    assert (record["status"], record["decision"], record["review_due_on"]) == ("under_review", None, "2026-05-01")
    assert [draft["version_number"] for draft in record["drafts"]] == [1]


async def test_a_rehearsed_signature_keeps_nothing(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    record = await approved(
        as_coordinator, await as_coordinator.made("/v1/agreements", text(partnership, sumska, zamosc))
    )
    path = f"/v1/agreements/{record['id']}"

    answer = await as_coordinator.post(
        f"{path}/signature?dry_run=true", json={"on": "2026-04-10"}, version=record["version"]
    )

    assert (answer.status_code, answer.json()["status"]) == (200, "signed")
    assert await as_coordinator.seen(path) == record
    assert (await as_coordinator.seen(f"/v1/partnerships/{partnership.id}"))["track"] == "informal"


async def test_an_addendum_needs_what_its_document_needed_and_follows_it(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    first = await signed(as_coordinator, text(partnership, sumska, zamosc))
    link = {"predecessor_id": first["id"]}
    addendum = await as_coordinator.made("/v1/agreements", text(partnership, kind="addendum", relation="amends") | link)
    renewal = await as_coordinator.made("/v1/agreements", text(partnership, relation="renews") | link)

    chain = await as_coordinator.seen(f"/v1/agreements/{renewal['id']}/chain")
    whole = await as_coordinator.seen(f"/v1/agreements/{first['id']}/chain")

    assert (addendum["requires_council_act"], addendum["requires_ministry_approval"]) == (True, True)
    assert [(one["id"], one["place"]) for one in chain["items"]] == [(first["id"], "before"), (renewal["id"], "this")]
    assert [(one["id"], one["place"]) for one in whole["items"]] == [
        (first["id"], "this"),
        (addendum["id"], "after"),
        (renewal["id"], "after"),
    ]


async def test_a_document_cannot_follow_itself_in_a_circle(as_coordinator: Client, partnership: Partnership) -> None:
    first = await as_coordinator.made("/v1/agreements", text(partnership))
    link = {"predecessor_id": first["id"], "relation": "replaces"}
    second = await as_coordinator.made("/v1/agreements", text(partnership) | link)

    answer = await as_coordinator.patch(
        f"/v1/agreements/{first['id']}", json={"predecessor_id": second["id"], "relation": "replaces"}, version=1
    )

    assert [error["code"] for error in answer.json()["errors"]] == ["chain_loops"]


async def test_covered_days_gaps_and_overlaps_of_a_partnership(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    body = text(partnership, sumska, zamosc)
    short = await signed(as_coordinator, body, expires_on="2026-06-30")
    late = await signed(as_coordinator, body, effective_on="2026-08-01", expires_on="2027-07-31")
    later = await signed(as_coordinator, body, effective_on="2026-10-01")

    found = await as_coordinator.seen(f"/v1/partnerships/{partnership.id}/coverage")

    assert [one["number"] for one in found["periods"]] == [short["number"], late["number"], later["number"]]
    assert found["covered"] == [
        {"starts_on": "2026-04-10", "ends_on": "2026-06-30"},
        {"starts_on": "2026-08-01", "ends_on": None},
    ]
    assert found["gaps"] == [{"starts_on": "2026-07-01", "ends_on": "2026-07-31"}]
    assert found["overlaps"] == [
        {
            "starts_on": "2026-10-01",
            "ends_on": "2027-07-31",
            "agreement_ids": [late["id"], later["id"]],
            "is_same_kind": True,
        }
    ]
    assert (found["is_covered_today"], found["undated"]) == (True, [])


async def test_the_register_counts_its_rows_over_all_pages(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    body = text(partnership, sumska, zamosc, itc_kind="cross_border", sphere="Освіта")
    await signed(as_coordinator, body | {"title_uk": "=HYPERLINK(1)"}, on="2026-04-11")
    await signed(as_coordinator, body, expires_on="2031-04-10")
    await as_coordinator.made("/v1/agreements", body)

    first = await as_coordinator.seen("/v1/agreements/register?limit=1")
    second = await as_coordinator.seen(f"/v1/agreements/register?limit=1&cursor={first['next_cursor']}")
    sheet = await as_coordinator.get("/v1/agreements/register", headers={"accept": "text/csv"})

    assert first["items"] == [
        {
            "row_number": 1,
            "registration_number": None,
            "title": "Угода про партнерство",
            "signed_on": "2026-04-10",
            "cooperation_kind": "транскордонне співробітництво",
            "sphere": "Освіта",
            "ukrainian_region": "Сумська область",
            "ukrainian_subject": f"{sumska.name_uk}, Сумський район, Сумська область",
            "foreign_state": "Республіка Польща",
            "foreign_unit": "Гміна Замость",
            "foreign_subject": "Гміна Замость",
            "term": "до 10.04.2031",
        }
    ]
    assert ([row["row_number"] for row in second["items"]], second["next_cursor"]) == ([2], None)
    headings, *rows = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert (headings[0], headings[11], [row[2:4] for row in rows]) == (
        "№ з/п",
        "Строк дії",
        [["Угода про партнерство", "10.04.2026"], ["'=HYPERLINK(1)", "11.04.2026"]],
    )


@pytest.mark.parametrize(
    ("accept", "status", "media_type"),
    [
        ("*/*", 200, "application/json"),
        ("text/csv;q=0.9, application/json", 200, "application/json"),
        ("application/json;q=0.1, text/csv", 200, "text/csv"),
        ("text/csv, */*", 200, "text/csv"),
        ("application/pdf", 406, "application/problem+json"),
        ("text/csv;q=nan", 406, "application/problem+json"),
    ],
)
async def test_the_register_comes_in_the_form_that_is_asked_for(
    as_coordinator: Client, accept: str, status: int, media_type: str
) -> None:
    answer = await as_coordinator.get("/v1/agreements/register", headers={"accept": accept})

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, media_type)


async def test_a_cursor_of_the_register_fits_only_its_own_question(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    for _ in range(2):
        await signed(as_coordinator, text(partnership, sumska, zamosc))
    page = await as_coordinator.seen("/v1/agreements/register?limit=1")

    answer = await as_coordinator.get(f"/v1/agreements/register?is_registered=false&cursor={page['next_cursor']}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


async def test_a_termination_ends_the_cover_and_keeps_its_reason(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    record = await signed(as_coordinator, text(partnership, sumska, zamosc))

    record = await step(as_coordinator, record, "termination", on="2026-10-31", reason="За згодою сторін")
    found = await as_coordinator.seen(f"/v1/partnerships/{partnership.id}/coverage")

    assert (record["status"], record["termination_reason"], record["is_live"]) == (
        "terminated",
        "За згодою сторін",
        False,
    )
    assert (found["covered"], found["gaps"]) == (
        [{"starts_on": "2026-04-10", "ends_on": "2026-10-31"}],
        [{"starts_on": "2026-11-01", "ends_on": None}],
    )


@pytest.mark.parametrize(
    ("prolongation", "expected"),
    [
        ({}, ("expired", "2026-11-22")),
        ({"prolongation": "automatic", "prolongation_months": 12}, ("signed", "2027-11-22")),
    ],
)
async def test_a_term_that_has_passed_ends_or_goes_on_by_itself(
    world: World,
    as_coordinator: Client,
    partnership: Partnership,
    sumska: Organization,
    zamosc: Organization,
    prolongation: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    term = {"term_type": "fixed_term", "expires_on": "2026-11-22"} | prolongation
    record = await signed(as_coordinator, text(partnership, sumska, zamosc) | term)

    async with world.work() as uow:
        await agreements.end_of_term(uow, UUID(record["id"]))

    found = await as_coordinator.seen(f"/v1/agreements/{record['id']}")
    assert (found["status"], found["expires_on"]) == expected


async def test_a_partner_that_came_under_the_ban_meanwhile_cannot_sign(
    world: World, as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    draft = await as_coordinator.made("/v1/agreements", text(partnership, sumska, zamosc))
    record = await approved(as_coordinator, draft)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE organizations SET country = 'RU' WHERE id = $1", zamosc.id)

    assert await refusal(as_coordinator, record, "signature", on="2026-04-10") == ["party_of_aggressor"]


async def test_a_registration_number_is_given_once(
    as_coordinator: Client, partnership: Partnership, sumska: Organization, zamosc: Organization
) -> None:
    first, second = [await signed(as_coordinator, text(partnership, sumska, zamosc)) for _ in range(2)]
    await step(as_coordinator, first, "registration", number="РУ-17", on="2026-05-04")

    path = f"/v1/agreements/{second['id']}/registration"
    answer = await as_coordinator.post(path, json={"number": "РУ-17", "on": "2026-05-04"}, version=second["version"])

    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")


async def test_what_came_from_a_list_is_verified_by_who_has_seen_the_original(
    world: World, as_coordinator: Client, partnership: Partnership
) -> None:
    listed = await factories.agreement(world, partnership.id)
    async with world.work() as uow:
        row = await uow.get(Agreement, listed.id, lock=True)
        row.status, row.verification, row.source = AgreementStatus.SIGNED, Verification.UNVERIFIED, "list"
    record = await as_coordinator.seen(f"/v1/agreements/{listed.id}")
    before = await as_coordinator.seen(f"/v1/partnerships/{partnership.id}/coverage")

    record = await step(as_coordinator, record, "verification", reason="Скан оригіналу", signed_on="2019-05-06")
    after = await as_coordinator.seen(f"/v1/partnerships/{partnership.id}/coverage")

    assert (record["verification"], record["signed_on"], record["source"]) == ("verified", "2019-05-06", "list")
    assert (before["undated"], after["undated"], after["covered"]) == (
        [record["id"]],
        [],
        [{"starts_on": "2019-05-06", "ends_on": None}],
    )
    assert await refusal(as_coordinator, record, "verification", reason="Ще раз") == ["already_verified"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("is_live=true", {"Підписана"}),
        ("is_live=false", {"Чернетка"}),
        ("q=підпис", {"Підписана"}),
        ("q=agr-2026-0002", {"Чернетка"}),
        ("signed_from=2026-04-10&signed_to=2026-04-10", {"Підписана"}),
        ("signed_from=2026-04-11", set()),
        ("expires_before=2031-04-11", {"Підписана"}),
        ("expires_before=2031-04-10", set()),
        ("kind=memorandum", {"Чернетка"}),
        ("kind=memorandum&kind=partnership_agreement&sort=number", {"Чернетка", "Підписана"}),
        ("status=draft", {"Чернетка"}),
        ("verification=unverified", set()),
    ],
)
async def test_documents_are_found_by_what_they_are(
    world: World,
    as_coordinator: Client,
    partnership: Partnership,
    sumska: Organization,
    zamosc: Organization,
    question: str,
    expected: set[str],
) -> None:
    await signed(as_coordinator, text(partnership, sumska, zamosc, title_uk="Підписана"), expires_on="2031-04-10")
    await factories.agreement(world, partnership.id, title_uk="Чернетка")

    found = await as_coordinator.seen(f"/v1/agreements?organization_id={zamosc.id}&{question}")

    assert {one["title_uk"] for one in found["items"]} == expected


async def test_for_another_hromada_the_document_does_not_exist(
    world: World, as_hromada_manager: AsHromada, partnership: Partnership, sumska: Organization
) -> None:
    agreement = await factories.agreement(world, partnership.id)
    own = await as_hromada_manager(sumska.id)
    other = await as_hromada_manager((await factories.hromada(world)).id)
    paths = [f"/v1/agreements/{agreement.id}{rest}" for rest in ("", "/history", "/transitions", "/chain")]
    paths.append(f"/v1/partnerships/{partnership.id}/coverage")

    assert [(await own.get(path)).status_code for path in paths] == [200] * 5
    assert [(await other.get(path)).status_code for path in paths] == [404] * 5
    signing = await other.post(f"{paths[0]}/signature", json={"on": "2026-04-10"}, version=1)
    drafting = await other.post("/v1/agreements", json=text(partnership))
    assert (signing.status_code, [error["code"] for error in drafting.json()["errors"]]) == (404, ["unknown_reference"])
    assert (await other.seen("/v1/agreements"))["items"] == []


async def test_a_hidden_document_cannot_be_told_from_an_absent_one_as_a_predecessor(
    world: World, as_hromada_manager: AsHromada, partnership: Partnership
) -> None:
    hidden = await factories.agreement(world, partnership.id)
    hromada = await factories.hromada(world)
    between = await factories.partnership(world, hromada.id)
    manager = await as_hromada_manager(hromada.id)

    answers = [
        await manager.post("/v1/agreements", json=text(between, predecessor_id=str(id), relation="renews"))
        for id in (hidden.id, HIDDEN)
    ]

    found = [[(error["pointer"], error["code"]) for error in answer.json()["errors"]] for answer in answers]
    assert found == [[("/predecessor_id", "unknown_reference")]] * 2


@pytest.mark.two_connections
async def test_of_two_signatures_at_the_same_moment_one_counts(real_world: World) -> None:
    client = await actors.everywhere(real_world, Role.COORDINATOR)
    hromada, partner = await factories.hromada(real_world), await factories.foreign_municipality(real_world)
    between = await factories.partnership(real_world, hromada.id, partner.id)
    record = await approved(client, await client.made("/v1/agreements", text(between, hromada, partner)))
    path = f"/v1/agreements/{record['id']}/signature"

    answers = await asyncio.gather(
        *(client.post(path, json={"on": "2026-04-10"}, version=record["version"]) for _ in range(4))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
