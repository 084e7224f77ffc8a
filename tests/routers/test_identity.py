from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import pytest

from app.core import vault
from app.core.sealing import Unreadable
from app.schemas.identity import DocumentCreate, DocumentPatch, NumberSought, ParticularGiven, Revealed
from app.services import identity
from app.vocabulary import DocumentKind, FieldClass, ParticularKind, Role
from tests.conftest import AsHromada
from tests.support import actors, factories, stories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

NUMBER: Final = "FA123456"
PASSPORT: Final = {
    "kind": "foreign_passport",
    "country": "UA",
    "number": "fa 123456",
    "issued_on": "2024-03-05",
    "expires_on": "2034-03-05",
    "issuer": "5901",
}
VISA: Final = "Візова анкета до Польщі"
SUMMIT: Final = {"purpose": VISA}


async def person(world: World, client: Client, organization: Any = None) -> str:
    """The id of somebody who works in the organization."""
    home = organization or await factories.hromada(world)
    body = {"family_name_uk": "Лисенко", "given_name_uk": "Олександр"}
    made = await client.made("/v1/people", body | {"affiliations": [{"organization_id": str(home.id)}]})
    return str(made["id"])


async def with_passport(client: Client, id: str, **given: Any) -> dict[str, Any]:
    return await client.made(f"/v1/people/{id}/documents", PASSPORT | given)


async def kept(client: Client, id: str, kind: str, value: str, version: int) -> Mapping[str, Any]:
    answer = await client.request("PUT", f"/v1/people/{id}/particulars/{kind}", json={"value": value}, version=version)
    assert answer.status_code == 200, answer.text
    found: Mapping[str, Any] = answer.json()
    return found


async def revealed(client: Client, id: str, **what: Any) -> tuple[int, str]:
    answer = await client.post(f"/v1/people/{id}/reveal", json=SUMMIT | what)
    return answer.status_code, answer.json().get("value") or answer.json()["code"]


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def stored(world: World) -> str:
    """Every row of the tables that could hold what was sealed, and the journal, as text."""
    tables = ("identity_documents", "particulars", "subject_keys", "journal", "journal_personal", "idempotency_keys")
    rows = [await world.rows(f"SELECT t::text FROM {table} t") for table in tables]  # noqa: S608 - the names above
    return "\n".join(row[0] for each in rows for row in each)


async def test_a_document_is_kept_and_its_number_not_shown(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)

    answer = await as_coordinator.post(f"/v1/people/{id}/documents", json=PASSPORT)
    made = answer.json()

    (document,) = made["documents"]
    assert document == {
        "id": document["id"],
        "kind": "foreign_passport",
        "field_class": "identity",
        "country": "UA",
        "issued_on": "2024-03-05",
        "expires_on": "2034-03-05",
        "_redacted": ["number", "issuer"],
    }
    assert (answer.status_code, made["version"], made["erased_at"]) == (201, 2, None)
    assert await as_coordinator.seen(f"/v1/people/{id}/identity") == made


async def test_a_particular_is_kept_and_replaced(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)

    first = await kept(as_coordinator, id, "dietary_needs", "Без арахісу", 1)
    second = await kept(as_coordinator, id, "dietary_needs", "Без арахісу та молока", first["version"])

    (particular,) = second["particulars"]
    assert particular == {
        "kind": "dietary_needs",
        "field_class": "health",
        "updated_at": particular["updated_at"],
        "_redacted": ["value"],
    }
    assert (first["version"], second["version"]) == (2, 3)
    assert await revealed(as_coordinator, id, particular="dietary_needs") == (200, "Без арахісу та молока")


