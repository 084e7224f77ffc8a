"""C50: after an erasure the values are found nowhere, the journal is what it was and its commitments hold."""

from typing import Any, Final
from uuid import UUID

import pytest
from sqlmodel import SQLModel

from app.schemas.accounts import GrantGiven
from app.vocabulary import Role, ScopeKind
from tests.conftest import AsHromada
from tests.support import factories, stories
from tests.support.client import Client
from tests.support.commitments import broken
from tests.support.world import World

pytestmark = pytest.mark.anyio

# Each of them is found before the erasure, or the test proves nothing.
CANARIES: Final = (
    "Канарейченко", "Ярополк", "Всеславович", "KANAREICHENKO", "YAROPOLK", "yaropolk.canary@example.org",
    "+380671112233", "Прибиральник-астроном", "Заввідділу канаркознавства", "Боїться висоти", "Ганна Канарейченко",
    "Згоду принесено в конверті", "canary.account@example.org", "Ярко Канарейченко", "CanaryBrowser/7.1",
    "Просив Канарейченко",
)  # fmt: skip
WHY: Final = {"ground": "consent_withdrawn", "reason": "Заява від 20.11.2026, вх. № 77"}


async def person(world: World, client: Client) -> str:
    sumska = await factories.hromada(world)
    body = {
        "family_name_uk": "Канарейченко",
        "given_name_uk": "Ярополк",
        "patronymic_uk": "Всеславович",
        "family_name_latin": "KANAREICHENKO",
        "given_name_latin": "YAROPOLK",
        "note": "Боїться висоти",
        "languages": [{"language": "pl", "level": "b2"}],
        "contacts": [
            {"kind": "email", "value": "yaropolk.canary@example.org", "label": "Прибиральник-астроном"},
            {"kind": "phone", "value": "+380671112233"},
        ],
        "affiliations": [{"organization_id": str(sumska.id), "position_uk": "Заввідділу канаркознавства"}],
    }
    made = await client.made("/v1/people", body, key="canary")
    consent = {"purpose": "photo", "text_version": "1", "source": "paper", "given_on": "2026-10-01"}
    words = {"given_by": "Ганна Канарейченко", "note": "Згоду принесено в конверті"}
    given = await client.made(f"/v1/people/{made['id']}/consents", consent | words)
    passport = {"kind": "foreign_passport", "country": "UA", "number": "FE123456"}
    await client.made(f"/v1/people/{made['id']}/documents", passport)
    withdrawal = {"reason": "Просив Канарейченко"}
    await client.post(f"/v1/people/{made['id']}/consents/{given['id']}/withdraw", json=withdrawal)
    return str(made["id"])


async def account(world: World, person_id: str, role: Role = Role.COORDINATOR) -> Client:
    """The person's own account, with which they signed in and did something."""
    grant = GrantGiven(role=role, scope=ScopeKind.ASSOCIATION)
    user = await factories.user(world, grant, email="canary.account@example.org", name="Ярко Канарейченко")
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE people SET user_id = $1 WHERE id = $2", user.id, UUID(person_id))
    client = world.client()
    body = {"email": user.email, "password": factories.PASSWORD}
    tokens = await client.made("/v1/sessions", body, headers={"user-agent": "CanaryBrowser/7.1"})
    client.token = tokens["access_token"]
    return client


async def ended_partnership(world: World, client: Client) -> None:
    """The account stands in its log; to run it would keep the person from being erased."""
    sumska, gmina = await factories.hromada(world), await factories.foreign_municipality(world)
    parties = [{"organization_id": str(each.id)} for each in (sumska, gmina)]
    me = await client.seen("/v1/me")
    made = await client.made("/v1/partnerships", {"parties": parties, "coordinator_id": me["id"]}, key="by-canary")
    over = {"to": "ended", "reason": "Домовилися завершити"}
    answer = await client.post(f"/v1/partnerships/{made['id']}/status", json=over, version=made["version"])
    assert answer.status_code == 200


async def found(world: World, words: tuple[str, ...] = CANARIES) -> dict[str, set[str]]:
    """The words that stand in any table, as text or inside of bytes."""
    places: dict[str, set[str]] = {}
    for table in sorted(SQLModel.metadata.tables):
        for [row] in await world.rows(f"SELECT t::text FROM {table} t"):  # noqa: S608 - a name of ours
            for word in words:
                if word.lower() in row.lower() or word.encode().hex() in row:
                    places.setdefault(word, set()).add(table)
    return places


