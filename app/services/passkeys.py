"""Passkeys (WebAuthn): the person is verified by their device each time, and the page is one of ours."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import col, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_client_data_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from app.core.uow import UnitOfWork
from app.models import FactorChallenge, Passkey, User
from app.rules import factors as rules
from app.schemas.factors import Assertion, Attestation, PasskeyCreationOptions, PasskeyRequestOptions
from app.services import messages
from app.settings import Settings
from app.vocabulary import MessageKind

LOOPBACK = frozenset({"127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 - compared, never bound
MILLISECONDS = int(rules.CHALLENGE_LASTS.total_seconds() * 1000)
TRANSPORTS = frozenset(each.value for each in AuthenticatorTransport)


@dataclass(frozen=True)
class RelyingParty:
    """To whom a passkey belongs, and the pages on which it may be used."""

    id: str
    name: str
    origins: tuple[str, ...]


def relying_party(settings: Settings) -> RelyingParty:
    """As the settings say, or after the address of the API. A number is no name: this very machine is localhost."""
    given, address = settings.passkeys, urlsplit(settings.http.address)
    host = "localhost" if address.hostname in LOOPBACK else str(address.hostname)
    port = f":{address.port}" if address.port else ""
    own = f"{address.scheme}://{host}{port}"
    return RelyingParty(given.rp_id or host, given.rp_name, given.origins or (own, *settings.http.origins))


def request_options(
    party: RelyingParty, asked: FactorChallenge, known: Sequence[Passkey] = ()
) -> PasskeyRequestOptions:
    """Without `known` passkeys the device offers those it has."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=asked.challenge,
        timeout=MILLISECONDS,
        allow_credentials=_descriptors(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return PasskeyRequestOptions.model_validate(options_to_json_dict(options))


def creation_options(
    party: RelyingParty, asked: FactorChallenge, user: User, known: Sequence[Passkey]
) -> PasskeyCreationOptions:
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user.id.bytes,
        user_name=user.email,
        user_display_name=user.name,
        challenge=asked.challenge,
        timeout=MILLISECONDS,
        exclude_credentials=_descriptors(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return PasskeyCreationOptions.model_validate(options_to_json_dict(options))


def challenge_in(credential: Assertion | Attestation) -> bytes:
    """What the device says it was asked; empty when that cannot be read or was asked in somebody else's frame."""
    try:
        said = parse_client_data_json(base64url_to_bytes(credential.response.client_data_json))
    except Exception:  # noqa: BLE001 - a foreign parser of hostile bytes: whatever it trips over is no challenge
        return b""
    return b"" if said.cross_origin else bytes(said.challenge)


def registered(party: RelyingParty, credential: Attestation, challenge: bytes) -> VerifiedRegistration | None:
    """The new credential, when the device verified the person on a page of ours."""
    if challenge_in(credential) != challenge:
        return None
    try:
        return verify_registration_response(
            credential=_plain(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - a foreign parser of hostile bytes: whatever it trips over is a refusal
        return None


async def recognised(
    uow: UnitOfWork, party: RelyingParty, credential: Assertion, challenge: bytes, *, of: UUID | None = None
) -> Passkey | None:
    """The passkey that answered this challenge, its count kept. A count that stands still is told to its owner."""
    query = select(Passkey).where(col(Passkey.credential_id) == _bytes(credential.id))
    query = query.where(Passkey.user_id == of) if of else query
    passkey = (await uow.session.scalars(query.with_for_update())).one_or_none()
    verified = _verified(party, credential, challenge, passkey) if passkey else None
    if passkey is None or verified is None:
        return None
    if rules.is_suspect(verified.new_sign_count, passkey.sign_count):
        await _suspect(uow, passkey, verified.new_sign_count)
        return None
    passkey.sign_count, passkey.last_used_at = verified.new_sign_count, uow.now
    passkey.is_backed_up = verified.credential_backed_up
    await uow.flush()
    return passkey


async def owner(uow: UnitOfWork, credential: Assertion) -> UUID | None:
    """Whose it says it is."""
    query = select(Passkey.user_id).where(col(Passkey.credential_id) == _bytes(credential.id))
    return (await uow.session.scalars(query)).one_or_none()


def _verified(
    party: RelyingParty, credential: Assertion, challenge: bytes, passkey: Passkey
) -> VerifiedAuthentication | None:
    handle = credential.response.user_handle
    is_of_another = handle is not None and _bytes(handle) != passkey.user_id.bytes
    if is_of_another or challenge_in(credential) != challenge:
        return None
    try:
        return verify_authentication_response(
            credential=_plain(credential),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=passkey.public_key,
            # The count is looked at afterwards: only who has the key may raise an alarm about it.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - a foreign parser of hostile bytes: whatever it trips over is a refusal
        return None


async def _suspect(uow: UnitOfWork, passkey: Passkey, seen: int) -> None:
    counts = {"passkey_id": str(passkey.id), "known": passkey.sign_count, "seen": seen}
    await uow.note("passkey_suspected", "users", passkey.user_id, counts)
    owner = await uow.session.get_one(User, passkey.user_id)
    await messages.warn(uow, owner, MessageKind.PASSKEY_SUSPECTED, passkey=passkey.name)


def transports_of(credential: Attestation) -> list[str]:
    return [each for each in dict.fromkeys(credential.response.transports) if each in TRANSPORTS]


def _descriptors(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.credential_id, transports=[AuthenticatorTransport(one) for one in each.transports]
        )
        for each in known
    ]


def _plain(credential: Assertion | Attestation) -> dict[str, Any]:
    return credential.model_dump(by_alias=True, exclude_none=True)


def _bytes(text: str) -> bytes:
    try:
        return base64url_to_bytes(text)
    except ValueError:
        return b""
