"""Records what is really sent and answered, so that it can stand in the published document as an example.

What differs from run to run (ids and moments that the program makes, tokens) gets a lasting form; nothing else is
touched. Compared with the committed files the record proves that every example still happens.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx2

from app.core.openapi import EXAMPLES
from tests.support.client import Client
from tests.support.world import START, World

STEP: Final = timedelta(seconds=3)
SHOWN: Final = ("ETag", "Location", "Retry-After", "Idempotent-Replayed", "WWW-Authenticate", "Accept-Patch")
TOKENS: Final = {
    "token": "AaHwoAABcACAAAAAAAAAAQ.k7Wq2o8x_Tj2kd0cJ2jH0yY6yq4W3v7o1x2y3z4A5B6",
    "key": "pobr_live_000000000007_0000000000000000000000000000000000000000009_2eYvHO",
    "key_id": "000000000007",
    "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJvbGVuYSJ9.c2lnbmF0dXJl",
    "kid": "019aabcd0000700080000000000000a1",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    "refresh_token": "rt_4hVq0Zk3mYw8sJ1xN6uB2eR7tC9pL5dF",
    "pending": "Vt0o5mKZr3c8yQn1XwL7uJfH2sPbE6dGa9iTzR4kYhM",
    "totp": "492039",
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/Pobratym:sofiia%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Pobratym",
    "recovery_codes": "7H4K-9QPD-2MXW-T5RN",
    "recovery_code": "7H4K-9QPD-2MXW-T5RN",
    "challenge": "3q2-796tvu_erb7v3q2-796tvu_erb7v3q2-796tvu8",
    "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiM3EyIn0",
    "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVg",
    "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
    "signature": "MEUCIQDx4dQ3r0rJ0H1m5oF7dJm2tqk8eWb1cYvK9pTzR4kYhAIgQ",
}

# What a sign-in through a provider makes anew each time; the provider of the story has another port each time, too.
ONWARD: Final = (
    (re.compile(r"^http://127\.0\.0\.1:\d+/authorize"), "https://login.example.org/authorize"),
    (re.compile(r"(?<==)[A-Za-z0-9_-]{43}(?=&|$)"), "Vt0o5mKZr3c8yQn1XwL7uJfH2sPbE6dGa9iTzR4kYhM"),
    (re.compile(r"^[A-Za-z0-9_-]{43}$"), "Vt0o5mKZr3c8yQn1XwL7uJfH2sPbE6dGa9iTzR4kYhM"),
)

# What depends on how quick the machine is.
MEASURED: Final[dict[str, Any]] = {"byte_count": 4096, "lag_seconds": 12.5, "is_late": False, "lag_ms": 0}
# The seal of a journal that is another one in every run, and the keys of webhooks.
SEALED: Final = (
    (re.compile(r"(?<=^whsec_)[A-Za-z0-9+/]{43}=$"), "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="),
    (re.compile(r"(?<=^whpk_)[A-Za-z0-9+/]{43}=$"), "P7kAb3i2dLDpGIZm3VTDSIaOMvmFWXXmTaYRfpDYFyo="),
    (re.compile(r"^[A-Za-z0-9+/]{43}=$"), "l0vHhg6hfxTHrT0l5VQlBqSDw2BzEJzFJj8TtKb0hrI="),
    (re.compile(r"(?<=\n)[A-Za-z0-9+/]{43}=(?=\ntime )"), "l0vHhg6hfxTHrT0l5VQlBqSDw2BzEJzFJj8TtKb0hrI="),
    (re.compile(r"(?<=\\n)[A-Za-z0-9+/]{43}=(?=\\ntime )"), "l0vHhg6hfxTHrT0l5VQlBqSDw2BzEJzFJj8TtKb0hrI="),
    (
        re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"),
        "7f83b165" * 8,
    ),
    (re.compile(r"(?<=— pobratym\.journal )[A-Za-z0-9+/=]+"), "SVMGrlC3cm9vdCBvZiB0aGUgdHJlZSBhbmQgbm90aGlu"),
)
EVENT_IDS: Final = re.compile(r"(?<=^id: )[A-Za-z0-9_-]{80,}$", re.MULTILINE)
FILE_LINK: Final = re.compile(r"(?<=/v1/files/)[A-Za-z0-9_-]{40,}$")
FEED: Final = re.compile(r"pobr_cal_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}")
FEED_EXAMPLE: Final = f"pobr_cal_{'0' * 42}7_1bmQJG"
STAMPS: Final = re.compile(r"(?<=\n)(DTSTAMP|LAST-MODIFIED):\d{8}T\d{6}Z")
ENTRY: Final = re.compile(r"(?<=/journal/entries/)\d+")
DIGEST: Final = re.compile(r"-[0-9a-f]{8}(?=\")")
UUIDS: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MOMENTS: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


def own_id(number: int) -> str:
    """An id that the client makes: a UUIDv7, the same in every run."""
    return f"01a1f0a0-0000-7000-8000-{number:012d}"


@dataclass
class Step:
    operation: str
    request: dict[str, Any]
    response: dict[str, Any]
    began: datetime
    told: datetime

    @property
    def file(self) -> Path:
        status = self.response["status"]
        return Path("problems", f"{status}.json") if status >= 400 else Path(f"{self.operation}.json")


@dataclass
class Teller:
    """Tells a story through the API. Operations are called by their ids; the clock goes on with every call."""

    world: World
    client: Client
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        paths = self.world.contract.document["paths"]
        self._places = {
            operation["operationId"]: (method.upper(), path)
            for path, methods in paths.items()
            for method, operation in methods.items()
        }

    async def __call__(self, operation: str, body: Any = None, *, status: int = 0, **options: Any) -> Any:
        """Answers with the body; `at` holds what stands in the path, `status` a refusal that is expected."""
        method, template = self._places[operation]
        path = template.format(**options.pop("at", {}))
        if body is not None:
            options["json"] = body
        began = datetime.now(UTC)
        answer = await self.client.request(method, path, **options)
        assert answer.status_code == status or (not status and answer.is_success), f"{operation}: {answer.text}"
        self.steps.append(self._step(operation, answer, began))
        self.world.clock.now += STEP
        return answer.json() if answer.headers.get("content-type", "").endswith(("/json", "+json")) else None

    def _step(self, operation: str, answer: httpx2.Response, began: datetime) -> Step:
        sent, url = answer.request, answer.request.url
        named = ("If-Match", "If-None-Match", "Idempotency-Key", "Content-Type")
        request = {
            "method": sent.method,
            "path": url.path,
            "query": dict(url.params),
            "headers": {name: sent.headers[name] for name in named if name in sent.headers},
            "body": _read(sent.content),
        }
        headers = {name: answer.headers[name] for name in SHOWN if name in answer.headers}
        response = {"status": answer.status_code, "headers": headers, "body": _read(answer.content)}
        return Step(operation, request, response, began, self.world.clock.now)

    def examples(self) -> dict[str, str]:
        """The files of the examples: of each operation its first success, of each refusal its first.

        A second kind of success has a file of its own, with the status in its name.
        """
        lasting = Lasting(self.steps)
        found: dict[str, str] = {}
        first: dict[str, int] = {}
        for step in self.steps:
            shown = {"operation": step.operation, "request": step.request, "response": step.response}
            text = json.dumps(lasting.form(shown), ensure_ascii=False, indent=2) + "\n"
            status = step.response["status"]
            is_other = status < 400 and first.setdefault(step.operation, status) != status
            found.setdefault(f"{step.operation}.{status}.json" if is_other else str(step.file), text)
        return found


def _read(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode()


class Lasting:
    """The form of what was recorded that is the same in every run."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = steps
        text = json.dumps([[step.request, step.response] for step in steps])
        self._ids = dict(self._numbered(dict.fromkeys(UUIDS.findall(text))))
        entries = sorted({int(number) for number in re.findall(r'"id": "(\d+)"', text)})
        self._entries = {str(number): str(place) for place, number in enumerate(entries, 1)}

    @staticmethod
    def _numbered(found: Mapping[str, None]) -> Iterator[tuple[str, str]]:
        number = 0
        for id in found:
            if id.startswith("01a1f0a0-0000-7000-8000-"):
                yield id, id
            else:
                number += 1
                yield id, str(UUID(f"01a1f0a0-0001-7000-8000-{number:012d}"))

    def form(self, node: Any, name: str = "") -> Any:
        if isinstance(node, dict):
            return {key: self.form(value, key) for key, value in node.items()}
        if isinstance(node, list):
            return [self.form(each, name) for each in node]
        if name in MEASURED:
            return MEASURED[name]
        return self._text(node, name) if isinstance(node, str) else node

    def _text(self, text: str, name: str) -> str:
        if name in TOKENS and not text.startswith("whsec_"):
            return TOKENS[name]
        if name == "code" and re.fullmatch("[0-9]{6}", text):
            return TOKENS["totp"]
        if name in {"Location", "state", "code"}:
            for pattern, lasting in ONWARD:
                text = pattern.sub(lasting, text)
        for pattern, lasting in SEALED:
            text = pattern.sub(lasting, text)
        if name in {"ETag", "If-None-Match"}:
            return DIGEST.sub("-5f3a91c2", text)
        if name in {"next_cursor", "cursor"}:
            return "bmV4dCBwYWdl"
        text = FILE_LINK.sub(TOKENS["token"].replace(".", "_"), EVENT_IDS.sub("bmV4dCBwYWdl", text))
        text = STAMPS.sub(r"\1:20261123T100000Z", FEED.sub(FEED_EXAMPLE, text))
        if name == "id" and text in self._entries:
            return self._entries[text]
        if name == "path":
            text = ENTRY.sub(lambda match: self._entries[match[0]], text)
        text = UUIDS.sub(lambda match: self._ids[match[0]], text)
        return MOMENTS.sub(lambda match: self._moment(match[0]), text)

    def _moment(self, text: str) -> str:
        """The clocks of the triggers are real: what they wrote during a step happened when the step is told."""
        found = datetime.fromisoformat(text)
        if found >= START and found.microsecond == 0:
            return text
        told = [step.told for step in self._steps if step.began <= found]
        return self._like(text, told[-1] if told else START)

    @staticmethod
    def _like(text: str, moment: datetime) -> str:
        return moment.strftime("%Y-%m-%dT%H:%M:%S") + ("Z" if text.endswith("Z") else "+00:00")


def committed() -> dict[str, str]:
    return {str(file.relative_to(EXAMPLES)): file.read_text() for file in sorted(EXAMPLES.rglob("*.json"))}


def commit(examples: Mapping[str, str]) -> None:
    for name in committed().keys() - examples.keys():
        (EXAMPLES / name).unlink()
    for name, text in examples.items():
        file = EXAMPLES / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
