from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from app.schemas.base import Answer, Reference, Shape

Url = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Secret = Annotated[str, StringConstraints(min_length=20, max_length=200)]


class OutsideProvider(Answer):
    label: str = Field(max_length=100, description="What the button says.")
    start: str = Field(max_length=200, description="Where the browser goes; `return_to` says where it comes back.")


class SignInProviders(Answer):
    """What a sign-in page can offer."""

    password: bool
    passkey: bool
    openid: OutsideProvider | None = Field(description="Null while no outside provider is set up.")


class Departure(Shape):
    return_to: Url = Field(
        default="/sign-in/done", description="A path here, a page of an allowed origin, or the address of an app."
    )
    code_challenge: Annotated[str, StringConstraints(max_length=128)] | None = Field(
        default=None, description="Of an app: SHA-256 of its `code_verifier`, in base64url."
    )
    prove: bool = Field(default=False, description="The provider asks anew who it is, for what wants a fresh proof.")


class Callback(Shape):
    """What the provider sends along; what else it adds is not looked at."""

    model_config = ConfigDict(extra="ignore")

    state: Annotated[str, StringConstraints(max_length=200)] = ""
    code: Annotated[str, StringConstraints(max_length=4096)] = ""
    error: Annotated[str, StringConstraints(max_length=200)] = ""
    iss: Annotated[str, StringConstraints(max_length=500)] | None = None


class OpenIdCode(Shape):
    """What the app was given at its address, and what only it knows."""

    code: Secret
    code_verifier: Annotated[str, StringConstraints(min_length=43, max_length=128, pattern="^[A-Za-z0-9._~-]+$")]
    device: Reference | None = Field(
        default=None, description="What the app calls itself; the person finds it in the list of their sessions."
    )
