import asyncio
import statistics
import time
import unicodedata
from collections.abc import Iterator
from importlib import resources
from typing import Literal

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core import passwords
from app.core.passwords import Passwords, TooBusy, Verdict

pytestmark = pytest.mark.anyio

RIGHT = "вишневий сад коло хати"
COMPOSED = "їжак із Йосипівки на ґанку"
Form = Literal["NFC", "NFD"]


@pytest.fixture
def cheap() -> Iterator[Passwords]:
    made = Passwords(memory_kib=8)
    yield made
    made.close()


@pytest.fixture
async def right_hash(cheap: Passwords) -> str:
    return await cheap.hash(RIGHT)


async def test_a_password_is_stored_as_argon2id_and_never_twice_the_same(cheap: Passwords) -> None:
    first, second = await cheap.hash(RIGHT), await cheap.hash(RIGHT)

    assert first.startswith("$argon2id$v=19$m=8,t=1,p=1$")
    assert first != second


@pytest.mark.parametrize(
    ("given", "ok"),
    [
        (RIGHT, True),
        (RIGHT.upper(), False),
        (RIGHT + " ", False),
        (RIGHT[:-1], False),
        ("", False),
    ],
)
async def test_only_the_very_same_password_opens(cheap: Passwords, right_hash: str, given: str, ok: bool) -> None:
    assert await cheap.verify(given, right_hash) == Verdict(ok)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
async def test_a_letter_is_the_same_however_a_keyboard_composes_it(cheap: Passwords, form: Form, typed: Form) -> None:
    stored = await cheap.hash(unicodedata.normalize(form, COMPOSED))

    assert await cheap.verify(unicodedata.normalize(typed, COMPOSED), stored) == Verdict(ok=True)


async def test_what_was_hashed_as_it_was_typed_still_opens_and_is_hashed_anew(cheap: Passwords) -> None:
    joined = unicodedata.normalize("NFD", COMPOSED)
    stored = PasswordHash((Argon2Hasher(1, 8, 1),)).hash(joined)

    verdict = await cheap.verify(joined, stored)

    assert (verdict.ok, await cheap.verify(COMPOSED, stored)) == (True, Verdict(ok=False))
    assert await cheap.verify(COMPOSED, verdict.rehashed) == Verdict(ok=True)


async def test_nobody_has_no_password(cheap: Passwords) -> None:
    assert await cheap.verify(RIGHT, None) == Verdict(ok=False)


async def test_a_password_of_1024_characters_works_and_its_longer_twin_does_not(cheap: Passwords) -> None:
    long = "ї" * 1024
    stored = await cheap.hash(long)

    assert await cheap.verify(long, stored) == Verdict(ok=True)
    assert await cheap.verify(long + "ї", stored) == Verdict(ok=False)


async def test_a_right_password_under_old_parameters_comes_back_rehashed(cheap: Passwords, right_hash: str) -> None:
    stronger = Passwords(memory_kib=16)

    verdict = await stronger.verify(RIGHT, right_hash)

    assert verdict.ok
    assert verdict.rehashed is not None
    assert verdict.rehashed.startswith("$argon2id$v=19$m=16,")
    assert await stronger.verify(RIGHT, verdict.rehashed) == Verdict(ok=True)
    assert await stronger.verify("something else", right_hash) == Verdict(ok=False)
    stronger.close()


async def test_an_unknown_address_takes_as_long_as_a_wrong_password() -> None:
    middling = Passwords(memory_kib=2048)
    stored = await middling.hash(RIGHT)
    took: dict[str | None, list[float]] = {stored: [], None: []}
    for _ in range(40):
        for hash, times in took.items():
            began = time.perf_counter()
            await middling.verify("a wrong password", hash)
            times.append(time.perf_counter() - began)
    middling.close()

    wrong, unknown = (statistics.median(times) for times in took.values())
    assert abs(wrong - unknown) < 0.005
    assert unknown > wrong / 2


async def test_beyond_the_queue_the_house_is_full_and_later_it_is_not() -> None:
    narrow = Passwords(memory_kib=32 * 1024, threads=1, queue=2)

    results = await asyncio.gather(*(narrow.hash(RIGHT) for _ in range(6)), return_exceptions=True)

    assert [type(result) for result in results] == [str, str, str, TooBusy, TooBusy, TooBusy]
    assert await narrow.verify(RIGHT, str(results[0])) == Verdict(ok=True)
    narrow.close()


async def test_who_hangs_up_gives_the_place_back_once_the_work_is_done() -> None:
    narrow = Passwords(memory_kib=2048, threads=1, queue=1)
    tasks = [asyncio.create_task(narrow.hash(RIGHT)) for _ in range(2)]
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0.2)

    assert len(await asyncio.gather(narrow.hash(RIGHT), narrow.hash(RIGHT))) == 2
    narrow.close()


async def test_the_event_loop_stays_free_while_passwords_are_checked() -> None:
    real = Passwords()
    work = asyncio.gather(*(real.hash(RIGHT) for _ in range(4)))
    turns = 0
    while not work.done():
        await asyncio.sleep(0.001)
        turns += 1
    real.close()

    assert turns > 10


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        (RIGHT, []),
        ("ж" * 7 + "d0bryj", ["password_too_short"]),
        ("kavun pid lizhkom", []),
        ("fourteen chars", ["password_too_short"]),
        ("exactly fifteen", []),
        ("correct horse battery staple", ["password_common"]),
        ("SlavaUkrainiHeroyamSlava", ["password_common"]),
        ("Слава Україні! Героям слава!", ["password_common"]),
        ("Добрий вечір, ми з України!", ["password_common"]),
        ("Shche-Ne-Vmerla-Ukraina-2026!", ["password_common"]),
        ("qwertyuiop1234567890", ["password_common"]),
        ("association of ukrainian cities", ["password_common"]),
        ("Mista-pobratymy 2026", ["password_common"]),
        ("gfhjkm123456789", ["password_common"]),
        ("Password1", ["password_too_short", "password_common"]),
        ("пароль", ["password_too_short", "password_common"]),
        ("a" * 40, ["password_repeats"]),
        ("кіт!кіт!кіт!кіт!", ["password_repeats"]),
        ("!" * 16, ["password_repeats"]),
        ("Olena.Kovalenko@lviv-rada.example", ["password_is_email"]),
        ("olena kovalenko 1987", ["password_is_email"]),
        ("ї" * 1023 + "ж", []),
        ("x" * 1025, ["password_too_long"]),
    ],
)
def test_a_password_is_refused_for_what_makes_it_weak(password: str, expected: list[str]) -> None:
    assert passwords.weaknesses(password, "olena.kovalenko@lviv-rada.example") == expected


def test_every_listed_password_is_refused() -> None:
    listed = resources.files("app").joinpath("data/common_passwords.txt").read_text(encoding="utf-8").splitlines()

    missed = [word for word in listed if "password_common" not in passwords.weaknesses(word, "a@b.example")]

    assert missed == []
    assert len(listed) == len(set(listed)) > 500
    assert sum(len(word) >= passwords.SHORTEST for word in listed) > 200


def test_every_weakness_is_said_in_both_languages() -> None:
    assert set(passwords.SENTENCES) == {
        "password_too_short",
        "password_too_long",
        "password_common",
        "password_repeats",
        "password_is_email",
    }
    assert all(uk and en and uk != en for uk, en in passwords.SENTENCES.values())
