"""The wall: whatever an address is, and whatever a resolver or a receiver says, nothing inside is reached."""

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from app.adapters.webhook_client import (
    LARGEST_ANSWER,
    Parcel,
    Patience,
    PublicNames,
    Receipt,
    WebhookClient,
    webhook_client,
)
from app.rules.destinations import Terms
from app.settings import Webhooks
from app.vocabulary import DeliveryFailure
from tests.rules.test_destinations import DENIED, HOSTILE
from tests.support.certificates import authority, client_context, server_context
from tests.support.receiver import OK, Receiver, Write, answer

pytestmark = pytest.mark.anyio

AT: Final = datetime(2026, 11, 23, 10, tzinfo=UTC)
HURRIED: Final = Patience(connect=0.5, total=0.5)
NAME: Final = "hooks.example.org"
# Stands for the public internet: this machine has many addresses of its own, and this one is allowed for the test.
OUTSIDE: Final = "127.0.0.2"
INSIDE: Final = "127.0.0.1"


class Names:
    """A resolver that says one thing after the other."""

    def __init__(self, *said: Sequence[str]) -> None:
        self.said = list(said)
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        return self.said.pop(0) if len(self.said) > 1 else self.said[0]


def is_outside(address: str) -> bool:
    return address == OUTSIDE


def parcel(url: str, body: bytes = b'{"type":"webhook.ping"}') -> Parcel:
    return Parcel(url, {"content-type": "application/json", "webhook-id": "1"}, body, AT)


def vouched(receiver: Receiver, patience: Patience = HURRIED) -> WebhookClient:
    return WebhookClient(Terms(trusted=(receiver.origin,)), Names([]), patience=patience)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server that is hooks.example.org, and a client that knows who says so."""
    folder: Path = tmp_path_factory.mktemp("tls")
    found = authority()
    return server_context(found, NAME, folder), client_context(found)


@pytest.fixture
async def canary() -> AsyncIterator[Receiver]:
    """What nobody outside may ever reach: one byte or one connection is too much."""
    async with Receiver(address=INSIDE).listening() as inside:
        yield inside
        assert (inside.connections, inside.received) == (0, [])


async def receiver(stack: AsyncExitStack, given: Receiver) -> Receiver:
    return await stack.enter_async_context(given.listening())


@pytest.mark.parametrize("url", HOSTILE)
async def test_no_spelling_of_an_address_reaches_the_canary(canary: Receiver, url: str) -> None:
    """With the canary's port open, with every name leading to it, and with nothing allowed that leads there."""
    near = url.replace(":443", f":{canary.port}").replace("127.0.0.1/", f"127.0.0.1:{canary.port}/")
    names = Names([INSIDE])
    client = WebhookClient(Terms(ports=(443, 80, canary.port)), names, patience=HURRIED)

    found = [(await client.send(parcel(each))).failure for each in {url, near}]

    assert set(found) == {DeliveryFailure.ADDRESS_FORBIDDEN}


@pytest.mark.parametrize("address", DENIED.split())
async def test_no_name_that_leads_inside_is_connected_to(canary: Receiver, address: str) -> None:
    """Not even when it also leads to an honest address."""
    url = f"https://{NAME}:{canary.port}/"
    for said in ([address], ["1.1.1.1", address], [address, "1.1.1.1"]):
        client = WebhookClient(Terms(ports=(canary.port,)), Names(said), patience=HURRIED)

        receipt = await client.send(parcel(url))

        assert (receipt.failure, receipt.status_code) == (DeliveryFailure.ADDRESS_FORBIDDEN, None)


