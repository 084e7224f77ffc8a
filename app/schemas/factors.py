"""Second factors. What is about passkeys has the names of WebAuthn Level 3, so that browsers take it as it is."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

from app.rules import factors as rules
from app.schemas.accounts import Device, Password
from app.schemas.base import Answer, Reference, Shape, problem
from app.vocabulary import FactorKind

Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$", max_length=6)]
RecoveryCodeText = Annotated[str, StringConstraints(min_length=rules.LETTERS, max_length=40)]
Pending = Annotated[str, StringConstraints(min_length=20, max_length=200)]
Base64Url = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=20_000)]
CredentialId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=1400)]
Word = Annotated[str, StringConstraints(max_length=100)]
Extensions = Annotated[dict[str, Any], Field(max_length=20, description="Not used.")]
Attachment = Literal["platform", "cross-platform"]


class AssertionGiven(Shape):
    client_data_json: Base64Url = Field(alias="clientDataJSON")
    authenticator_data: Base64Url = Field(alias="authenticatorData")
    signature: Base64Url
    user_handle: CredentialId | None = Field(default=None, alias="userHandle")


class AttestationGiven(Shape):
    client_data_json: Base64Url = Field(alias="clientDataJSON")
    attestation_object: Base64Url = Field(alias="attestationObject")
    transports: Annotated[list[Word], Field(max_length=10)] = []
    authenticator_data: Base64Url | None = Field(default=None, alias="authenticatorData", description="Not used.")
    public_key: Base64Url | None = Field(default=None, alias="publicKey", description="Not used.")
    public_key_algorithm: int | None = Field(default=None, alias="publicKeyAlgorithm", description="Not used.")


class Credential(Shape):
    id: CredentialId
    raw_id: CredentialId = Field(alias="rawId")
    type: Literal["public-key"]
    authenticator_attachment: Attachment | None = Field(default=None, alias="authenticatorAttachment")
    client_extension_results: Extensions = Field(default={}, alias="clientExtensionResults")


class Assertion(Credential):
    """What `navigator.credentials.get()` gave, as its `toJSON()` writes it."""

    response: AssertionGiven


class Attestation(Credential):
    """What `navigator.credentials.create()` gave, as its `toJSON()` writes it."""

    response: AttestationGiven


class WebAuthn(Answer):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


class CredentialDescriptor(WebAuthn):
    id: str = Field(max_length=1400)
    type: str = Field(max_length=20)
    transports: list[Word] = Field(default=[], max_length=10)


class PasskeyRequestOptions(WebAuthn):
    """For `PublicKeyCredential.parseRequestOptionsFromJSON()`."""

    challenge: str = Field(max_length=200)
    timeout: int = Field(ge=0, description="Milliseconds.")
    rp_id: str = Field(max_length=253)
    allow_credentials: list[CredentialDescriptor] = Field(max_length=rules.PASSKEYS)
    user_verification: str = Field(max_length=20)


class RelyingPartyRead(WebAuthn):
    id: str = Field(max_length=253)
    name: str = Field(max_length=100)


class PasskeyUser(WebAuthn):
    id: str = Field(max_length=100)
    name: str = Field(max_length=320)
    display_name: str = Field(max_length=300)


class CredentialParameters(WebAuthn):
    type: str = Field(max_length=20)
    alg: int


class AuthenticatorSelection(WebAuthn):
    resident_key: str = Field(max_length=20)
    require_resident_key: bool
    user_verification: str = Field(max_length=20)


class PasskeyCreationOptions(WebAuthn):
    """For `PublicKeyCredential.parseCreationOptionsFromJSON()`."""

    rp: RelyingPartyRead
    user: PasskeyUser
    challenge: str = Field(max_length=200)
    pub_key_cred_params: list[CredentialParameters] = Field(max_length=10)
    timeout: int = Field(ge=0, description="Milliseconds.")
    exclude_credentials: list[CredentialDescriptor] = Field(max_length=rules.PASSKEYS)
    authenticator_selection: AuthenticatorSelection
    attestation: str = Field(max_length=20)


class FactorNeeded(Answer):
    """The password was right; the second step is POST /v1/sessions/factor with one of `factors`."""

    pending: str = Field(max_length=200, description="Names this sign-in. Good for one session and a few tries.")
    expires_in: int = Field(ge=0, description="Seconds until it must begin anew.")
    factors: list[FactorKind] = Field(max_length=len(FactorKind))
    passkey: PasskeyRequestOptions | None


def _only(shape: Shape, names: tuple[str, ...]) -> None:
    if sum(getattr(shape, name) is not None for name in names) != 1:
        raise problem("one_factor", fields=", ".join(names))


class SecondStep(Shape):
    """The second step of a sign-in: what names it, and exactly one of the factors."""

    pending: Pending
    totp: Code | None = None
    recovery_code: RecoveryCodeText | None = None
    passkey: Assertion | None = None
    device: Device = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        _only(self, ("totp", "recovery_code", "passkey"))
        return self


class ProofGiven(Shape):
    """Exactly one of them. A password counts only for whoever has no second factor."""

    password: Password | None = None
    totp: Code | None = None
    recovery_code: RecoveryCodeText | None = None
    passkey: Assertion | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        _only(self, ("password", "totp", "recovery_code", "passkey"))
        return self


class ProofOptions(Answer):
    accepted: list[FactorKind] = Field(
        max_length=len(FactorKind), description="With what this person can prove themselves; empty: sign in again."
    )
    passkey: PasskeyRequestOptions | None


class Proof(Answer):
    proved_at: datetime
    until: datetime = Field(description="Until then it counts for what asks for a fresh proof.")


class PasskeySignIn(Shape):
    credential: Assertion
    device: Device = None


class PasskeyCreate(Shape):
    name: Reference
    credential: Attestation


class PasskeyRead(Answer):
    id: UUID
    name: str = Field(max_length=100)
    created_at: datetime
    last_used_at: datetime | None
    is_backed_up: bool = Field(description="A copy of it is kept with the maker of the device.")


class TotpRead(Answer):
    confirmed_at: datetime


class Factors(Answer):
    """What is there; never a secret."""

    is_required: bool = Field(description="A role of this person needs a second factor.")
    totp: TotpRead | None
    passkeys: list[PasskeyRead] = Field(max_length=rules.PASSKEYS)
    recovery_codes_left: int = Field(ge=0)


class TotpBegun(Answer):
    """Shown this once. It counts as soon as a code of it was confirmed."""

    secret: str = Field(max_length=64, description="For typing by hand.")
    uri: str = Field(max_length=1000, description="For a QR code.")


class TotpConfirm(Shape):
    code: Code


CodesShown = Annotated[list[Word], Field(max_length=rules.RECOVERY_CODES)]


class FactorAdded(Answer):
    recovery_codes: CodesShown | None = Field(description="With a first factor, shown this once; null later.")


class PasskeyAdded(FactorAdded):
    passkey: PasskeyRead


class RecoveryCodes(Answer):
    """Shown this once; those from before no longer work."""

    recovery_codes: CodesShown
