"""The text of a key: recognisable, checked without a database, impossible to guess.

`pobr_live_<12: which key>_<43: the secret>_<6: CRC-32 of all before it>`, the last three in base 62. 62⁴³ > 2²⁵⁶.
"""

import hmac
import re
import zlib
from dataclasses import dataclass
from typing import Final

from app.rules.opaque import digest

PREFIX: Final = "pobr_live"
ID_LENGTH: Final = 12
SECRET_LENGTH: Final = 43
CHECK_LENGTH: Final = 6
DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# Published in docs/keys.md, for whoever searches code and logs for keys that do not belong there.
PATTERN: Final = rf"{PREFIX}_[0-9A-Za-z]{{{ID_LENGTH}}}_[0-9A-Za-z]{{{SECRET_LENGTH}}}_[0-9A-Za-z]{{{CHECK_LENGTH}}}"
_FORM: Final = re.compile(PATTERN)


@dataclass(frozen=True)
class Key:
    """What a well-formed text says: which key it claims to be, and the digest that proves it."""

    id: str
    digest: bytes


def is_key(credential: str) -> bool:
    """Whether somebody means this as a key, genuine or not."""
    return credential.startswith("pobr_")


def made(id: int, secret: int) -> str:
    """The text of a key from two random numbers below 62¹² and 62⁴³."""
    body = f"{PREFIX}_{base62(id, ID_LENGTH)}_{base62(secret, SECRET_LENGTH)}"
    return f"{body}_{checksum(body)}"


def read(text: str) -> Key | None:
    """None when no key was ever written like this: a typing error is found without asking anybody."""
    if not _FORM.fullmatch(text):
        return None
    body, _, check = text.rpartition("_")
    if not hmac.compare_digest(check, checksum(body)):
        return None
    return Key(body.split("_")[2], digest(text))


def checksum(body: str) -> str:
    return base62(zlib.crc32(body.encode()), CHECK_LENGTH)


def base62(number: int, length: int) -> str:
    found = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        found = DIGITS[digit] + found
    return found