async def test_a_resolver_that_changes_its_mind_changes_nothing(
    canary: Receiver, tls: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    """First an honest address, then ours: what was judged is connected to, and each attempt judges anew."""
    server, trusting = tls
    async with AsyncExitStack() as stack:
        outside = await receiver(stack, Receiver(address=OUTSIDE, tls=server, port=canary.port))
        names = Names([OUTSIDE], [INSIDE])
        client = WebhookClient(
            Terms(ports=(outside.port,)), names, allows=is_outside, tls=trusting, patience=Patience(2, 5)
        )

        first = await client.send(parcel(f"https://{NAME}:{outside.port}/a?b=c"))
        second = await client.send(parcel(f"https://{NAME}:{outside.port}/a?b=c"))

    assert (first.failure, first.status_code) == (None, 200)
    assert (second.failure, second.status_code) == (DeliveryFailure.ADDRESS_FORBIDDEN, None)
    assert names.asked == [NAME, NAME]
    [received] = outside.received
    assert (received.target, received.body) == ("/a?b=c", b'{"type":"webhook.ping"}')
    assert received.headers["host"] == f"{NAME}:{outside.port}"
    assert (received.headers["accept-encoding"], received.headers["webhook-id"]) == ("identity", "1")


async def test_the_certificate_is_checked_against_the_name(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server, trusting = tls
    async with AsyncExitStack() as stack:
        outside = await receiver(stack, Receiver(address=OUTSIDE, tls=server))
        terms = Terms(ports=(outside.port,))
        other = WebhookClient(terms, Names([OUTSIDE]), allows=is_outside, tls=trusting, patience=Patience(2, 5))
        unknown = WebhookClient(terms, Names([OUTSIDE]), allows=is_outside, patience=Patience(2, 5))

        found = [
            await other.send(parcel(f"https://evil.example.org:{outside.port}/")),
            await unknown.send(parcel(f"https://{NAME}:{outside.port}/")),
        ]

    assert [each.failure for each in found] == [DeliveryFailure.INSECURE] * 2
    assert outside.received == []


async def test_the_next_address_is_tried_when_the_first_does_not_answer(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, trusting = tls
    async with AsyncExitStack() as stack:
        outside = await receiver(stack, Receiver(address=OUTSIDE, tls=server))
        names = Names(["127.0.0.3", OUTSIDE])
        client = WebhookClient(
            Terms(ports=(outside.port,)), names, allows=lambda _: True, tls=trusting, patience=Patience(2, 5)
        )

        receipt = await client.send(parcel(f"https://{NAME}:{outside.port}/"))

    assert (receipt.status_code, len(outside.received)) == (200, 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(canary: Receiver, status: int) -> None:
    async with AsyncExitStack() as stack:
        turning = await receiver(stack, Receiver(address=OUTSIDE))
        turning.answers = lambda _: answer(status, location=canary.origin)

        receipt = await vouched(turning).send(parcel(turning.origin))

    assert (receipt.failure, receipt.status_code) == (DeliveryFailure.REDIRECTED, status)


async def test_no_proxy_of_the_environment_is_used(canary: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, canary.origin)
    async with AsyncExitStack() as stack:
        taking = await receiver(stack, Receiver(address=OUTSIDE, answers=lambda _: OK))

        receipt = await vouched(taking).send(parcel(taking.origin))

    assert (receipt.failure, len(taking.received)) == (None, 1)


def endless(head: bytes, part: bytes, pause: float = 0) -> Callable[[Any], Callable[[Write], Awaitable[None]]]:
    async def written(write: Write) -> None:
        await write(head)
        while True:
            await write(part)
            await asyncio.sleep(pause)

    return lambda _: written


HEAD: Final = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    ("head", "part", "pause", "failure"),
    [
        (HEAD + b"\r\n", b"x" * 4096, 0, None),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"400\r\n" + b"x" * 1024 + b"\r\n", 0, None),
        (HEAD + b"\r\n", b"x", 0.05, DeliveryFailure.TOO_SLOW),
        (HEAD, b"X-More: " + b"x" * 100 + b"\r\n", 0, DeliveryFailure.BROKEN),
        (b"", b"x", 0.05, DeliveryFailure.TOO_SLOW),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001, DeliveryFailure.TOO_SLOW),
        (b"220 mail.example.org ESMTP\r\n", b"250 ok\r\n", 0.01, DeliveryFailure.TOO_SLOW),
        (b"-ERR wrong number of arguments\r\n", b"$-1\r\n", 0.01, DeliveryFailure.TOO_SLOW),
    ],
    ids=["stream", "chunks", "drip", "headers", "silence", "continue", "smtp", "redis"],
)
async def test_an_answer_without_an_end_is_left(
    head: bytes, part: bytes, pause: float, failure: DeliveryFailure | None
) -> None:
    async with AsyncExitStack() as stack:
        tireless = await receiver(stack, Receiver(answers=endless(head, part, pause)))

        receipt = await vouched(tireless).send(parcel(tireless.origin))

    assert receipt.failure is failure
    assert len(receipt.answer) <= LARGEST_ANSWER
    assert len(receipt.excerpt or "") <= 1024


async def test_what_somebody_packed_stays_packed() -> None:
    bomb = gzip.compress(b"\0" * 10_000_000)
    async with AsyncExitStack() as stack:
        packed = await receiver(stack, Receiver(answers=lambda _: answer(200, bomb, content_encoding="gzip")))

        receipt = await vouched(packed).send(parcel(packed.origin))

    assert (receipt.failure, receipt.answer) == (None, bomb[:LARGEST_ANSWER])


async def test_an_excerpt_can_be_kept_and_shown() -> None:
    receipts = [
        Receipt(answer=text)
        for text in (b"", b"a\0b\x1b[31m\nc", "Помилка".encode(), "ї".encode() * 600, b"\xff\xfeok")
    ]

    assert [each.excerpt for each in receipts] == [None, "a b [31m\nc", "Помилка", "ї" * 512, "ok"]


async def test_nobody_there_is_a_coarse_failure_and_no_more() -> None:
    async with AsyncExitStack() as stack:
        gone = await receiver(stack, Receiver())
        client = vouched(gone)
    await asyncio.sleep(0)

    receipt = await client.send(parcel(gone.origin))

    assert (receipt.failure, receipt.status_code, receipt.excerpt) == (DeliveryFailure.UNREACHABLE, None, None)


class NameServer(asyncio.DatagramProtocol):
    """Says what stands in its zone."""

    ZONE: Final = {
        (f"{NAME}.", dns.rdatatype.A): "192.0.2.7",
        (f"{NAME}.", dns.rdatatype.AAAA): "2001:db8::7",
        ("four.example.org.", dns.rdatatype.A): "192.0.2.8",
    }

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.asked: list[str] = []

    def datagram_received(self, data: bytes, address: Any) -> None:
        question = dns.message.from_wire(data)
        [asked] = question.question
        self.asked.append(str(asked.name))
        reply = dns.message.make_response(question)
        if found := self.ZONE.get((str(asked.name), asked.rdtype)):
            reply.answer.append(dns.rrset.from_text(asked.name, 60, "IN", asked.rdtype, found))
        self.transport.sendto(reply.to_wire(), address)  # type: ignore[attr-defined]  # it is a transport of datagrams


async def test_names_are_asked_of_name_servers_and_of_nobody_else() -> None:
    """Neither the hosts file nor a spelling of a number has a say."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(NameServer, local_addr=(INSIDE, 0))
    names = PublicNames([INSIDE], seconds=1, port=transport.get_extra_info("sockname")[1])

    found = {host: list(await names(host)) for host in (NAME, "four.example.org", "localhost", "127.1", "2130706433")}
    transport.close()

    assert found == {
        NAME: ["192.0.2.7", "2001:db8::7"],
        "four.example.org": ["192.0.2.8"],
        "localhost": [],
        "127.1": [],
        "2130706433": [],
    }
    assert {name.rstrip(".") for name in server.asked} == set(found)


async def test_a_silent_name_server_is_a_name_that_nobody_knows() -> None:
    client = webhook_client(Webhooks(nameservers=[INSIDE]), patience=HURRIED)

    receipt = await client.send(parcel(f"https://{NAME}/"))

    assert receipt.failure in {DeliveryFailure.NAME_UNKNOWN, DeliveryFailure.TOO_SLOW}
    assert ip_address(INSIDE).is_loopback
