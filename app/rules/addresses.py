"""Where a request comes from, as coarse as it may be kept: enough to recognise a place, too little to find a person."""

import ipaddress
from typing import Final

UNKNOWN: Final = "unknown"
_BITS: Final = {4: 24, 6: 56}


def neighbourhood(address: str | None) -> str:
    """`203.0.113.0/24` for `203.0.113.77`; what one customer of a provider is usually given for IPv6."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return UNKNOWN
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    return str(ipaddress.ip_network(f"{found}/{_BITS[found.version]}", strict=False))
