"""Where we may send what a stranger asked us to send: https to a name in the public internet, and nowhere else.

`ipaddress` cannot be asked: to it multicast, NAT64 and 6to4 are global. So an address is unwrapped first and then has
to be outside of every range of a table of our own.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from app.errors import Sentence, say

Address = IPv4Address | IPv6Address

LONGEST: Final = 1000
LONGEST_HOST: Final = 253
HTTPS: Final = 443

# Names that mean something else in every network, or nothing in any.
LOCAL_NAMES: Final = frozenset(
    {"alt", "arpa", "corp", "example", "home", "internal", "intranet", "invalid", "lan", "local", "localhost"}
    | {"onion", "private", "test"}
)

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "destination_form": (
        "Вкажіть адресу латиницею, як https://hooks.example.org/pobratym, без пробілів, @ та # (.укр — це .xn--j1amh).",
        "Write the address in ASCII, as https://hooks.example.org/pobratym, without spaces, @ and # (or as xn--…).",
    ),
    "destination_https": (
        "Адреса має починатися з https://.",
        "The address must begin with https://.",
    ),
    "destination_port": (
        "Порт {port} не дозволено; можна: {allowed}.",
        "The port {port} is not allowed; these are: {allowed}.",
    ),
    "destination_number": (
        "Вкажіть доменне ім’я, а не IP-адресу.",
        "Name a domain, not an IP address.",
    ),
    "destination_name": (
        "Це не ім’я публічного інтернету. Внутрішню адресу дозволяє POBRATYM_WEBHOOKS__TRUSTED_ORIGINS на сервері.",
        "This is no name of the public internet. POBRATYM_WEBHOOKS__TRUSTED_ORIGINS of the server vouches for others.",
    ),
}

_WHOLE: Final = re.compile(r"(?P<scheme>[a-z]+)://(?P<authority>[^/?]+)(?P<target>[/?][!-~]*)?", re.IGNORECASE)
_AUTHORITY: Final = re.compile(r"(?P<host>[a-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE)
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TOP: Final = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
# What some reader or other takes for a number: 127.1, 0x7f.1, 2130706433, 0177.0.0.1.
_NUMBER: Final = re.compile(r"\[.*\]|(0x[0-9a-f]*|[0-9]+)(\.(0x[0-9a-f]*|[0-9]+))*\.?", re.IGNORECASE)


class BadDestination(ValueError):  # noqa: N818 - the name a reader of the rule expects
    """`sentence` tells a person what is wrong, and the way out."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.code)
        self.sentence = sentence


@dataclass(frozen=True)
class Terms:
    """Which ports are open, and which exact origins somebody vouches for, whatever they are."""

    ports: Collection[int] = (HTTPS,)
    trusted: Collection[str] = ()


@dataclass(frozen=True)
class Destination:
    scheme: str
    host: str
    port: int
    target: str
    is_trusted: bool = False

    @property
    def authority(self) -> str:
        """As it stands in the Host header."""
        is_usual = self.port == {"https": 443, "http": 80}[self.scheme]
        return self.host if is_usual else f"{self.host}:{self.port}"


def read(url: str, terms: Terms) -> Destination:
    """What the text means to us. What could mean something else to another reader is refused."""
    found = _WHOLE.fullmatch(url) if len(url) <= LONGEST and _is_plain(url) else None
    if found is None:
        raise BadDestination(say("destination_form"))
    scheme, authority, target = found["scheme"].lower(), found["authority"].lower(), found["target"] or "/"
    target = target if target.startswith("/") else f"/{target}"
    if f"{scheme}://{authority}" in terms.trusted:
        return _vouched(scheme, authority, target)
    if scheme != "https":
        raise BadDestination(say("destination_https"))
    return _public(authority, target, terms)


def _is_plain(url: str) -> bool:
    return all("!" <= letter <= "~" for letter in url) and not any(letter in url for letter in "\\#@")


def _vouched(scheme: str, authority: str, target: str) -> Destination:
    host, _, port = authority.rpartition(":") if re.search(r":\d+$", authority) else (authority, "", "")
    return Destination(scheme, host, int(port or {"https": 443, "http": 80}[scheme]), target, is_trusted=True)


def _public(authority: str, target: str, terms: Terms) -> Destination:
    if _NUMBER.fullmatch(re.sub(r":[0-9]*$", "", authority)) or authority.startswith("["):
        raise BadDestination(say("destination_number"))
    found = _AUTHORITY.fullmatch(authority)
    if found is None:
        raise BadDestination(say("destination_form"))
    host, port = found["host"], int(found["port"] or HTTPS)
    if not _is_name(host):
        raise BadDestination(say("destination_name"))
    if port not in terms.ports:
        raise BadDestination(say("destination_port", port=port, allowed=sorted(terms.ports)))
    return Destination("https", host, port, target)


def _is_name(host: str) -> bool:
    *labels, top = host.split(".")
    is_whole = bool(labels) and len(host) <= LONGEST_HOST and all(_LABEL.fullmatch(each) for each in labels)
    return is_whole and _TOP.fullmatch(top) is not None and top not in LOCAL_NAMES


DENIED_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
# Of IPv6 only what is given out as global unicast, and of that not what is set aside.
GLOBAL_6: Final = IPv6Network("2000::/3")
DENIED_6: Final = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
)
NAT64: Final = IPv6Network("64:ff9b::/96")


def is_public(text: str) -> bool:
    """Whether an address, and every address that it wraps, belongs to the public internet."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    meant: list[Address] = [*_wrapped(address)] or [address]
    return all(_is_allowed(each) for each in meant)


def _wrapped(address: Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if isinstance(address, IPv4Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address in NAT64:
        yield IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour:
        yield address.sixtofour
    yield from address.teredo or ()


def _is_allowed(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in DENIED_4)
    is_global = address.scope_id is None and address in GLOBAL_6
    return is_global and not any(address in network for network in DENIED_6)
