"""Addresses and networks, as text."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

# What one household or office is given: a single IPv4 address, a /64 of IPv6.
IPV6_PREFIX: Final = 64

Address = IPv4Address | IPv6Address


def network(text: str) -> str:
    """A network in its one form; ValueError when it is none, or when it has bits beyond its prefix."""
    return str(ip_network(text.strip()))


def is_within(address: str | None, networks: Iterable[str]) -> bool:
    """What has no address, such as a unix socket, is within no network."""
    found = _read(address)
    return found is not None and any(found in ip_network(each) for each in networks)


def is_here(address: str | None) -> bool:
    """On this very machine."""
    found = _read(address)
    return found is not None and found.is_loopback


def prefix(address: str | None) -> str:
    """The part of an address that tells people apart, and no more."""
    found = _read(address)
    if found is None:
        return "unknown"
    length = IPV6_PREFIX if found.version == 6 else 32
    return str(ip_network((found, length), strict=False))


def _read(address: str | None) -> Address | None:
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
