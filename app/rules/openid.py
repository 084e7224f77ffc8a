"""What an outside provider says of a person: whether it may be believed, and what follows from it."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from app.errors import Sentence, say
from app.rules.opaque import digest, text64
from app.vocabulary import Language, Role, ScopeKind

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "openid_off": (
        "Вхід через зовнішнього постачальника не налаштовано.",
        "Sign-in through an outside provider is not set up.",
    ),
    "provider_silent": (
        "Постачальник «{label}» зараз не відповідає. Увійдіть інакше або спробуйте згодом.",
        "The provider “{label}” does not answer now. Sign in another way or try again later.",
    ),
    "provider_refused": (
        "Постачальник не підтвердив вхід. Спробуйте ще раз.",
        "The provider did not confirm the sign-in. Try again.",
    ),
    "provider_not_believed": (
        "Відповідь постачальника не пройшла перевірки. Зверніться до адміністратора.",
        "The provider's answer did not stand up to the checks. Speak to an administrator.",
    ),
    "sign_in_anew": (
        "Цю спробу входу вже використано, розпочато в іншому браузері або минуло її десять хвилин. Почніть знову.",
        "This attempt was used already, began in another browser, or its ten minutes are over. Begin again.",
    ),
    "email_not_verified": (
        "Постачальник не підтверджує, що електронна адреса ваша. Підтвердьте її там і поверніться.",
        "The provider does not confirm that the e-mail address is yours. Confirm it there and come back.",
    ),
    "no_account_yet": (
        "Облікового запису з вашою адресою тут немає. Попросіть адміністратора про запрошення.",
        "There is no account with your address here. Ask an administrator for an invitation.",
    ),
    "account_has_password": (
        "Обліковий запис із вашою адресою створено не за запрошенням. Увійдіть із паролем.",
        "The account with your address was not made by an invitation. Sign in with its password.",
    ),
    "account_of_another": (
        "Обліковий запис із вашою адресою належить іншому користувачеві постачальника. Зверніться до адміністратора.",
        "The account with your address belongs to another user of the provider. Speak to an administrator.",
    ),
    "account_switched_off": (
        "Ваш обліковий запис вимкнено. Зверніться до адміністратора.",
        "Your account is switched off. Speak to an administrator.",
    ),
    "return_not_allowed": (
        "Сюди повернутися не можна: вкажіть шлях на цьому сервері або дозволену сторінку чи застосунок.",
        "There is no way back to here: give a path on this server, or a page or an app that is allowed.",
    ),
    "app_needs_challenge": (
        "Застосунок надсилає code_challenge: SHA-256 свого code_verifier у base64url.",
        "An app sends a code_challenge: the SHA-256 of its code_verifier in base64url.",
    ),
    "code_not_usable": (
        "Код уже використано, його строк минув або code_verifier до нього не підходить. Почніть вхід знову.",
        "The code was used, is too old, or the code_verifier does not fit it. Begin the sign-in again.",
    ),
}

# A clock of theirs may be ahead or behind by this much.
LEEWAY: Final = timedelta(seconds=60)
ATTEMPT_LASTS: Final = timedelta(minutes=10)
CODE_LASTS: Final = timedelta(seconds=60)
LONGEST_SUBJECT: Final = 255
LONGEST_NAME: Final = 200
MOST_GROUPS: Final = 1000

# How the key behind each name is made. What is not here is never believed, least of all `none` and HS256.
DIGESTS: Final[Mapping[str, str]] = {
    "RS256": "sha256", "PS256": "sha256", "ES256": "sha256", "EdDSA": "sha512", "Ed25519": "sha512",
}  # fmt: skip

_FAR_AWAY: Final = 2**37
_PATH: Final = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Expected:
    """What an ID token has to be about; `algorithm` is the one it was signed with."""

    issuer: str
    client_id: str
    nonce: str
    algorithm: str = "RS256"
    access_token: str | None = None


@dataclass(frozen=True)
class Person:
    """Who came back from the provider."""

    issuer: str
    subject: str
    email: str | None
    is_verified: bool
    name: str
    language: Language
    groups: frozenset[str]
    proved_at: datetime | None = None


class Place(NamedTuple):
    """A grant without its days: two of the same are one."""

    role: Role
    scope: ScopeKind
    organization_id: UUID | None = None
    oblast_code: str | None = None


@dataclass(frozen=True)
class Held:
    """A grant that came from the provider."""

    id: UUID
    place: Place
    valid_to: date | None


class Changes(NamedTuple):
    given: list[Place]
    ended: list[UUID]


class Destination(NamedTuple):
    url: str
    is_app: bool = False


Claims = Mapping[str, Any]

_CHECKS: Final[Mapping[str, Callable[[Claims, Expected, datetime], bool]]] = {
    "iss": lambda claims, expected, _: claims.get("iss") == expected.issuer,
    "sub": lambda claims, _, __: _is_text(claims.get("sub"), LONGEST_SUBJECT),
    "aud": lambda claims, expected, _: expected.client_id in audience(claims),
    "azp": lambda claims, expected, _: _is_for_us(claims, expected.client_id),
    "nonce": lambda claims, expected, _: _same(claims.get("nonce"), expected.nonce),
    "exp": lambda claims, _, now: _moment(claims, "exp") > now - LEEWAY,
    "iat": lambda claims, _, now: now - ATTEMPT_LASTS - LEEWAY <= _moment(claims, "iat") <= now + LEEWAY,
    "nbf": lambda claims, _, now: "nbf" not in claims or _moment(claims, "nbf") <= now + LEEWAY,
    "auth_time": lambda claims, _, now: "auth_time" not in claims or _moment(claims, "auth_time") <= now + LEEWAY,
    "at_hash": lambda claims, expected, _: "at_hash" not in claims or _same(claims["at_hash"], at_hash(expected)),
}


def doubt(claims: Claims, expected: Expected, now: datetime) -> str | None:
    """The first claim for which a token that is signed rightly is not believed all the same."""
    return next((name for name, holds in _CHECKS.items() if not holds(claims, expected, now)), None)


def audience(claims: Claims) -> list[Any]:
    found = claims.get("aud")
    return found if isinstance(found, list) else [found]


def _is_for_us(claims: Claims, client_id: str) -> bool:
    """A token for several names the one it was made for."""
    if "azp" in claims:
        return bool(claims["azp"] == client_id)
    return len(audience(claims)) == 1


def at_hash(expected: Expected) -> str | None:
    """The left half of the digest of the access token: it shows that both came together."""
    if expected.access_token is None:
        return None
    digest = hashlib.new(DIGESTS[expected.algorithm], expected.access_token.encode()).digest()
    return text64(digest[: len(digest) // 2])


def challenge_of(verifier: str) -> str:
    """RFC 7636, S256."""
    return text64(digest(verifier))


def _same(found: object, wanted: str | None) -> bool:
    return isinstance(found, str) and wanted is not None and hmac.compare_digest(found.encode(), wanted.encode())


def _is_text(value: object, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest


def _moment(claims: Claims, name: str) -> datetime:
    """An absent or a wild one becomes a moment with which the token is never believed."""
    value = claims.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < _FAR_AWAY:
        value = _FAR_AWAY if name == "nbf" else 0
    return datetime.fromtimestamp(value, UTC)


def person(claims: Claims, *, groups_claim: str, trusted_email: bool) -> Person:
    """`proved_at` is when the provider itself asked who it is, which may be long ago."""
    email = claims.get("email")
    return Person(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=email.strip() if isinstance(email, str) and 3 <= len(email.strip()) <= 320 else None,
        is_verified=trusted_email or claims.get("email_verified") is True,
        name=_name(claims),
        language=Language.EN if str(claims.get("locale", "")).lower().startswith("en") else Language.UK,
        groups=groups(claims, groups_claim),
        proved_at=_moment(claims, "auth_time") if claims.get("auth_time") else None,
    )


def _name(claims: Claims) -> str:
    parts = [claims.get("given_name"), claims.get("family_name")]
    whole = claims.get("name") or " ".join(each for each in parts if isinstance(each, str)) or claims.get("email")
    printable = "".join(each if each.isprintable() else " " for each in str(whole or claims["sub"]))
    return " ".join(printable.split())[:LONGEST_NAME] or "—"


def groups(claims: Claims, name: str) -> frozenset[str]:
    """Under this name, or step by step along its dots: `realm_access.roles`."""
    found: Any = claims.get(name)
    if found is None:
        found = claims
        for step in name.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    return frozenset(_texts(found)[:MOST_GROUPS])


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def objection(person: Person) -> Sentence | None:
    """Why somebody with this identity comes no further, whatever accounts there are."""
    return None if person.email and person.is_verified else say("email_not_verified")


def changes(held: Iterable[Held], wanted: Iterable[Place], today: date) -> Changes:
    """What makes the grants that came from the provider equal to what its groups say today."""
    due = dict.fromkeys(wanted)
    ended = []
    for grant in held:
        if grant.valid_to is not None and grant.valid_to <= today:
            continue
        if grant.place in due:
            del due[grant.place]
        else:
            ended.append(grant.id)
    return Changes(list(due), ended)


def destination(text: str, *, origins: Iterable[str], apps: Iterable[str]) -> Destination | None:
    """Where a sign-in may lead back to; None when it is a stranger's page, however it is spelt."""
    if _PATH.fullmatch(text):
        return Destination(text)
    if text in apps:
        return Destination(text, is_app=True)
    parts = urlsplit(text)
    if not text.isascii() or not text.isprintable() or set(text) & set(" \\") or parts.fragment or "@" in parts.netloc:
        return None
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    return Destination(text) if origin in set(origins) else None


def is_challenge(text: str | None) -> bool:
    return text is not None and _CHALLENGE.fullmatch(text) is not None


def with_query(url: str, **more: str) -> str:
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])
    return urlunsplit(parts._replace(query=query))
