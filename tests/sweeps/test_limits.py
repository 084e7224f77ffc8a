"""Every operation is counted in a lane, says so with each answer, and refuses beyond the quota."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
from fastapi import FastAPI

from app.core.http import CountedRoute
from app.core.limits import Limits
from app.rules.deprecations import RETIRING
from app.rules.limits import Lane, lane
from app.settings import Limits as Figures
from tests.conftest import GENEROUS
from tests.support.client import MERGE_PATCH, Client
from tests.support.operations import Operation, operations

# What is never counted, and why.
UNCOUNTED: Final = {
    "get_liveness": "asked by the machinery",
    "get_readiness": "asked by the machinery",
    "get_metrics": "asked by the machinery, on this machine or with a token",
    "get_docs_page": "a file in memory",
    "get_redoc_page": "a file in memory",
    "get_docs_script": "a file in memory",
    "get_redoc_logo": "a file in memory",
    "get_sign_in_end": "a page with nothing behind it",
}
OPEN: Final = {None, "anyone"}
ABSENT: Final = "019aabcd-0000-7000-8000-000000000000"
POLICY: Final = re.compile(r'"(read|write|bulk|sign_in|anonymous)";q=(\d{1,15});w=60')
LIMIT: Final = re.compile(r'"(read|write|bulk|sign_in|anonymous)";r=(\d{1,15});t=(\d{1,15})')


def counted(app: FastAPI) -> list[Operation]:
    """What may end the session of whoever asks comes last."""
    found = [each for each in operations(app) if isinstance(each.route, CountedRoute)]
    return sorted(found, key=lambda each: "session" in each.path)


def read(answer: Any) -> tuple[re.Match[str], re.Match[str]]:
    """Both fields, when they are what RFC 9651 and the draft say."""
    policy, limit = POLICY.fullmatch(answer.headers["ratelimit-policy"]), LIMIT.fullmatch(answer.headers["ratelimit"])
    assert policy is not None
    assert limit is not None
    return policy, limit


def lane_of(operation: Operation) -> Lane:
    return lane(operation.name, operation.method, is_open=operation.gate in OPEN)


async def sent(client: Client, operation: Operation) -> Any:
    """As little as it takes to get to the gate; a stream is asked to go on from where it never was, so that it ends."""
    kind = MERGE_PATCH if operation.method == "PATCH" else "application/json"
    body = {"content": b"{}"} if operation.has_body else {}
    headers = {"content-type": kind, "if-match": '"1"', "last-event-id": "none"}
    return await client.request(operation.method, operation.url_of(ABSENT), headers=headers, **body)


@pytest.fixture
def tight(app: FastAPI) -> Iterator[None]:
    """One request a minute for everything but signing in."""
    figures = dict.fromkeys(("read", "write", "bulk", "anonymous"), 1)
    before = app.state.runtime.limits
    app.state.runtime.limits = Limits(Figures(sign_in=1_000_000, **figures))
    yield
    app.state.runtime.limits = before


def test_every_operation_is_counted_but_those_of_the_machinery(app: FastAPI) -> None:
    without = {each.name for each in operations(app)} - {each.name for each in counted(app)}

    assert len(counted(app)) > 80
    assert without - UNCOUNTED.keys() == set()


def test_there_is_something_in_each_lane(app: FastAPI) -> None:
    found = {kind: [each.name for each in counted(app) if lane_of(each) is kind] for kind in Lane}

    assert {kind for kind, names in found.items() if not names} == set()
    assert "create_session" in found[Lane.SIGN_IN]
    assert {each.gate for each in counted(app) if lane_of(each) is Lane.BULK} <= {"may", "reading", "myself"}


def test_what_is_deprecated_says_until_when(app: FastAPI) -> None:
    assert {each.name for each in operations(app) if each.route.deprecated} == RETIRING.keys()


def test_the_document_says_what_is_counted(app: FastAPI) -> None:
    document = app.openapi()["paths"]
    published = [each for each in counted(app) if each.is_public_document]
    silent = [
        each.name
        for each in published
        for status, answer in document[each.path][each.method.lower()]["responses"].items()
        if status.startswith("2") and "RateLimit" not in answer["headers"]
    ]

    assert len(published) > 80
    assert [each.name for each in published if "429" not in document[each.path][each.method.lower()]["responses"]] == []
    assert silent == []


@pytest.mark.anyio
async def test_every_answer_says_what_is_left(app: FastAPI, as_stranger: Client, nobody: Client) -> None:
    answers = [(each, await sent(client, each)) for client in (as_stranger, nobody) for each in counted(app)]

    found: Counter[Lane] = Counter()
    for each, answer in answers:
        # Who turned out to be nobody is counted by address, wherever they knocked.
        expected = Lane.ANONYMOUS if each.gate not in OPEN and answer.status_code == 401 else lane_of(each)
        policy, limit = read(answer)
        assert (policy[1], policy[2], limit[1]) == (expected, str(GENEROUS.quota(expected)), expected), each.name
        assert int(limit[2]) < int(policy[2])
        found[expected] += 1

    assert found.keys() == set(Lane)


@pytest.mark.anyio
@pytest.mark.usefixtures("tight")
async def test_every_operation_refuses_beyond_the_quota(app: FastAPI, as_stranger: Client, nobody: Client) -> None:
    gated = [each for each in counted(app) if each.gate not in OPEN]
    for each in gated:
        await sent(as_stranger, each)

    known = {each.name: await sent(as_stranger, each) for each in gated}
    unknown = {each.name: await sent(nobody, each) for each in counted(app) if lane_of(each) is not Lane.SIGN_IN}

    assert len(known) > 60
    assert {answer.status_code for answer in known.values()} == {429}
    assert [answer.status_code for answer in unknown.values()].count(429) >= len(unknown) - 1
    for name, answer in known.items():
        _, limit = read(answer)
        assert int(limit[2]) == 0, name
        assert int(answer.headers["retry-after"]) >= int(limit[3])
        assert answer.json()["code"] == "rate_limited"
        assert answer.json()["violated-policies"] == [limit[1]]
