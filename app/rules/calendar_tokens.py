"""The secret part of a feed's address: recognisable, checked without a database, impossible to guess.

`pobr_cal_<43: the secret>_<6: CRC-32 of all before it>`, both in base 62. 62⁴³ > 2²⁵⁶.
"""

import hmac
import re
import secrets
from typing import Final

from app.rules.api_keys import SECRET_LENGTH, base62, checksum
from app.rules.opaque import digest

PREFIX: Final = "pobr_cal"
# Published in docs/calendars.md, for whoever searches code and logs for addresses that do not belong there.
PATTERN: Final = rf"{PREFIX}_[0-9A-Za-z]{{43}}_[0-9A-Za-z]{{6}}"
_FORM: Final = re.compile(PATTERN)


def made() -> str:
    body = f"{PREFIX}_{base62(secrets.randbelow(62**SECRET_LENGTH), SECRET_LENGTH)}"
    return f"{body}_{checksum(body)}"


def kept(token: str) -> bytes | None:
    """What is stored of it; None when no address was ever written like this."""
    if not _FORM.fullmatch(token):
        return None
    body, _, check = token.rpartition("_")
    return digest(token) if hmac.compare_digest(check, checksum(body)) else None
