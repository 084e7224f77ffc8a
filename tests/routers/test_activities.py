"""Meetings and calls as people enter them: one record for several partnerships, in the time of the place."""

from typing import Any, Final
from uuid import UUID

import pytest

from app.core.actors import command
from app.rules.permissions import Permission
from app.schemas.activities import ActivityCreate
from app.services import activities
from app.vocabulary import ActivitySource, ParticipantAnswer, Role
from tests.conftest import AsHromada
from tests.support import actors, factories
from tests.support.client import Client
from tests.support.world import World

pytestmark = pytest.mark.anyio

PATH: Final = "/v1/activities"
CALL: Final = {"kind": "call", "title": "Розмова з мером Замостя", "starts_local": "2026-11-20T15:00"}
FORUM: Final = {"kind": "meeting", "title": "Зустріч у Замості", "starts_local": "2026-12-01T10:00"}
WHY: Final = {"reason": "Мер захворів"}


async def last_contact(world: World, partnership: UUID) -> str | None:
    rows = await world.rows("SELECT last_contact_on FROM partnerships WHERE id = $1", partnership)
    return str(rows[0][0]) if rows[0][0] else None


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def test_yesterdays_call_is_entered_as_held_in_one_call(world: World, as_coordinator: Client) -> None:
    one, other = await factories.partnership(world), await factories.partnership(world)
    both = [str(one.id), str(other.id)]

    made = await as_coordinator.made(PATH, CALL | {"outcome": "Чекаємо на лист", "partnership_ids": both})

    me = await as_coordinator.seen("/v1/me")
    shown = {"kind", "status", "source", "title", "outcome", "owner_id", "starts_local", "starts_at", "zone"}
    assert {name: made[name] for name in shown} == {
        "kind": "call",
        "status": "held",
        "source": "entered",
        "title": "Розмова з мером Замостя",
        "outcome": "Чекаємо на лист",
        "owner_id": me["id"],
        "starts_local": "2026-11-20T15:00:00",
        "starts_at": "2026-11-20T13:00:00.000000Z",
        "zone": "Europe/Kyiv",
    }
    assert made["partnership_ids"] == sorted(both)
    assert [await last_contact(world, each.id) for each in (one, other)] == ["2026-11-20"] * 2


async def test_a_meeting_to_come_is_planned_and_then_held(world: World, as_coordinator: Client) -> None:
    between = await factories.partnership(world)
    people = [{"side": "ours", "name": "Ірина"}, {"side": "theirs", "name": "Jan", "email": "Jan@zamosc.pl"}]
    soon = {"starts_local": "2026-11-23T12:05", "partnership_ids": [str(between.id)]}
    made = await as_coordinator.made(PATH, FORUM | soon | {"participants": people})
    place, version = f"{PATH}/{made['id']}", made["version"]

    early = await as_coordinator.post(f"{place}/hold", json={}, version=version)
    world.clock.advance(minutes=6)
    jan = made["participants"][1]
    held = await as_coordinator.post(
        f"{place}/hold", json={"outcome": "Домовилися", "attended": [jan["id"]]}, version=version
    )

    assert (made["status"], await last_contact(world, between.id)) == ("planned", "2026-11-23")
    assert (early.status_code, early.json()["objections"]) == (409, ["activity_not_begun"])
    came = [(each["email"], each["was_there"]) for each in held.json()["participants"]]
    assert (held.json()["status"], held.json()["outcome"], came) == (
        "held",
        "Домовилися",
        [(None, False), ("jan@zamosc.pl", True)],
    )


async def test_a_planned_meeting_is_no_contact_yet(world: World, as_coordinator: Client) -> None:
    between = await factories.partnership(world, last_contact_on="2026-10-01")

    await as_coordinator.made(PATH, FORUM | {"partnership_ids": [str(between.id)]})
    await as_coordinator.made(PATH, CALL | {"kind": "note", "partnership_ids": [str(between.id)]})

    assert await last_contact(world, between.id) == "2026-10-01"


@pytest.mark.parametrize("source", [ActivitySource.IMPORTED, ActivitySource.BULK])
async def test_what_was_imported_or_entered_in_bulk_is_no_contact(world: World, source: ActivitySource) -> None:
    between = await factories.partnership(world)

    async with world.work() as uow:
        made = await activities.enter(uow, ActivityCreate(**CALL, partnership_ids=[between.id]), source=source)

    assert (made.status, await last_contact(world, between.id)) == ("held", None)


