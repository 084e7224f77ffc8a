"""A POST with an `Idempotency-Key` happens once: the answer is kept in the transaction of its effect."""

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from fastapi import Response
from uuid_utils.compat import uuid7

from app.errors import AppError, FieldError, say

FORM: Final = re.compile(r"[\x21-\x7e]{1,255}")
REPLAYED: Final = ("location", "etag", "cache-control")

# Waiting for the twin would hold a connection; a refusal takes less than a millisecond.
LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0))"
FIND: Final = """
SELECT fingerprint, status, headers::text, body FROM idempotency_keys
WHERE principal_id = $1 AND operation = $2 AND key = $3
"""
STORE: Final = """
INSERT INTO idempotency_keys (id, principal_id, operation, key, fingerprint, status, headers, body, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp())
"""


class Replay(Exception):  # noqa: N818 - not an error: the answer that was given before
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True)
class Idempotency:
    principal: UUID
    operation: str
    key: str
    fingerprint: bytes

    @classmethod
    async def claim(cls, uow: Any, operation: str, given: str, fingerprint: bytes) -> "Idempotency":
        """Ends the request with the stored answer when there is one; refuses a twin that still runs."""
        key = given.strip().strip('"')
        if not FORM.fullmatch(key):
            raise AppError("invalid_idempotency_key", errors=[FieldError("header:Idempotency-Key", say("key_form"))])
        principal = uow.actor.id or UUID(int=0)
        raw = uow.transaction.raw
        if not await raw.fetchval(LOCK, f"{principal}:{operation}:{key}"):
            raise AppError("request_in_progress", headers={"Retry-After": "1"})
        if found := await raw.fetchrow(FIND, principal, operation, key):
            raise _replay(found, fingerprint)
        return cls(principal, operation, key, fingerprint)

    async def store(self, uow: Any, response: Response) -> None:
        headers = {name: response.headers[name] for name in REPLAYED if name in response.headers}
        await uow.transaction.raw.execute(
            STORE,
            uuid7(),
            self.principal,
            self.operation,
            self.key,
            self.fingerprint,
            response.status_code,
            orjson.dumps(headers).decode(),
            bytes(response.body),
        )


def _replay(found: Any, fingerprint: bytes) -> Exception:
    if found["fingerprint"] != fingerprint:
        return AppError("idempotency_key_reused", say("key_of_another_request"))
    if not found["body"] and found["status"] != 204:
        return AppError("answer_erased", say("answer_was_erased"))
    headers = orjson.loads(found["headers"]) | {"Idempotent-Replayed": "true"}
    return Replay(Response(found["body"], found["status"], headers, media_type="application/json"))
