"""What creating, patching, archiving and restoring have in common."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlmodel import SQLModel

from app.core.problems import from_validation
from app.core.uow import UnitOfWork
from app.errors import AppError, say

ShapeT = TypeVar("ShapeT", bound=BaseModel)
RowT = TypeVar("RowT", bound=SQLModel)


def merged(create: type[ShapeT], current: Mapping[str, Any], patch: BaseModel) -> ShapeT:
    """The whole record as it would be: a merge patch (RFC 7396) must leave a valid whole."""
    given = patch.model_dump(exclude_unset=True)
    for name, value in given.items():
        if value is None and _is_required(create, name):
            raise AppError("invalid", errors=_cleared(name))
    try:
        return create.model_validate(_patched(current, given))
    except ValidationError as error:
        raise from_validation([e | {"loc": ("body", *e["loc"])} for e in error.errors(include_input=False)]) from error


def _patched(current: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """RFC 7396: objects are merged member by member, everything else is replaced."""
    found = dict(current)
    for name, value in patch.items():
        was = found.get(name)
        is_object = isinstance(value, Mapping) and isinstance(was, Mapping)
        found[name] = _patched(was or {}, value) if is_object else value
    return found


def _is_required(create: type[BaseModel], name: str) -> bool:
    field = create.model_fields[name]
    return field.is_required() or (field.default is not None and field.default_factory is None)


def _cleared(name: str) -> list[Any]:
    from_errors = from_validation([{"type": "may_not_be_null", "loc": ("body", name)}])
    return list(from_errors.errors)


def apply(row: SQLModel, values: Mapping[str, Any]) -> None:
    """Sets what differs; what is equal is left alone, so that a no-op writes no row and no journal entry."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


async def replace(uow: UnitOfWork, rows: Iterable[RowT], wanted: Iterable[RowT], *, by: tuple[str, ...]) -> None:
    """Child rows become the wanted ones: one that is there under the same key stays the same row."""
    gone = {_key(row, by): row for row in rows}
    added = []
    for one in wanted:
        row = gone.pop(_key(one, by), None)
        if row is None:
            added.append(one)
        else:
            apply(row, one.model_dump(exclude={"id"}))
    for row in gone.values():
        await uow.session.delete(row)
    await uow.flush()
    uow.add(*added)


def _key(row: SQLModel, by: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in by)


def require_live(row: Any) -> None:
    if row.archived_at is not None:
        raise AppError("archived", say("is_archived"))


async def archive(uow: UnitOfWork, row: Any, reason: str | None) -> None:
    """Out of the lists, never out of the database."""
    await uow.because(reason)
    if row.archived_at is None:
        row.archived_at = uow.now
    await uow.flush()


async def restore(uow: UnitOfWork, row: Any, reason: str | None) -> None:
    await uow.because(reason)
    row.archived_at = None
    await uow.flush()