async def journal(world: World) -> dict[int, str]:
    return {row[0]: row[1] for row in await world.rows("SELECT id, journal::text FROM journal")}


async def test_nothing_of_an_erased_person_is_found_in_any_table(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    await ended_partnership(world, await account(world, id))
    assert (await found(world)).keys() == set(CANARIES)

    answer = await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)

    assert answer.status_code == 200
    assert await found(world) == {}


async def test_the_journal_is_byte_for_byte_what_it_was_and_its_commitments_hold(
    world: World, as_administrator: Client
) -> None:
    id, other = await person(world, as_administrator), await factories.hromada(world)
    staying = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр"}
    await as_administrator.made("/v1/people", staying | {"affiliations": [{"organization_id": str(other.id)}]})
    await account(world, id)
    before = await journal(world)

    await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)

    after = await journal(world)
    assert len(before) > 10
    assert {number: after[number] for number in before} == before
    assert await broken(world) == []


async def test_the_history_tells_that_it_changed_and_that_the_value_was_erased(
    world: World, as_administrator: Client
) -> None:
    id = await person(world, as_administrator)

    await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)

    page = await as_administrator.seen(f"/v1/people/{id}/history", params={"limit": 200})
    rows = stories.rows(page)
    first = next(row for row in rows if (row["part"], row["operation"]) == ("people", "insert"))
    assert first["operation"] == "insert"
    names = ("family_name_uk", "given_name_uk", "patronymic_uk", "family_name_latin", "given_name_latin")
    assert first["after"] == {name: {"erased": True} for name in (*names, "languages", "note")}
    withdrawn = next(row for row in rows if row["verb"] == "withdraw_consent")
    assert (withdrawn["reason"], withdrawn["before"]) == ("•••", {"withdrawn_on": None})


async def test_what_stays_is_a_skeleton_that_names_nobody(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)

    await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)

    seen = await as_administrator.seen(f"/v1/people/{id}")
    assert {name: seen[name] for name in ("is_erased", "contacts", "languages", "note", "patronymic_uk")} == {
        "is_erased": True,
        "contacts": [],
        "languages": [],
        "note": None,
        "patronymic_uk": None,
    }
    assert (seen["family_name_uk"], seen["given_name_uk"]) == ("Стерта", "особа")
    assert (seen["family_name_latin"], seen["given_name_latin"]) == ("ERASED", "PERSON")
    assert [(one["position_uk"], one["ended_on"]) for one in seen["affiliations"]] == [(None, str(world.clock.today))]
    identity = await as_administrator.seen(f"/v1/people/{id}/identity")
    assert (identity["documents"], identity["particulars"]) == ([], [])
    assert identity["erased_at"] is not None
    consents = await as_administrator.seen(f"/v1/people/{id}/consents")
    assert [(one["purpose"], one["given_on"], one["given_by"], one["note"]) for one in consents["items"]] == [
        ("photo", "2026-10-01", None, None)
    ]
    assert [item["id"] for item in (await as_administrator.seen("/v1/people"))["items"]] == []
    hits = await as_administrator.seen("/v1/people", params={"q": "Канарейченко", "archived": "all"})
    assert hits["items"] == []


async def test_the_answer_says_what_went_and_what_stays_and_why(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    await ended_partnership(world, await account(world, id))

    answer = (await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)).json()

    assert {part["what"] for part in answer["erased"]} >= {
        "record", "contacts", "affiliations", "consents", "identity_documents",
        "answers", "account", "grants", "sessions", "journal_values",
    }  # fmt: skip
    assert {part["what"]: part["why"] for part in answer["kept"]}["partnerships"] == (
        "Partnerships of the past still point to the account, which names nobody any more."
    )
    assert {part["what"] for part in answer["kept"]} == {
        "affiliations", "consents", "changes", "partnerships", "account_changes",
    }  # fmt: skip


