"""Second factors: what counts, who needs one, how a code is read, and what cannot be taken away."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from app.errors import Sentence, say
from app.vocabulary import FactorKind, Role

CHALLENGE_LASTS: Final = timedelta(minutes=5)
TRIES: Final = 5
PASSKEYS: Final = 20

CODE_STEP: Final = 30
# A telephone's clock may be a step ahead or behind.
CODE_WINDOW: Final = 1

RECOVERY_CODES: Final = 10
# 16 letters of 5 bits; those that are mistaken for others are left out.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS: Final = 16
GROUP: Final = 4
MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None})

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "one_factor": (
        "Надішліть рівно одне з полів: {fields}.",
        "Send exactly one of these fields: {fields}.",
    ),
    "factor_wrong": (
        "Перевірте код або скористайтеся іншим чинником. Кожен код діє лише один раз.",
        "Check the code or use another factor. Each code works only once.",
    ),
    "factor_instead_of_password": (
        "У вас є другий чинник входу: підтвердьте ним, самого пароля замало.",
        "You have a second factor: prove yourself with it, the password alone is not enough.",
    ),
    "start_again": (
        "Час вичерпано або спроб було забагато: почніть спочатку.",
        "The time is over or there were too many tries: begin again.",
    ),
    "totp_is_there": (
        "Застосунок із кодами вже додано: спершу вилучіть його.",
        "An authenticator app is already there: remove it first.",
    ),
    "totp_not_begun": (
        "Спершу почніть: POST /v1/me/factors/totp.",
        "Begin first: POST /v1/me/factors/totp.",
    ),
    "code_does_not_fit": (
        "Код не підходить. Перевірте, чи правильно йде годинник телефона.",
        "The code does not fit. Check that the clock of the telephone is right.",
    ),
    "passkey_refused": (
        "Ключ доступу не прийнято: почніть спочатку і підтвердьте себе на пристрої.",
        "The passkey was not accepted: begin again and confirm it is you on the device.",
    ),
    "passkey_known": (
        "Цей ключ доступу вже додано.",
        "This passkey has already been added.",
    ),
    "passkeys_many": (
        "Ключів доступу може бути щонайбільше {most}: вилучіть непотрібний.",
        "There can be {most} passkeys at most: remove one that is not needed.",
    ),
    "no_factor_yet": (
        "Спершу додайте застосунок із кодами або ключ доступу.",
        "Add an authenticator app or a passkey first.",
    ),
    "last_factor": (
        "Ваша роль потребує другого чинника, а це останній: спершу додайте інший.",
        "Your role needs a second factor and this is the last one: add another first.",
    ),
    "reset_of_oneself": (
        "Власні чинники вилучають у своєму обліковому записі, а не так.",
        "Your own factors are removed in your own account, not here.",
    ),
}


@dataclass(frozen=True)
class Held:
    """What a person can prove themselves with."""

    has_totp: bool = False
    passkeys: int = 0
    recovery_codes: int = 0
    has_password: bool = True

    @property
    def has_factor(self) -> bool:
        """Recovery codes stand in for a factor; alone they are none."""
        return self.has_totp or self.passkeys > 0

    @property
    def second(self) -> list[FactorKind]:
        """What is accepted besides a password, the strongest first."""
        there = {
            FactorKind.PASSKEY: self.passkeys > 0,
            FactorKind.TOTP: self.has_totp,
            FactorKind.RECOVERY_CODE: self.has_factor and self.recovery_codes > 0,
        }
        return [kind for kind, is_there in there.items() if is_there]

    @property
    def proofs(self) -> list[FactorKind]:
        """A password proves nothing more for whoever has a second factor."""
        if self.has_factor:
            return self.second
        return [FactorKind.PASSWORD] if self.has_password else []


def is_required(held: Iterable[Role | None], needing: Collection[Role]) -> bool:
    return any(role in needing for role in held if role)


def removal_objections(*, is_required: bool, left: int) -> list[Sentence]:
    """`left` counts the factors that would remain."""
    return [say("last_factor")] if is_required and left == 0 else []


def is_new_step(step: int, last_step: int | None) -> bool:
    """A code works once: neither its own step nor an older one is taken after it."""
    return last_step is None or step > last_step


def is_suspect(seen: int, known: int) -> bool:
    """An authenticator that counts must have counted on; otherwise there are two of it."""
    return (seen > 0 or known > 0) and seen <= known


def spelt(letters: str) -> str:
    """As a person copies it from paper: four groups of four."""
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def read(text: str) -> str:
    """A recovery code as it was meant."""
    return text.upper().translate(MISREAD)