async def test_an_archived_contact_falls_back_to_the_one_before(world: World, as_coordinator: Client) -> None:
    between = await factories.partnership(world, last_contact_on="2026-09-01")
    about = {"partnership_ids": [str(between.id)]}
    await as_coordinator.made(PATH, CALL | about | {"starts_local": "2026-10-05T12:00"})
    latest = await as_coordinator.made(PATH, CALL | about)
    first = await as_coordinator.made(PATH, CALL | about | {"starts_local": "2026-08-01T12:00"})
    seen = [await last_contact(world, between.id)]

    archived = await as_coordinator.post(f"{PATH}/{latest['id']}/archive", json=WHY, version=latest["version"])
    seen.append(await last_contact(world, between.id))
    moved = {"starts_local": "2026-10-20T12:00"}
    await as_coordinator.patch(f"{PATH}/{first['id']}", json=moved, version=first["version"])
    seen.append(await last_contact(world, between.id))
    version = archived.json()["version"]
    await as_coordinator.post(f"{PATH}/{latest['id']}/restore", json=WHY, version=version)
    seen.append(await last_contact(world, between.id))

    assert seen == ["2026-11-20", "2026-10-05", "2026-10-20", "2026-11-20"]


async def test_what_a_person_entered_by_hand_is_never_lost(world: World, as_coordinator: Client) -> None:
    between = await factories.partnership(world)
    partnership = await as_coordinator.seen(f"/v1/partnerships/{between.id}")
    by_hand = {"last_contact_on": "2026-09-01"}
    await as_coordinator.patch(f"/v1/partnerships/{between.id}", json=by_hand, version=partnership["version"])
    call = await as_coordinator.made(PATH, CALL | {"partnership_ids": [str(between.id)]})

    await as_coordinator.post(f"{PATH}/{call['id']}/archive", json=WHY, version=call["version"])

    assert await last_contact(world, between.id) == "2026-09-01"


async def test_the_day_of_a_contact_is_the_day_where_it_took_place(world: World, as_coordinator: Client) -> None:
    between = await factories.partnership(world)
    late = {"starts_local": "2026-11-20T23:30", "zone": "America/New_York", "partnership_ids": [str(between.id)]}

    made = await as_coordinator.made(PATH, CALL | late)

    assert (made["starts_at"], await last_contact(world, between.id)) == ("2026-11-21T04:30:00.000000Z", "2026-11-20")


