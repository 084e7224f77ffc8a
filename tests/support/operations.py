"""Every operation of the program, with its gate: what the sweeps walk over."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from app import views
from app.core.http import IfMatch
from app.core.listing import Listing
from app.rules.permissions import Permission

GATES: Final = ("may", "reading", "known", "signed_in", "myself", "anyone")
EXPECTED_VERSION: Final = IfMatch.__metadata__[0].dependency  # type: ignore[attr-defined]  # Annotated has it


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    route: APIRoute
    is_public_document: bool

    @property
    def name(self) -> str:
        return self.route.name

    @property
    def dependant(self) -> Dependant:
        return self.route.dependant

    @property
    def gate(self) -> str | None:
        return next((name for name, _ in self._gates()), None)

    @property
    def permission(self) -> Permission | None:
        return next((known.get("permission") for _, known in self._gates()), None)

    def _gates(self) -> list[tuple[str, dict[str, Any]]]:
        calls = [each.call for each in self.dependant.dependencies if each.call is not None]
        return [(kind, enclosed(call)) for call in calls if (kind := call.__qualname__.split(".")[0]) in GATES]

    @property
    def wants_version(self) -> bool:
        return any(each.call is EXPECTED_VERSION for each in self.dependant.dependencies)

    @property
    def has_body(self) -> bool:
        return self.route.body_field is not None

    @property
    def is_about_one_record(self) -> bool:
        return "{id}" in self.path

    @property
    def resource(self) -> str:
        """`/v1/partnerships` for everything below it."""
        return "/".join(self.path.split("/")[:3])

    def url(self, **values: Any) -> str:
        return self.path.format(**values)

    def url_of(self, id: Any) -> str:
        """With the same id in every place of the path."""
        return self.url(**dict.fromkeys(self.route.param_convertors, id))


def enclosed(call: Callable[..., Any]) -> dict[str, Any]:
    cells = [cell.cell_contents for cell in call.__closure__ or ()]
    return dict(zip(call.__code__.co_freevars, cells, strict=True))


def operations(app: FastAPI) -> list[Operation]:
    """`app.routes` is a tree, and a loop over it alone finds nothing: the contexts are its leaves."""
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            is_public = bool(context.include_in_schema)
            found += [
                Operation(method, str(context.path), route, is_public) for method in sorted(context.methods or ())
            ]
    return found


def listings() -> list[Listing]:
    """Every list that a view declares."""
    modules = [importlib.import_module(f"app.views.{each.name}") for each in pkgutil.iter_modules(views.__path__)]
    return [value for module in modules for value in vars(module).values() if isinstance(value, Listing)]
