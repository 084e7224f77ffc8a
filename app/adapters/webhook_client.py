"""Sends to an address that a stranger gave us: we resolve the name ourselves and connect only to what was judged.

What a resolver says may change from one question to the next, so each attempt asks once, judges every address of the
answer, and connects to one of these and to nothing else; the certificate is still checked against the name.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, Final, Protocol

import dns.asyncresolver
import dns.exception
import httpx2

from app.rules.destinations import BadDestination, Destination, Terms, is_public, read
from app.rules.webhooks import KEPT_OF_AN_ANSWER, failure_of
from app.settings import Webhooks
from app.vocabulary import DeliveryFailure

LARGEST_ANSWER: Final = 16 * 1024
# One that cannot be reached costs the time of all: the first few stand for the others.
TRIED_ADDRESSES: Final = 3


@dataclass(frozen=True)
class Patience:
    """Seconds for a connection, and for everything."""

    connect: float = 5
    total: float = 15


@dataclass(frozen=True)
class Parcel:
    url: str
    headers: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True)
class Receipt:
    """What came of one attempt; `answer` is what was read of it, for the one who waits for something in it."""

    duration_ms: int = 0
    failure: DeliveryFailure | None = None
    status_code: int | None = None
    retry_after: str | None = None
    answer: bytes = field(default=b"", repr=False)

    @property
    def excerpt(self) -> str | None:
        """The beginning of the answer as text that can be kept and shown."""
        text = self.answer[:KEPT_OF_AN_ANSWER].decode("utf-8", "ignore")
        return "".join(each if each.isprintable() or each == "\n" else " " for each in text) or None


class Refused(Exception):  # noqa: N818 - the name a reader of the client expects
    def __init__(self, failure: DeliveryFailure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class Resolver(Protocol):
    async def __call__(self, host: str, /) -> Sequence[str]: ...


class PublicNames:
    """Asks name servers and nobody else: no hosts file, no search list, no spelling of numbers."""

    def __init__(self, nameservers: Sequence[str] = (), *, seconds: float = 5, port: int = 53) -> None:
        self._nameservers = list(nameservers)
        self._seconds = seconds
        self._port = port

    async def __call__(self, host: str) -> Sequence[str]:
        found = await asyncio.gather(*(self._addresses(f"{host}.", kind) for kind in ("A", "AAAA")))
        return [address for each in found for address in each]

    async def _addresses(self, name: str, kind: str) -> list[str]:
        try:
            resolver = dns.asyncresolver.Resolver(configure=not self._nameservers)
            resolver.nameservers, resolver.port = self._nameservers or resolver.nameservers, self._port
            answer = await resolver.resolve(name, kind, search=False, raise_on_no_answer=False, lifetime=self._seconds)
        except dns.exception.DNSException:
            return []
        return [record.address for record in answer]


class WebhookClient:
    """One for a process; each parcel gets a connection of its own, which is closed afterwards."""

    def __init__(
        self,
        terms: Terms,
        resolve: Resolver,
        *,
        allows: Callable[[str], bool] = is_public,
        tls: ssl.SSLContext | None = None,
        patience: Patience = Patience(),
    ) -> None:
        self.terms = terms
        self._resolve = resolve
        self._allows = allows
        self._tls = tls or ssl.create_default_context()
        self._patience = patience

    async def send(self, parcel: Parcel) -> Receipt:
        """Never an exception for what is wrong out there."""
        began = monotonic()
        try:
            async with asyncio.timeout(self._patience.total):
                status, retry_after, answer = await self._send(parcel)
        except (Refused, TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            return Receipt(_since(began), _failure(error))
        return Receipt(_since(began), failure_of(status), status, retry_after, answer)

    async def _send(self, parcel: Parcel) -> tuple[int, str | None, bytes]:
        try:
            destination = read(parcel.url, self.terms)
        except BadDestination:
            raise Refused(DeliveryFailure.ADDRESS_FORBIDDEN) from None
        if destination.is_trusted:
            return await self._post(destination, destination.host, parcel)
        return await self._post_to_first(destination, await self._judged(destination.host), parcel)

    async def _judged(self, host: str) -> Sequence[str]:
        """Every address of the name has to be allowed: one that is not makes the whole name suspect."""
        addresses = await self._resolve(host)
        if not addresses:
            raise Refused(DeliveryFailure.NAME_UNKNOWN)
        if not all(self._allows(address) for address in addresses):
            raise Refused(DeliveryFailure.ADDRESS_FORBIDDEN)
        return addresses[:TRIED_ADDRESSES]

    async def _post_to_first(
        self, destination: Destination, addresses: Sequence[str], parcel: Parcel
    ) -> tuple[int, str | None, bytes]:
        """The next address is tried only while nothing has been sent."""
        for address in addresses[:-1]:
            try:
                return await self._post(destination, address, parcel)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await self._post(destination, addresses[-1], parcel)

    async def _post(self, destination: Destination, address: str, parcel: Parcel) -> tuple[int, str | None, bytes]:
        host = f"[{address}]" if ":" in address and not address.startswith("[") else address
        url = f"{destination.scheme}://{host}:{destination.port}{destination.target}"
        headers = {**parcel.headers, "Host": destination.authority, "Accept-Encoding": "identity"}
        async with (
            httpx2.AsyncClient(
                verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._timeout()
            ) as client,
            client.stream(
                "POST",
                url,
                headers=headers,
                content=parcel.body,
                extensions={"sni_hostname": destination.host},
            ) as answer,
        ):
            return answer.status_code, answer.headers.get("retry-after"), await _beginning(answer)

    def _timeout(self) -> httpx2.Timeout:
        return httpx2.Timeout(self._patience.total, connect=self._patience.connect)


async def _beginning(answer: httpx2.Response) -> bytes:
    """As the bytes came: what somebody packed stays packed."""
    found = b""
    async for part in answer.aiter_raw():
        found += part
        if len(found) >= LARGEST_ANSWER:
            break
    return found[:LARGEST_ANSWER]


def _since(began: float) -> int:
    return round((monotonic() - began) * 1000)


def _failure(error: Exception) -> DeliveryFailure:
    if isinstance(error, Refused):
        return error.failure
    if isinstance(error, httpx2.ConnectError) and _is_about_certificates(error):
        return DeliveryFailure.INSECURE
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return DeliveryFailure.UNREACHABLE
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return DeliveryFailure.TOO_SLOW
    return DeliveryFailure.BROKEN


def _is_about_certificates(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def webhook_client(settings: Webhooks, **means: Any) -> WebhookClient:
    terms = Terms(frozenset(settings.ports), frozenset(settings.trusted_origins))
    return WebhookClient(terms, PublicNames([str(each) for each in settings.nameservers]), **means)
