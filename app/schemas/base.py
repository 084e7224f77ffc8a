"""The field types that every shape is built from, and how a patch is made of a create model."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    StringConstraints,
    WithJsonSchema,
    create_model,
)
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from app.rules import codes
from app.rules.names import tidy
from app.vocabulary import FieldClass

ShapeT = TypeVar("ShapeT", bound=BaseModel)
AnyT = TypeVar("AnyT")

# A field without a mark is shown to whoever may see the record.
Internal = Annotated[AnyT, FieldClass.INTERNAL]
Personal = Annotated[AnyT, FieldClass.PERSONAL]


def problem(code: str, **facts: Any) -> PydanticCustomError:
    """A validation error whose words stand in the catalogue of sentences."""
    return PydanticCustomError(code, "refused", facts)


def _tidied(value: Any) -> Any:
    """Stray spaces are trimmed, doubled ones joined; what cannot be printed is refused."""
    if not isinstance(value, str):
        return value
    if any(ord(letter) < 32 and letter not in "\n\t" for letter in value):
        raise problem("control_characters")
    found = tidy(value)
    if value and not found:
        raise problem("blank")
    return found


def _trimmed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in value):
        raise problem("control_characters")
    found = value.strip()
    if value and not found:
        raise problem("blank")
    return found


def _code(check: Any) -> AfterValidator:
    """A rule of `rules/codes.py` as a validator."""

    def checked(value: str) -> str:
        try:
            found: str = check(value)
        except codes.BadCode as error:
            raise problem(error.code, **error.params) from error
        return found

    return AfterValidator(checked)


def _version_7(value: UUID) -> UUID:
    if value.version != 7:
        raise problem("uuid_version")
    return value


def _distinct(values: list[Any]) -> list[Any]:
    seen = [value.model_dump_json() if isinstance(value, BaseModel) else value for value in values]
    if len(set(seen)) != len(seen):
        raise problem("repeated")
    return values


Distinct = AfterValidator(_distinct)
Name = Annotated[str, BeforeValidator(_tidied), StringConstraints(min_length=1, max_length=300)]
Line = Annotated[str, BeforeValidator(_tidied), StringConstraints(min_length=1, max_length=1000)]
Text = Annotated[str, BeforeValidator(_trimmed), StringConstraints(min_length=1, max_length=20_000)]
Reason = Annotated[str, BeforeValidator(_trimmed), StringConstraints(min_length=1, max_length=2000)]
Reference = Annotated[str, BeforeValidator(_tidied), StringConstraints(min_length=1, max_length=100)]
ClientId = Annotated[
    UUID,
    AfterValidator(_version_7),
    Field(description="A UUIDv7 made by the client, so that a record can be created offline and sent again."),
]


# "yes" and 1 may mean anything; in a body a yes or no is written as true or false.
Flag = Annotated[bool, Strict()]


def _written_out(value: Any) -> Any:
    """A number is no date: pydantic would take it for seconds since 1970."""
    if isinstance(value, str) and value[4:5] != "-":
        raise problem("date_parsing")
    if isinstance(value, int | float):
        raise problem("date_type")
    return value


# The database has two infinities at the ends of its calendar; nobody signs anything there.
Day = Annotated[
    date,
    BeforeValidator(_written_out),
    Field(ge=date(1900, 1, 1), le=date(2199, 12, 31)),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC)),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Country = Annotated[str, StringConstraints(min_length=2, max_length=2), _code(codes.country)]
Katottg = Annotated[str, StringConstraints(max_length=40), _code(codes.katottg)]
Edrpou = Annotated[str, StringConstraints(max_length=20), _code(codes.edrpou)]
LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$", max_length=12)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$", max_length=3)]
WebAddress = Annotated[
    str, BeforeValidator(_trimmed), StringConstraints(pattern=r"^https?://[^\s/$.?#][^\s]*$", max_length=1000)
]
Amount = Annotated[
    Decimal,
    Field(ge=0, max_digits=18, decimal_places=2),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,16}(\.\d{1,2})?$", "maxLength": 19}),
]
Degrees = Annotated[
    Decimal,
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,3}(\.\d{1,6})?$", "maxLength": 11}),
]


class Shape(BaseModel):
    """What a client may send: an unknown field is refused by name."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


class Answer(BaseModel):
    """What we answer: every field is always there; null means known to be empty."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


def _redactable(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """A field of a closer class may be absent; it says of which class it is."""
    for name, field in model.model_fields.items():
        for mark in field.metadata:
            if isinstance(mark, FieldClass):
                schema["properties"][name]["x-field-class"] = str(mark)
                schema["required"] = [each for each in schema["required"] if each != name]


class Redactable(BaseModel):
    """An answer from which fields may be missing; their names are in `_redacted`, so that nothing vanishes silently."""

    model_config = ConfigDict(json_schema_extra=_redactable)

    redacted: Annotated[list[str], Field(max_length=100)] = Field(
        alias="_redacted", description="Fields that are there but not shown to you."
    )


class Record(Answer):
    """What every record carries."""

    id: UUID
    version: int = Field(ge=1, description="Grows with every change; the ETag is the same number in quotes.")
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class Why(Shape):
    """A verb that must be explained."""

    reason: Reason


def patch_of(create: type[BaseModel]) -> Callable[[type[ShapeT]], type[ShapeT]]:
    """Makes a class the merge-patch shape of a create model: every field may be absent, null clears.

    The merged whole is validated as the create model, so rules between fields hold after a patch too.
    """

    def made(patch: type[ShapeT]) -> type[ShapeT]:
        fields = {name: _optional(info) for name, info in create.model_fields.items() if name != "id"}
        return create_model(
            patch.__name__, __base__=patch, __module__=patch.__module__, __doc__=patch.__doc__, **fields
        )

    return made


def _optional(info: FieldInfo) -> Any:
    plain: Any = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
    return (plain | None, Field(default=None, description=info.description))
