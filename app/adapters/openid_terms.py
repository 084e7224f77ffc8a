"""What is said to an OpenID provider, and what it says of itself: without the libraries that speak to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.settings import OpenId


@dataclass(frozen=True)
class Metadata:
    """Of what a provider says about itself, what we use."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None


@dataclass(frozen=True)
class Errand:
    """One code to be changed into claims, with what proves that it is ours."""

    code: str
    verifier: str
    nonce: str
    redirect_uri: str


class Outside(Protocol):
    """One for each process. Asked only outside transactions; slow or silent, it is given up after seconds."""

    config: OpenId
    issuer: str

    async def metadata(self) -> Metadata: ...

    async def claims(self, errand: Errand, now: datetime) -> dict[str, Any]:
        """What the provider says about the person, after every check; else 403, or 503 when it is silent."""
