"""Passwords: argon2id, never on the event loop, never more at once than the memory allows."""

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib import resources
from threading import BoundedSemaphore
from typing import Final, TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST: Final = 15
LONGEST: Final = 1024
_LONGEST_PATTERN = 8
_T = TypeVar("_T")

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "password_too_short": (
        f"Потрібно щонайменше {SHORTEST} символів.",
        f"Use at least {SHORTEST} characters.",
    ),
    "password_too_long": (
        f"Пароль може мати щонайбільше {LONGEST} символи.",
        f"A password may have {LONGEST} characters at most.",
    ),
    "password_common": (
        "Цей пароль надто поширений: його вгадують одним із перших.",
        "This password is too common: it is among the first to be guessed.",
    ),
    "password_repeats": (
        "Пароль складається з одного повтореного шматочка: його легко вгадати.",
        "The password is one short piece repeated: it is easy to guess.",
    ),
    "password_is_email": (
        "Пароль не може бути вашою адресою електронної пошти.",
        "The password cannot be your e-mail address.",
    ),
}


class TooBusy(Exception):  # noqa: N818 - a state of the house, not a fault
    """As many passwords are being checked as the machine can bear: try again in a moment."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rehashed` is there when the password was right and its stored form is out of date."""

    ok: bool
    rehashed: str | None = None


class Passwords:
    def __init__(
        self,
        *,
        memory_kib: int = 46 * 1024,
        time_cost: int = 1,
        parallelism: int = 1,
        threads: int = 2,
        queue: int = 16,
    ) -> None:
        self._hasher = PasswordHash((Argon2Hasher(time_cost, memory_kib, parallelism),))
        self._nobody = _hash_of_nothing(memory_kib, time_cost, parallelism)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._room = BoundedSemaphore(threads + queue)

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(composed(password)))

    async def verify(self, password: str, hash: str | None) -> Verdict:
        """With no hash the same work is done and the answer is no: an unknown address takes as long."""
        known = hash is not None and len(password) <= LONGEST
        stored = hash if known and hash is not None else self._nobody
        ok, rehashed = await self._run(lambda: self._matched(password[:LONGEST], stored))
        return Verdict(known and ok, rehashed if known else None)

    def _matched(self, password: str, stored: str) -> tuple[bool, str | None]:
        ok, rehashed = self._hasher.verify_and_update(composed(password), stored)
        if ok or composed(password) == password:
            return ok, rehashed
        # Hashed as it was typed, before there was one form for what looks the same.
        was_so, _ = self._hasher.verify_and_update(password, stored)
        return was_so, self._hasher.hash(composed(password)) if was_so else None

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    async def _run(self, work: Callable[[], _T]) -> _T:
        if not self._room.acquire(blocking=False):
            raise TooBusy
        job: Future[_T] = self._pool.submit(work)
        # When the work ends, not when its caller does: a client that hangs up frees no memory.
        job.add_done_callback(lambda _done: self._room.release())
        return await asyncio.wrap_future(job)


def composed(password: str) -> str:
    """One form for what looks the same: a `й` is one letter on one keyboard, and two joined ones on another."""
    return unicodedata.normalize("NFC", password)


def weaknesses(password: str, email: str) -> list[str]:
    """Codes of SENTENCES for everything that speaks against this password; empty when it is fine."""
    if len(password) > LONGEST:
        return ["password_too_long"]
    core = _core(password)
    found = {
        "password_too_short": len(password) < SHORTEST,
        "password_common": not core.isdisjoint(_common()),
        "password_repeats": _repeats(password.casefold()),
        "password_is_email": not core.isdisjoint(_core(email) | _core(email.partition("@")[0])),
    }
    return [code for code, applies in found.items() if applies]


def _core(text: str) -> set[str]:
    """What a guesser sees through capitals, separators and a year at the end."""
    letters_and_digits = "".join(filter(str.isalnum, text.casefold()))
    return {letters_and_digits, letters_and_digits.rstrip("0123456789")} - {""}


@cache
def _common() -> frozenset[str]:
    listed = resources.files("app").joinpath("data/common_passwords.txt").read_text(encoding="utf-8")
    return frozenset("".join(filter(str.isalnum, line.casefold())) for line in listed.splitlines()) - {""}


def _repeats(text: str) -> bool:
    return any(
        text == (text[:size] * len(text))[: len(text)] for size in range(1, _LONGEST_PATTERN + 1) if size < len(text)
    )


def _hash_of_nothing(memory_kib: int, time_cost: int, parallelism: int) -> str:
    """The form of a hash that no password has: random bytes in both places."""
    salt, digest = (base64.b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (16, 32))
    return f"$argon2id$v=19$m={memory_kib},t={time_cost},p={parallelism}${salt}${digest}"
