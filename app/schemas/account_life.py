"""What a person sends to come into their account, back into it, and to change what it is opened with."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.schemas.accounts import Email, Password
from app.schemas.base import Answer, Name, Shape, patch_of
from app.vocabulary import Language

LinkToken = Annotated[
    str,
    StringConstraints(min_length=1, max_length=100),
    Field(description="What the link in the letter carries."),
]


class InvitationAccept(Shape):
    token: LinkToken
    password: Password
    name: Name | None = None
    language: Language | None = None


class PasswordResetRequest(Shape):
    email: Email


class PasswordReset(Shape):
    token: LinkToken
    password: Password


class EmailConfirm(Shape):
    token: LinkToken


class PasswordChange(Shape):
    current_password: Password
    new_password: Password


class EmailChange(Shape):
    email: Email


class MeFields(Shape):
    """What a person may change about themselves without further ado."""

    name: Name
    language: Language = Language.UK


@patch_of(MeFields)
class MePatch(Shape):
    """The fields to change."""


class AccountAddress(Answer):
    """The address to sign in with."""

    email: str
