"""E-mail addresses as they are kept and compared."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from pydantic_core import PydanticCustomError


def normalised(value: Any) -> Any:
    """The normal form of an address, in lower case; nobody is asked whether it can be reached."""
    if not isinstance(value, str):
        return value
    try:
        return validate_email(value.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise PydanticCustomError("email_invalid", "refused") from error
