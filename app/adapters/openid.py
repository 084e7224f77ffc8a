"""An OpenID provider: what it says of itself, its keys, and the way from a code to claims that can be believed."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from time import monotonic
from typing import Any, Final
from urllib.parse import urlsplit

import httpx2
import structlog
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]  # it has no stubs
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]  # it has no stubs
from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import JWKRegistry, Key

from app.adapters.openid_terms import Errand, Metadata
from app.errors import AppError, say
from app.rules import openid as rules
from app.settings import OpenId

PATIENCE_SECONDS: Final = 5
LARGEST: Final = 256 * 1024
LONGEST_TOKEN: Final = 64 * 1024
REMEMBERED_SECONDS: Final = 3600
# A key nobody knows may be new; tokens with invented ones must not make us ask again and again.
KEYS_AT_MOST_EVERY: Final = 60
SMALLEST_RSA: Final = 2048
MOST_KEYS: Final = 50
WELL_KNOWN: Final = "/.well-known/openid-configuration"

# What a key must be to make signatures of this name.
KINDS: Final[Mapping[str, tuple[str, str | None]]] = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
    "Ed25519": ("OKP", "Ed25519"),
}

Json = dict[str, Any]

log = structlog.get_logger("openid")


class _Algorithms(jws.JWSRegistry):
    """Only what is named above, wherever joserfc looks one up."""

    def get_alg(self, name: str) -> Any:
        if name not in KINDS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


REGISTRY: Final = _Algorithms(strict_check_header=False)


class _Counted(httpx2.AsyncByteStream):
    """No more of an answer is taken than anybody honest would send."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for part in self._stream:
            seen += len(part)
            if seen > LARGEST:
                raise httpx2.ReadError("the answer is too large")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bounded(response: httpx2.Response) -> None:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise httpx2.ReadError("the answer is packed though we asked it not to be")
    response.stream = _Counted(response.stream)


def _answers(response: httpx2.Response) -> httpx2.Response:
    """An answer or a refusal; what stands in a redirect or a fault is neither."""
    if response.status_code != 200 and not 400 <= response.status_code < 500:
        raise httpx2.HTTPError(f"it answered {response.status_code}")
    return response