async def test_a_rehearsal_lists_the_same_and_erases_nothing(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    everything = await found(world)

    rehearsed = await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY, params={"dry_run": "true"})
    still = await found(world)
    real = await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)

    assert (still, await world.rows("SELECT 1 FROM erasures WHERE ground <> 'consent_withdrawn'")) == (everything, [])
    assert rehearsed.json() == real.json() | {"is_rehearsal": True}


async def test_erasing_twice_is_erasing_once(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    first = (await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)).json()
    world.clock.advance(minutes=5)

    again = await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY | {"ground": "objection"})

    assert again.status_code == 200
    assert {name: again.json()[name] for name in ("erased_at", "ground", "erased")} == {
        "erased_at": first["erased_at"],
        "ground": "consent_withdrawn",
        "erased": [],
    }
    assert await world.rows("SELECT count(*) FROM erasures") == [(1,)]


async def test_repeating_the_request_that_made_the_person_makes_nobody_anew(
    world: World, as_administrator: Client
) -> None:
    body = {"family_name_uk": "Канарейченко", "given_name_uk": "Ярополк"}
    made = await as_administrator.made("/v1/people", body, key="once")
    await as_administrator.post(f"/v1/people/{made['id']}/erasure", json=WHY)

    repeated = await as_administrator.post("/v1/people", json=body, key="once")

    people = await world.rows("SELECT family_name_uk FROM people")
    assert (repeated.status_code, repeated.json()["code"]) == (409, "answer_erased")
    assert [row[0] for row in people if row[0] == "Канарейченко"] == []


async def test_the_account_of_an_erased_person_is_shut_at_once(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    own = await account(world, id)

    await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)

    body = {"email": "canary.account@example.org", "password": factories.PASSWORD}
    assert (await own.get("/v1/me")).status_code == 401
    assert (await world.client().post("/v1/sessions", json=body)).status_code == 401


async def test_an_erased_record_is_neither_edited_nor_restored(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)
    seen = await as_administrator.seen(f"/v1/people/{id}")
    options = {"version": seen["version"]}

    edited = await as_administrator.patch(f"/v1/people/{id}", json={"note": "Знову"}, **options)
    restored = await as_administrator.post(f"/v1/people/{id}/restore", json={"reason": "Помилка"}, **options)

    assert (edited.status_code, edited.json()["code"]) == (409, "archived")
    assert (restored.status_code, restored.json()["objections"]) == (409, ["is_erased"])


async def test_who_runs_partnerships_or_is_the_last_administrator_hands_over_first(
    world: World, as_coordinator: Client
) -> None:
    id = await person(world, as_coordinator)
    own = await account(world, id, Role.ADMINISTRATOR)
    me = await own.seen("/v1/me")
    await factories.partnership(world, coordinator_id=me["id"])

    answer = await own.post(f"/v1/people/{id}/erasure", json=WHY)

    assert (answer.status_code, answer.json()["objections"]) == (409, ["hand_over_partnerships", "last_administrator"])


@pytest.mark.parametrize("who", ["coordinator", "hromada_manager"])
async def test_only_an_administrator_erases(
    world: World, as_coordinator: Client, as_hromada_manager: AsHromada, who: str
) -> None:
    id = await person(world, as_coordinator)
    organization = (await as_coordinator.seen(f"/v1/people/{id}"))["affiliations"][0]["organization_id"]
    client = as_coordinator if who == "coordinator" else await as_hromada_manager(UUID(organization))

    answer = await client.post(f"/v1/people/{id}/erasure", json=WHY)

    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_an_old_proof_is_not_enough(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE sessions SET proved_at = proved_at - interval '601 seconds'")

    late = await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY, params={"dry_run": "true"})

    assert (late.status_code, late.json()["code"]) == (401, "proof_needed")


async def test_a_signature_under_an_agreement_stays(world: World, as_administrator: Client) -> None:
    id = await person(world, as_administrator)
    partnership = await factories.partnership(world)
    seen = await as_administrator.seen(f"/v1/partnerships/{partnership.id}")
    party: dict[str, Any] = {
        "organization_id": seen["parties"][0]["organization_id"],
        "signatory_name_uk": "Ярополк Канарейченко",
    }
    await factories.agreement(world, partnership.id, parties=[party])

    answer = (await as_administrator.post(f"/v1/people/{id}/erasure", json=WHY)).json()

    assert [part["count"] for part in answer["kept"] if part["what"] == "signatures"] == [1]