async def test_nothing_is_stored_or_answered_in_clear(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    made = await as_coordinator.post(f"/v1/people/{id}/documents", json=PASSPORT, key="once")
    given = {"value": "Інсулін двічі на день"}
    place = f"/v1/people/{id}/particulars/medical_note"
    put = await as_coordinator.request("PUT", place, json=given, version=2)
    seen = await as_coordinator.get(f"/v1/people/{id}/identity")
    await revealed(as_coordinator, id, document_id=made.json()["documents"][0]["id"])
    history = await as_coordinator.get(f"/v1/people/{id}/history")

    everything = "\n".join([await stored(world), made.text, put.text, seen.text, history.text])

    assert (put.status_code, "v1." in everything, "Лисенко" in everything) == (200, True, True)
    assert [text for text in ("FA123456", "fa 123456", "123456", "5901", "Інсулін") if text in everything] == []


async def test_one_value_is_revealed_for_a_purpose_that_stays(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    (document,) = (await with_passport(as_coordinator, id))["documents"]

    answer = await as_coordinator.post(f"/v1/people/{id}/reveal", json=SUMMIT | {"document_id": document["id"]})
    issuer = await revealed(as_coordinator, id, document_id=document["id"], part="issuer")

    assert (answer.json(), issuer) == ({"value": NUMBER, "field_class": "identity"}, (200, "5901"))
    assert answer.headers["cache-control"] == "no-store"
    notes = await world.rows(
        "SELECT verb, reason, after->>'kind', after->>'part', after->>'row_id', subject_id FROM journal"
        " WHERE operation = 'note' AND subject = 'identity' ORDER BY id"
    )
    about = ("foreign_passport", document["id"], UUID(id))
    assert [tuple(note) for note in notes] == [
        ("reveal_identity", VISA, about[0], "number", *about[1:]),
        ("reveal_identity", VISA, about[0], "issuer", *about[1:]),
    ]


async def test_every_reveal_is_its_own_even_with_a_key(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    await kept(as_coordinator, id, "sex", "F", 1)
    asked = SUMMIT | {"particular": "sex"}

    answers = [await as_coordinator.post(f"/v1/people/{id}/reveal", json=asked, key="the-same") for _ in range(2)]

    assert [(answer.json()["value"], "idempotent-replayed" in answer.headers) for answer in answers] == [
        ("F", False)
    ] * 2
    assert await world.rows("SELECT count(*) FROM journal WHERE verb = 'reveal_identity'") == [(2,)]
    assert await world.rows("SELECT count(*) FROM idempotency_keys WHERE operation = 'reveal_identity'") == [(0,)]


async def test_a_reveal_wants_a_fresh_proof_of_who_asks(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    await kept(as_coordinator, id, "sex", "F", 1)
    async with world.work() as uow:
        await uow.transaction.raw.execute("UPDATE sessions SET proved_at = proved_at - interval '11 minutes'")

    answers = [
        await as_coordinator.post(f"/v1/people/{id}/reveal", json=SUMMIT | {"particular": "sex"}),
        await as_coordinator.post("/v1/people/find-by-document", json=SUMMIT | {"number": NUMBER}),
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(401, "proof_needed")] * 2


@pytest.mark.parametrize(
    ("asked", "pointer", "code"),
    [
        ({"particular": "sex"}, "/purpose", "missing"),
        ({"particular": "sex", "purpose": "віза"}, "/purpose", "purpose_in_words"),
        ({"particular": "sex", "purpose": "12.12.2026 віза"}, "/purpose", "purpose_in_words"),
        ({"purpose": VISA}, "", "one_fact_at_a_time"),
        ({"particular": "sex", "document_id": str(UUID(int=1)), "purpose": VISA}, "", "one_fact_at_a_time"),
    ],
)
async def test_a_reveal_names_one_thing_and_a_purpose(
    world: World, as_coordinator: Client, asked: dict[str, Any], pointer: str, code: str
) -> None:
    id = await person(world, as_coordinator)

    answer = await as_coordinator.post(f"/v1/people/{id}/reveal", json=asked)

    assert (answer.status_code, errors(answer)) == (422, [(pointer, code)])


async def test_what_is_not_there_is_not_revealed(world: World, as_coordinator: Client) -> None:
    id, other = await person(world, as_coordinator), await person(world, as_coordinator)
    before = await revealed(as_coordinator, id, particular="sex")
    (document,) = (await with_passport(as_coordinator, id, issuer=None))["documents"]
    await kept(as_coordinator, other, "sex", "F", 1)

    assert before == (404, "not_found")
    assert await revealed(as_coordinator, id, particular="sex") == (404, "not_found")
    assert await revealed(as_coordinator, id, document_id=document["id"], part="issuer") == (404, "not_found")
    assert await revealed(as_coordinator, other, document_id=document["id"]) == (404, "not_found")
    assert document["_redacted"] == ["number"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"number": "FA12345"}, [("/number", "foreign_passport_form")]),
        ({"kind": "tax_number", "number": "3184710692"}, [("/number", "tax_number_check_digit")]),
        ({"issued_on": "2030-01-01"}, [("/issued_on", "not_in_future")]),
        ({"expires_on": "2024-03-05"}, [("/expires_on", "expires_after_issue")]),
        (
            {"number": "?!", "expires_on": "2020-01-01"},
            [("/number", "foreign_passport_form"), ("/expires_on", "expires_after_issue")],
        ),
        ({"kind": "library_card"}, [("/kind", "enum")]),
        ({"number": "7" * 101}, [("/number", "too_long")]),
    ],
)
async def test_a_document_that_cannot_be_is_refused_without_its_number(
    world: World, as_coordinator: Client, given: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    id = await person(world, as_coordinator)

    answer = await as_coordinator.post(f"/v1/people/{id}/documents", json=PASSPORT | given)

    assert (answer.status_code, errors(answer)) == (422, found)
    assert str((PASSPORT | given)["number"]) not in answer.text


async def test_the_same_document_is_not_kept_twice(world: World, as_coordinator: Client) -> None:
    id, other = await person(world, as_coordinator), await person(world, as_coordinator)
    await with_passport(as_coordinator, id)

    answer = await as_coordinator.post(f"/v1/people/{id}/documents", json=PASSPORT | {"number": "FА-123456"})
    elsewhere = await as_coordinator.post(f"/v1/people/{other}/documents", json=PASSPORT)

    assert (answer.status_code, answer.json()["code"], errors(answer)) == (
        409,
        "already_exists",
        [("/number", "value_taken")],
    )
    assert elsewhere.status_code == 201


async def test_a_document_is_changed_and_what_is_not_named_stays(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    (document,) = (await with_passport(as_coordinator, id))["documents"]
    place = f"/v1/people/{id}/documents/{document['id']}"

    answer = await as_coordinator.patch(place, json={"number": "FB654321", "issuer": None}, version=2)
    nothing = await as_coordinator.patch(place, json={"number": "fb 654321"}, version=3)
    wrong = await as_coordinator.patch(place, json={"expires_on": "2024-03-01"}, version=3)
    cleared = await as_coordinator.patch(place, json={"number": None}, version=3)
    late = await as_coordinator.patch(place, json={"country": "PL"}, version=2)

    (changed,) = answer.json()["documents"]
    assert (answer.json()["version"], changed) == (3, document | {"_redacted": ["number"]})
    assert (nothing.status_code, nothing.json()) == (200, answer.json())
    assert (errors(wrong), errors(cleared)) == (
        [("/expires_on", "expires_after_issue")],
        [("/number", "may_not_be_null")],
    )
    assert late.status_code == 412
    assert await revealed(as_coordinator, id, document_id=document["id"]) == (200, "FB654321")


async def test_a_number_changed_is_found_by_the_new_one_only(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    (document,) = (await with_passport(as_coordinator, id))["documents"]
    await as_coordinator.patch(f"/v1/people/{id}/documents/{document['id']}", json={"number": "FB654321"}, version=2)

    found = [
        (await as_coordinator.post("/v1/people/find-by-document", json=SUMMIT | {"number": number})).json()["items"]
        for number in (NUMBER, "fb-654321")
    ]

    assert [[each["id"] for each in items] for items in found] == [[], [id]]


async def test_what_is_not_needed_any_more_is_removed_with_a_reason(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    (document,) = (await with_passport(as_coordinator, id))["documents"]
    await kept(as_coordinator, id, "allergies", "Арахіс", 2)
    reason = {"reason": "Поїздка завершилася"}

    place = f"/v1/people/{id}/documents/{document['id']}/remove"
    without_document = await as_coordinator.post(place, json=reason, version=3)
    place = f"/v1/people/{id}/particulars/allergies/remove"
    empty = await as_coordinator.post(place, json=reason, version=4)
    again = await as_coordinator.post(place, json=reason, version=5)

    assert [len(without_document.json()[name]) for name in ("documents", "particulars")] == [0, 1]
    assert (empty.json()["particulars"], empty.json()["version"], again.status_code) == ([], 5, 404)
    entries = await world.rows(
        "SELECT row_table, reason FROM journal WHERE operation = 'delete' AND subject = 'identity' ORDER BY id"
    )
    assert [tuple(entry) for entry in entries] == [
        ("identity_documents", "Поїздка завершилася"),
        ("particulars", "Поїздка завершилася"),
    ]


async def test_a_person_is_found_by_the_number_however_it_is_typed(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    made = await with_passport(as_coordinator, id, kind="internal_passport_booklet", number="МК 123456")

    answer = await as_coordinator.post("/v1/people/find-by-document", json=SUMMIT | {"number": "mk123456"})
    part = await as_coordinator.post("/v1/people/find-by-document", json=SUMMIT | {"number": "123456"})

    assert answer.json()["items"] == [
        {
            "id": id,
            "document_id": made["documents"][0]["id"],
            "document_kind": "internal_passport_booklet",
            "family_name_uk": "Лисенко",
            "given_name_uk": "Олександр",
            "family_name_latin": None,
            "given_name_latin": None,
        }
    ]
    assert (answer.headers["cache-control"], part.json()) == ("no-store", {"items": []})
    notes = await world.rows("SELECT subject_id, reason FROM journal WHERE verb = 'find_by_document' ORDER BY id")
    assert [tuple(note) for note in notes] == [(UUID(id), VISA), (None, VISA)]


async def test_the_number_does_not_slip_into_the_journal_with_the_purpose(world: World, as_coordinator: Client) -> None:
    asked = {"number": "FA 123456", "purpose": "Шукаю власника fa123456"}

    answer = await as_coordinator.post("/v1/people/find-by-document", json=asked)

    assert (answer.status_code, errors(answer)) == (422, [("", "purpose_holds_number")])


async def test_a_hromada_works_with_its_own_people_only(
    world: World, as_coordinator: Client, as_hromada_manager: AsHromada
) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    ours, theirs = await person(world, as_coordinator, sumska), await person(world, as_coordinator, lvivska)
    await with_passport(as_coordinator, theirs)
    manager = await as_hromada_manager(sumska.id)

    added = await manager.post(f"/v1/people/{ours}/documents", json=PASSPORT | {"number": "FB654321"})
    hidden = [
        await manager.get(f"/v1/people/{theirs}/identity"),
        await manager.post(f"/v1/people/{theirs}/documents", json=PASSPORT),
        await manager.post(f"/v1/people/{theirs}/reveal", json=SUMMIT | {"particular": "sex"}),
    ]
    found = [
        (await manager.post("/v1/people/find-by-document", json=SUMMIT | {"number": number})).json()["items"]
        for number in (NUMBER, "FB654321")
    ]

    assert (added.status_code, [answer.status_code for answer in hidden]) == (201, [404, 404, 404])
    assert [[each["id"] for each in items] for items in found] == [[], [ours]]


async def test_only_the_grant_that_allows_it_counts(world: World, as_coordinator: Client) -> None:
    """A manager of one hromada who is a member of another sees the people of both, and identity in one."""
    managed, other = await factories.hromada(world), await factories.hromada(world)
    ours, theirs = await person(world, as_coordinator, managed), await person(world, as_coordinator, other)
    await with_passport(as_coordinator, theirs)
    both = await actors.signed_in(
        world,
        actors.GrantGiven(role=Role.HROMADA_MANAGER, scope="organization", organization_id=managed.id),
        actors.GrantGiven(role=Role.HROMADA_MEMBER, scope="organization", organization_id=other.id),
    )

    readable = [(await both.get(f"/v1/people/{id}")).status_code for id in (ours, theirs)]
    identities = [(await both.get(f"/v1/people/{id}/identity")).status_code for id in (ours, theirs)]
    found = await both.post("/v1/people/find-by-document", json=SUMMIT | {"number": NUMBER})

    assert (readable, identities, found.json()) == ([200, 200], [200, 404], {"items": []})


async def test_members_guests_and_analysts_are_not_let_near(
    world: World, as_coordinator: Client, as_hromada_member: AsHromada, as_guest: AsHromada, as_analyst: Client
) -> None:
    sumska = await factories.hromada(world)
    id = await person(world, as_coordinator, sumska)
    await with_passport(as_coordinator, id)
    others = [await as_hromada_member(sumska.id), await as_guest(sumska.id), as_analyst]

    answers = [
        answer.status_code
        for client in others
        for answer in (
            await client.get(f"/v1/people/{id}/identity"),
            await client.post(f"/v1/people/{id}/reveal", json=SUMMIT | {"particular": "sex"}),
            await client.post("/v1/people/find-by-document", json=SUMMIT | {"number": NUMBER}),
        )
    ]

    assert answers == [403] * 9


async def test_the_history_of_a_person_says_nothing_of_identity(world: World, as_coordinator: Client) -> None:
    """It is shown to more people than may know that a document or a medical note is there."""
    id = await person(world, as_coordinator)
    await with_passport(as_coordinator, id)
    await kept(as_coordinator, id, "medical_note", "Інсулін", 2)

    entries = stories.rows(await as_coordinator.seen(f"/v1/people/{id}/history"))

    assert {entry["part"] for entry in entries} == {"people", "affiliations"}


async def test_an_archived_person_is_not_written_about(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    await as_coordinator.post(f"/v1/people/{id}/archive", json={"reason": "Звільнився"}, version=1)

    answer = await as_coordinator.post(f"/v1/people/{id}/documents", json=PASSPORT)

    assert (answer.status_code, answer.json()["code"]) == (409, "archived")


async def test_after_the_key_is_destroyed_everything_says_so(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    (document,) = (await with_passport(as_coordinator, id))["documents"]
    await kept(as_coordinator, id, "sex", "F", 2)

    async with world.work() as uow:
        await vault.destroy(uow, UUID(id))

    now = await as_coordinator.seen(f"/v1/people/{id}/identity")
    assert now["erased_at"] == "2026-11-23T10:00:00.000000Z"
    assert await revealed(as_coordinator, id, document_id=document["id"]) == (410, "erased")
    assert await revealed(as_coordinator, id, particular="sex") == (410, "erased")
    again = await as_coordinator.post(f"/v1/people/{id}/documents", json=PASSPORT | {"number": "FB654321"})
    found = await as_coordinator.post("/v1/people/find-by-document", json=SUMMIT | {"number": NUMBER})
    assert (again.status_code, again.json()["code"], found.json()) == (410, "erased", {"items": []})
    assert await world.rows("SELECT wrapped FROM subject_keys") == [(None,)]
    assert await world.rows("SELECT count(*) FROM journal WHERE verb = 'destroy_key'") == [(1,)]


async def test_who_was_erased_before_anything_was_sealed_stays_erased(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    async with world.work() as uow:
        await vault.destroy(uow, UUID(id))

    answer = await as_coordinator.post(f"/v1/people/{id}/documents", json=PASSPORT)

    assert (answer.status_code, answer.json()["code"]) == (410, "erased")


async def test_a_sealed_value_moved_to_another_person_does_not_open(world: World, as_coordinator: Client) -> None:
    first, second = await person(world, as_coordinator), await person(world, as_coordinator)
    for id, sex in ((first, "F"), (second, "M")):
        await kept(as_coordinator, id, "sex", sex, 1)
    async with world.work() as uow:
        await uow.transaction.raw.execute(
            "UPDATE particulars a SET value_sealed = b.value_sealed FROM particulars b WHERE a.id <> b.id"
        )

    for id in (first, second):
        async with world.work() as uow:
            with pytest.raises(Unreadable):
                await identity.opened(uow, UUID(id))
        assert (await revealed(as_coordinator, id, particular="sex"))[0] == 500


async def test_all_of_it_is_opened_for_the_persons_own_copy(world: World, as_coordinator: Client) -> None:
    id = await person(world, as_coordinator)
    await with_passport(as_coordinator, id)
    await kept(as_coordinator, id, "medical_note", "Інсулін", 2)

    async with world.work() as uow:
        facts = await identity.opened(uow, UUID(id))
        nothing = await identity.opened(uow, UUID(int=7))

    assert [(fact.kind, fact.field_class, fact.values, fact.country) for fact in facts] == [
        (DocumentKind.FOREIGN_PASSPORT, FieldClass.IDENTITY, {"number": NUMBER, "issuer": "5901"}, "UA"),
        (ParticularKind.MEDICAL_NOTE, FieldClass.HEALTH, {"value": "Інсулін"}, None),
    ]
    assert ("Інсулін" in repr(facts), nothing) == (False, [])


def test_what_is_told_shows_itself_nowhere() -> None:
    told = [
        DocumentCreate(**PASSPORT),
        DocumentPatch(number=NUMBER, issuer="5901"),
        ParticularGiven(value=NUMBER),
        NumberSought(number=NUMBER, purpose=VISA),
        Revealed(value=NUMBER, field_class=FieldClass.IDENTITY),
    ]

    assert [f"{each!r} {each!s}" for each in told] == [f"{type(each).__name__}() " for each in told]