async def test_an_hour_that_is_missing_is_refused_and_one_that_comes_twice_is_told_apart(
    as_coordinator: Client,
) -> None:
    missing = await as_coordinator.post(PATH, json=FORUM | {"starts_local": "2027-03-28T03:30"})
    first = await as_coordinator.made(PATH, FORUM | {"starts_local": "2027-10-31T03:30"})
    second = await as_coordinator.made(PATH, FORUM | {"starts_local": "2027-10-31T03:30", "starts_fold": 1})

    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (422, "clock_jumps")
    assert "04:30" in missing.json()["errors"][0]["detail"]
    assert [each["starts_at"][11:16] for each in (first, second)] == ["00:30", "01:30"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"starts_local": "2026-12-01T10:00:00Z"}, [("/starts_local", "wall_time_offset")]),
        ({"starts_local": "2026-12-01"}, [("/starts_local", "wall_time_form")]),
        ({"zone": "Europe/Narnia"}, [("/zone", "unknown_zone")]),
        ({"ends_local": "2026-12-01T09:00"}, [("", "end_before_start")]),
        ({"ends_local": "2027-12-01T09:00"}, [("", "activity_too_long")]),
        ({"online_url": "http://meet.example.org/x"}, [("/online_url", "https_only")]),
        ({"next_step_on": "2026-12-05"}, [("", "together")]),
        ({"status": "held"}, [("/starts_local", "activity_not_begun")]),
        ({"status": "cancelled"}, [("", "enum")]),
        ({"status": "planned", "starts_local": "2026-11-20T10:00"}, [("/starts_local", "activity_in_the_past")]),
        ({"status": "planned", "kind": "note"}, [("/starts_local", "note_is_no_plan")]),
        ({"participants": [{"side": "ours"}]}, [("/participants/0", "participant_needs_someone")]),
        (
            {"participants": [{"side": "ours", "name": "Ян"}, {"side": "ours", "name": "ян"}]},
            [("/participants/1", "repeated")],
        ),
        ({"owner_id": "019aabcd-0000-7000-8000-000000000000"}, [("/owner_id", "unknown_reference")]),
        (
            {"participants": [{"side": "ours", "person_id": "019aabcd-0000-7000-8000-000000000000"}]},
            [("/participants/0/person_id", "unknown_reference")],
        ),
    ],
)
async def test_what_makes_no_sense_is_refused_by_name(
    as_coordinator: Client, given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = await as_coordinator.post(PATH, json=FORUM | given)

    assert (answer.status_code, errors(answer)) == (422, expected)


async def test_kiev_is_understood_and_written_as_kyiv(as_coordinator: Client) -> None:
    made = await as_coordinator.made(PATH, FORUM | {"zone": "Europe/Kiev"})

    assert made["zone"] == "Europe/Kyiv"


async def test_participants_are_named_as_they_are_called_today(
    world: World, as_coordinator: Client, as_hromada_manager: AsHromada
) -> None:
    sumska = await factories.hromada(world)
    manager = await as_hromada_manager(sumska.id)
    me = await manager.seen("/v1/me")
    mayor = {
        "family_name_uk": "Лисенко",
        "given_name_uk": "Олександр",
        "contacts": [{"kind": "email", "value": "lysenko@smr.example.org"}],
        "affiliations": [{"organization_id": str(sumska.id)}],
    }
    person = await manager.made("/v1/people", mayor)
    people = [{"side": "ours", "user_id": me["id"]}, {"side": "ours", "person_id": person["id"]}]

    made = await manager.made(PATH, FORUM | {"participants": people})

    named = [(each["name"], each["email"]) for each in made["participants"]]
    assert named == [(me["name"], me["email"]), ("Олександр Лисенко", "lysenko@smr.example.org")]
    assert (made["organization_id"], made["participant_count"]) == (str(sumska.id), 2)


async def test_the_same_person_is_asked_once(as_coordinator: Client) -> None:
    me = await as_coordinator.seen("/v1/me")
    twice = [{"side": "ours", "user_id": me["id"]}, {"side": "theirs", "email": me["email"].upper()}]

    answer = await as_coordinator.post(PATH, json=FORUM | {"participants": twice})

    assert (answer.status_code, errors(answer)) == (422, [("/participants/1", "repeated")])


async def test_a_new_time_asks_everybody_anew(world: World, as_coordinator: Client) -> None:
    people = [
        {"side": "ours", "role": "organizer", "answer": "accepted", "email": "olena@example.org"},
        {"side": "theirs", "email": "jan@zamosc.pl"},
    ]
    made = await as_coordinator.made(PATH, FORUM | {"participants": people})
    async with world.work() as uow:
        told = await activities.record_answer(
            uow, UUID(made["id"]), "JAN@zamosc.pl", ParticipantAnswer.ACCEPTED, world.clock.now
        )
        older = await activities.record_answer(
            uow, UUID(made["id"]), "jan@zamosc.pl", ParticipantAnswer.DECLINED, world.clock.now
        )
        unknown = await activities.record_answer(
            uow, UUID(made["id"]), "ewa@zamosc.pl", ParticipantAnswer.DECLINED, world.clock.now
        )
    accepted = await as_coordinator.seen(f"{PATH}/{made['id']}")

    version = accepted["version"]
    titled = await as_coordinator.patch(f"{PATH}/{made['id']}", json={"title": "Зустріч мерів"}, version=version)
    version = titled.json()["version"]
    later = await as_coordinator.patch(
        f"{PATH}/{made['id']}", json={"starts_local": "2026-12-02T10:00"}, version=version
    )

    answers = [[each["answer"] for each in one["participants"]] for one in (accepted, titled.json(), later.json())]
    assert (told, older, unknown) == (True, False, False)
    assert answers == [["accepted", "accepted"], ["accepted", "accepted"], ["accepted", "needs_action"]]


async def test_a_cancelled_meeting_stays_as_it_is(as_coordinator: Client) -> None:
    made = await as_coordinator.made(PATH, FORUM)
    place = f"{PATH}/{made['id']}"

    cancelled = (await as_coordinator.post(f"{place}/cancel", json=WHY, version=made["version"])).json()
    again = await as_coordinator.post(f"{place}/cancel", json=WHY, version=cancelled["version"])
    edited = await as_coordinator.patch(place, json={"title": "Інша"}, version=cancelled["version"])

    assert (cancelled["status"], cancelled["cancelled_because"]) == ("cancelled", "Мер захворів")
    assert [(each.status_code, each.json()["objections"]) for each in (again, edited)] == [
        (409, ["activity_is"]),
        (409, ["activity_is_cancelled"]),
    ]


async def test_only_who_can_see_it_can_answer_for_it(world: World, as_coordinator: Client) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    between = await factories.partnership(world, sumska.id)
    stranger = await actors.at(world, Role.HROMADA_MANAGER, lvivska.id)
    colleague = await actors.at(world, Role.HROMADA_MANAGER, sumska.id)
    ids = [(await each.seen("/v1/me"))["id"] for each in (stranger, colleague)]
    about = FORUM | {"partnership_ids": [str(between.id)]}

    refused, made = [await as_coordinator.post(PATH, json=about | {"owner_id": id}) for id in ids]

    assert (refused.status_code, errors(refused)) == (422, [("/owner_id", "cannot_see_it")])
    assert (made.status_code, made.json()["owner_id"]) == (201, ids[1])


async def test_a_meeting_of_others_looks_absent_and_their_people_cannot_be_named(
    world: World, as_hromada_manager: AsHromada
) -> None:
    sumska, lvivska = await factories.hromada(world), await factories.hromada(world)
    manager, stranger = await as_hromada_manager(sumska.id), await as_hromada_manager(lvivska.id)
    made = await manager.made(PATH, FORUM)
    them = (await manager.seen("/v1/me"))["id"]

    hidden = await stranger.get(f"{PATH}/{made['id']}")
    named = await stranger.post(PATH, json=FORUM | {"participants": [{"side": "ours", "user_id": them}]})

    assert (hidden.status_code, hidden.json()["code"]) == (404, "not_found")
    assert (named.status_code, errors(named)) == (422, [("/participants/0/user_id", "unknown_reference")])
    assert (await stranger.seen(PATH))["items"] == []


async def test_analysts_see_the_meeting_without_names(world: World, as_coordinator: Client, as_analyst: Client) -> None:
    people = [{"side": "theirs", "name": "Jan Kowalski", "email": "jan@zamosc.pl"}]
    made = await as_coordinator.made(PATH, FORUM | {"participants": people})
    person = "019aabcd-0000-7000-8000-000000000000"

    seen = await as_analyst.get(f"{PATH}/{made['id']}")
    guessed = await as_analyst.get(PATH, params={"person_id": person})
    history = await as_analyst.get(f"{PATH}/{made['id']}/history")

    assert (seen.json()["_redacted"], seen.json()["participant_count"]) == (["participants"], 1)
    assert (guessed.status_code, guessed.json()["errors"][0]["code"]) == (403, "filter_not_shown")
    assert "Kowalski" not in seen.text + history.text
    assert "zamosc.pl" not in seen.text + history.text


async def test_lists_are_narrowed(world: World, as_coordinator: Client) -> None:
    between = await factories.partnership(world)
    gmina = await factories.foreign_municipality(world)
    theirs = [{"side": "theirs", "organization_id": str(gmina.id)}]
    call = await as_coordinator.made(
        PATH, CALL | {"partnership_ids": [str(between.id)], "next_step": "Лист", "next_step_on": "2026-12-01"}
    )
    forum = await as_coordinator.made(PATH, FORUM | {"participants": theirs})
    note = await as_coordinator.made(PATH, CALL | {"kind": "note", "title": "Думка"})
    asked: list[tuple[dict[str, str], list[Any]]] = [
        ({}, [forum, note, call]),
        ({"sort": "starts_at"}, [call, note, forum]),
        ({"partnership_id": str(between.id)}, [call]),
        ({"organization_id": str(gmina.id)}, [forum]),
        ({"kind": "note"}, [note]),
        ({"status": "planned"}, [forum]),
        ({"starts_from": "2026-11-21"}, [forum]),
        ({"starts_to": "2026-11-20"}, [note, call]),
        ({"next_step_to": "2026-12-01"}, [call]),
        ({"q": "замост"}, [forum, call]),
    ]

    found = [[each["id"] for each in (await as_coordinator.seen(PATH, params=params))["items"]] for params, _ in asked]

    assert found == [[each["id"] for each in expected] for _, expected in asked]


async def test_a_command_may_enter_what_belongs_to_nobody_in_particular(world: World) -> None:
    async with world.work(command("import"), Permission.ACTIVITIES_WRITE) as uow:
        made = await activities.enter(uow, ActivityCreate(**CALL), source=ActivitySource.IMPORTED)

    assert (made.organization_id, made.owner_id, made.source) == (None, None, "imported")