class Provider:
    """One for each process. Asked only outside transactions; slow or silent, it is given up after seconds."""

    def __init__(self, config: OpenId, ticks: Callable[[], float] = monotonic) -> None:
        self.config = config
        self.issuer = config.issuer or ""
        self._ticks = ticks
        self._lock = asyncio.Lock()
        self._metadata: Metadata | None = None
        self._metadata_until = 0.0
        self._keys: list[Key] = []
        self._keys_asked_at: float | None = None

    async def metadata(self) -> Metadata:
        async with self._lock:
            if self._metadata is None or self._ticks() >= self._metadata_until:
                found = await self._answered(self._get(self.issuer.rstrip("/") + WELL_KNOWN))
                self._metadata = self._described(found)
                self._metadata_until = self._ticks() + REMEMBERED_SECONDS
            return self._metadata

    def _described(self, found: Json) -> Metadata:
        """A document about another issuer, or with endpoints that anybody could listen to, is none."""
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        userinfo = found.get("userinfo_endpoint")
        is_ours = found.get("issuer") == self.issuer and all(self._is_safe(found.get(name)) for name in needed)
        if not is_ours or not (userinfo is None or self._is_safe(userinfo)):
            raise self._silent("its description of itself is not usable")
        return Metadata(found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"], userinfo)

    def _is_safe(self, url: object) -> bool:
        """As safe as the issuer's own address: https, unless the issuer is on this very machine."""
        parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
        own = urlsplit(self.issuer)
        return bool(parts.hostname) and (
            parts.scheme == "https" or (parts.scheme, parts.hostname) == (own.scheme, own.hostname)
        )

    async def claims(self, errand: Errand, now: datetime) -> Json:
        """What the provider says about the person, after every check; else 403, or 503 when it is silent."""
        metadata = await self.metadata()
        tokens = await self._answered(self._exchanged(metadata.token_endpoint, errand))
        access_token = tokens.get("access_token")
        found = await self._verified(tokens.get("id_token"), access_token, errand.nonce, now)
        if not metadata.userinfo_endpoint or not isinstance(access_token, str) or self._is_whole(found):
            return found
        more = await self._answered(self._get(metadata.userinfo_endpoint, f"Bearer {access_token}"))
        if more.get("sub") != found["sub"]:
            raise _not_believed("userinfo is about somebody else")
        # When the person was asked, only what is signed can say.
        return more | {"auth_time": None} | found

    def _is_whole(self, found: Json) -> bool:
        return "email" in found and (not self.config.groups or bool(rules.groups(found, self.config.groups_claim)))

    async def _exchanged(self, url: str, errand: Errand) -> Json:
        sent = {"code": errand.code, "code_verifier": errand.verifier, "redirect_uri": errand.redirect_uri}
        try:
            async with self._client() as client:
                found: Json = await client.fetch_token(url, grant_type="authorization_code", **sent)
                return found
        except TypeError as error:
            raise ValueError("an answer of a form that nobody has thought of") from error

    async def _get(self, url: str, authorization: str | None = None) -> Json:
        headers = {"Accept": "application/json"} | ({"Authorization": authorization} if authorization else {})
        async with self._client() as client:
            response = await client.request("GET", url, headers=headers, withhold_token=True)
        if response.status_code != 200:
            raise httpx2.HTTPError(f"it answered {response.status_code}")
        found = response.json()
        if not isinstance(found, dict):
            raise ValueError("it answered with something else than an object")  # noqa: TRY004 - the answer is wrong
        return found

    def _client(self) -> AsyncOAuth2Client:
        made = AsyncOAuth2Client(
            self.config.client_id,
            self.config.client_secret.get_secret_value(),
            token_endpoint_auth_method="client_secret_basic",  # noqa: S106 - the method's name
            timeout=PATIENCE_SECONDS,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [_bounded]},
        )
        made.register_compliance_hook("access_token_response", _answers)
        return made

    async def _answered(self, asking: Awaitable[Json]) -> Json:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await asking
        except OAuthError as error:
            log.warning("the provider refused the code", error=str(error.error)[:100])
            raise AppError("sign_in_refused", say("provider_refused")) from error
        except (httpx2.HTTPError, OSError, ValueError) as error:
            raise self._silent(f"{type(error).__name__}: {error}"[:300]) from error

    def _silent(self, why: str) -> AppError:
        log.warning("the provider does not answer as it should", issuer=self.issuer, why=why)
        said = say("provider_silent", label=self.config.label)
        return AppError("provider_unavailable", said, headers={"Retry-After": "30"})

    async def _verified(self, token: object, access_token: object, nonce: str, now: datetime) -> Json:
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise _not_believed("there is no ID token")
        try:
            parts = jws.extract_compact(token.encode(), None, REGISTRY)
            algorithm = REGISTRY.get_alg(parts.headers()["alg"]).name
            key = await self._key(parts.headers().get("kid"), algorithm)
            is_signed = key is not None and jws.validate_compact(parts, key, registry=REGISTRY)
            claims = json.loads(parts.payload) if is_signed else None
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise _not_believed(f"{type(error).__name__}: {error}"[:300]) from error
        if not isinstance(claims, dict):
            raise _not_believed("its signature is not the provider's")
        sent = access_token if isinstance(access_token, str) else None
        expected = rules.Expected(self.issuer, self.config.client_id, nonce, algorithm, sent)
        if (wrong := rules.doubt(claims, expected, now)) is not None:
            raise _not_believed(f"its {wrong} is not what it has to be")
        return claims

    async def _key(self, kid: object, algorithm: str) -> Key | None:
        known = _fitting(await self._known_keys(), kid, algorithm)
        return known or _fitting(await self._known_keys(anew=True), kid, algorithm)

    async def _known_keys(self, *, anew: bool = False) -> list[Key]:
        """The remembered ones; `anew` asks again, but only once in a while."""
        metadata = await self.metadata()
        async with self._lock:
            asked, now = self._keys_asked_at, self._ticks()
            if asked is None or now >= asked + (KEYS_AT_MOST_EVERY if anew else REMEMBERED_SECONDS):
                self._keys = _usable(await self._answered(self._get(metadata.jwks_uri)))
                self._keys_asked_at = now
            return self._keys


def _usable(found: Json) -> list[Key]:
    """Public keys for signatures, of a kind and a size that we accept; the others are passed over."""
    listed = found.get("keys")
    return [key for each in (listed if isinstance(listed, list) else [])[:MOST_KEYS] if (key := _imported(each))]


def _imported(given: object) -> Key | None:
    if not isinstance(given, dict) or given.get("use", "sig") != "sig" or given.get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    if given["kty"] == "RSA" and len(str(given.get("n", ""))) * 6 < SMALLEST_RSA:
        return None
    try:
        return JWKRegistry.import_key(given)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _fitting(keys: list[Key], kid: object, algorithm: str) -> Key | None:
    """The key of this name and kind; a token without a name finds its key when there is only one of the kind."""
    found = [key for key in keys if _makes(key, algorithm) and (kid is None or key.kid == kid)]
    return found[0] if found and (kid is not None or len(found) == 1) else None


def _makes(key: Key, algorithm: str) -> bool:
    kind, curve = KINDS[algorithm]
    is_kind = key.key_type == kind and curve in {None, getattr(key, "curve_name", None)}
    return is_kind and key.alg in {None, algorithm}


def _not_believed(why: str) -> AppError:
    log.warning("an ID token was not believed", why=why)
    return AppError("sign_in_refused", say("provider_not_believed"))
