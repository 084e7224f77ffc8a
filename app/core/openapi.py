"""The published description of the API: what FastAPI knows, in the form that we promise to clients.

`published` is a pure function over FastAPI's document, so a new route needs nothing here.
"""

import inspect
import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from app.core import http, openapi_webhooks, queries
from app.core.http import MERGE_PATCH
from app.core.openapi_schemas import answer_form, answering, open_ended, pages, plain, reach, renamed
from app.core.openapi_webhooks import PARAMETERS as SIGNED
from app.core.openapi_words import (
    DESCRIPTIONS,
    HEADERS,
    HEADERS_OF,
    INFO,
    PARAMETERS,
    REFUSALS,
    SECURITY,
    SUCCESSES,
    SUMMARIES,
    TAGS,
)
from app.core.problems import MEDIA_TYPE as PROBLEM
from app.rules.permissions import FOR_PEOPLE
from app.settings import ROOT

Document = dict[str, Any]
Operation = dict[str, Any]

EXAMPLES: Final = ROOT / "openapi" / "examples"
JSON: Final = http.JSON
EVENTS: Final = "text/event-stream"
LOCKED: Final = frozenset(gate.__name__ for gate in (http.reading, http.may, http.known, http.signed_in, http.myself))
WRITING: Final = frozenset(gate.__name__ for gate in (http.may, http.myself))
SCHEMAS: Final = "#/components/schemas/"
LIMITED: Final = ["RateLimit-Policy", "RateLimit"]


@dataclass(frozen=True)
class Gate:
    """Which gate stands before an operation, the permission it asks for, and whom it is for if not for all."""

    kind: str = ""
    permission: str | None = None
    asker: str | None = None


@dataclass(frozen=True)
class Examples:
    operations: Mapping[str, Mapping[str, Any]]
    problems: Mapping[str, Mapping[str, Any]]


def install(app: FastAPI) -> None:
    """The application then publishes this document wherever it would have published FastAPI's."""
    generate = app.openapi

    @cache
    def described() -> Document:
        return published(queries.described(app, generate()), gates(app), examples(EXAMPLES))

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to replace it


def gates(app: FastAPI) -> dict[str, Gate]:
    found = {}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(dependant := getattr(route, "dependant", None), Dependant):
            found[str(context.name)] = next(_gates_of(dependant), Gate())
    return found


def _gates_of(dependant: Dependant) -> Iterator[Gate]:
    for each in dependant.dependencies:
        if each.call is not None and each.call.__module__ == http.__name__:
            kind = each.call.__qualname__.partition(".")[0]
            if kind in LOCKED:
                known = inspect.getclosurevars(inspect.unwrap(each.call)).nonlocals
                yield Gate(kind, known.get("permission"), known.get("kind"))
        yield from _gates_of(each)


def examples(folder: Path) -> Examples:
    """Recorded from a real walk through the program; an image without them serves the document without them."""
    return Examples(_read(folder), _read(folder / "problems"))


def _read(folder: Path) -> dict[str, Any]:
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def published(raw: Document, gates: Mapping[str, Gate], shown: Examples) -> Document:
    document = _settled(deepcopy(raw))
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            gate = gates.get(operation["operationId"], Gate())
            operations[method] = _operation(document, path, method, operation, gate)
    _show(document, shown)
    components = document["components"]
    components |= {
        "headers": dict(HEADERS),
        "parameters": {name: dict(each) for name, each in {**PARAMETERS, **SIGNED}.items()},
        "responses": _refusals(shown) | {"NotModified": _not_modified()},
        "securitySchemes": {name: dict(each) for name, each in SECURITY.items()},
    }
    document["webhooks"] = openapi_webhooks.described(document.get("webhooks", {}))
    used = {tag for each in (*_operations(document), *_told(document)) for tag in each["tags"]}
    head = {
        "openapi": document["openapi"],
        "info": document["info"] | dict(INFO),
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": said} for name, said in TAGS.items() if name in used],
    }
    paths = dict(sorted(document["paths"].items()))
    return head | {"paths": paths, "webhooks": document["webhooks"], "components": _used(document)}


def _settled(document: Document) -> Document:
    """The document with its schemas in their final form and under their final names."""
    schemas = document["components"]["schemas"]
    names = pages(schemas)
    document = renamed(document, names)
    schemas = {names.get(name, name): plain(each) for name, each in schemas.items()}
    schemas = renamed(schemas, names)
    bodies = [each.get("requestBody") for each in _operations(document)]
    replies = [each["responses"] for each in _operations(document)]
    replies += [each["requestBody"] for each in _told(document)]
    answered = reach(replies, schemas)
    own = answering(schemas, reach(bodies, schemas), answered)
    for name, new in own.items():
        schemas[new] = renamed(answer_form(schemas[name]), own)
    for name in answered - own.keys() - reach(bodies, schemas):
        schemas[name] = renamed(schemas[name], own)
    for each in _operations(document):
        each["responses"] = renamed(each["responses"], own)
    for name in answered:
        if "enum" in schemas[name]:
            schemas[name] = open_ended(schemas[name])
    document["components"]["schemas"] = schemas
    return document


def _operations(document: Document) -> Iterator[Operation]:
    for operations in document["paths"].values():
        yield from operations.values()


def _told(document: Document) -> Iterator[Operation]:
    """What we send: its bodies are in the form of answers."""
    for operations in document.get("webhooks", {}).values():
        yield from operations.values()


def _operation(document: Document, path: str, method: str, given: Operation, gate: Gate) -> Operation:
    name = given["operationId"]
    keyed = method == "post" and gate.kind in WRITING
    statuses = _statuses(given, keyed=keyed)
    versioned = _is_versioned(document, given, path, method)
    cached = (versioned and method == "get") or "304" in given["responses"]
    found: Operation = {
        "tags": given["tags"],
        "summary": _summary(name),
        "description": _description(name, given, gate),
        "operationId": name,
        "security": [{scheme: []} for scheme in _schemes(gate)],
        "parameters": _parameters(given, keyed=keyed, cached=cached),
    }
    if "requestBody" in given:
        found["requestBody"] = _body(given["requestBody"], method)
    found["responses"] = {
        status: _response(
            status, given["responses"].get(status, {}), versioned=versioned, keyed=keyed, counted="429" in statuses
        )
        for status in sorted(statuses | ({"304"} if cached else set()))
    }
    if any(each["name"] == "as_of" for each in given.get("parameters", ())):
        found["responses"]["200"]["headers"] |= _headers(["As-Of"])
    if not found["parameters"]:
        del found["parameters"]
    if given.get("deprecated"):
        found["deprecated"] = True
    return found


def _schemes(gate: Gate) -> list[str]:
    """A person in an app or a browser; a machine only where people's own matters are not touched."""
    if not gate.kind:
        return []
    if gate.asker == "integration":
        return ["key"]
    if gate.kind == http.known.__name__:
        return ["bearer", "cookie", "key"]
    if gate.permission is None or gate.permission in FOR_PEOPLE:
        return ["bearer", "cookie"]
    return ["bearer", "cookie", "key"]


def _statuses(given: Operation, *, keyed: bool) -> set[str]:
    """What the route declares, and what follows from its form."""
    found = set(given["responses"]) | {"500"}
    names = {each["name"] for each in given.get("parameters", ())}
    if keyed:
        found |= {"400", "409", "422"}
    if "If-Match" in names:
        found |= {"412", "428"}
    if "requestBody" in given or found <= {"200", "429", "500", "503"}:
        found |= {"413"}
    if "requestBody" in given:
        found |= {"400", "415", "422"}
    return found


def _summary(name: str) -> str:
    return SUMMARIES.get(name) or name.replace("_", " ").capitalize()


def _description(name: str, given: Operation, gate: Gate) -> str:
    said = given.get("description") or DESCRIPTIONS.get(name.partition("_")[0]) or f"{_summary(name)}."
    return f"{said}\n\nNeeds the permission `{gate.permission}`." if gate.permission else said


def _parameters(given: Operation, *, keyed: bool, cached: bool) -> list[dict[str, Any]]:
    found = [_parameter(each) for each in given.get("parameters", ())]
    more = ["IdempotencyKey"] * keyed + ["IfNoneMatch"] * cached
    return found + [{"$ref": f"#/components/parameters/{name}"} for name in more]


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    """Nothing in an address can be null, so no parameter says that it may be."""
    if given["name"] == "If-Match":
        return {"$ref": "#/components/parameters/IfMatch"}
    schema = plain(given["schema"], nullable=False)
    if schema.get("description") == given.get("description"):
        schema.pop("description", None)
    return given | {"schema": schema}


def _body(given: dict[str, Any], method: str) -> dict[str, Any]:
    content = {MERGE_PATCH if method == "patch" and kind == JSON else kind: each for kind, each in _content(given)}
    return {"required": True, "content": content}


def _content(given: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind, each in given.get("content", {}).items():
        yield kind, each | {"schema": plain(each.get("schema", {}))}


def _is_versioned(document: Document, given: Operation, path: str, method: str) -> bool:
    """One record with a version: its reading and its writing answer with an ETag."""
    if method == "get" and not path.endswith("}"):
        return False
    reply = given["responses"].get("200") or given["responses"].get("201") or {}
    reference = reply.get("content", {}).get(JSON, {}).get("schema", {}).get("$ref", "")
    schema = document["components"]["schemas"].get(reference.removeprefix(SCHEMAS), {})
    return "version" in schema.get("properties", {})


def _response(status: str, given: Operation, *, versioned: bool, keyed: bool, counted: bool) -> dict[str, Any]:
    if status == "304":
        return {"$ref": "#/components/responses/NotModified"}
    if status in REFUSALS:
        return {"$ref": f"#/components/responses/{REFUSALS[status][0]}"}
    names = ["X-Request-ID"] + ["ETag"] * versioned + ["Location"] * (versioned and status == "201")
    names += ["Idempotent-Replayed"] * (keyed and status != "204") + LIMITED * counted
    headers = _headers(names)
    if status == "303":
        headers["Location"] = {"$ref": "#/components/headers/Onward"}
    found = {"description": SUCCESSES[status], "headers": headers}
    content = dict(_content(given))
    return found | ({"content": content} if content else {})


def _headers(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _refusals(shown: Examples) -> dict[str, Any]:
    return {name: _refusal(status, said, shown) for status, (name, said) in REFUSALS.items()}


def _refusal(status: str, said: str, shown: Examples) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": {"$ref": f"{SCHEMAS}Problem"}}
    if status in shown.problems:
        content["example"] = shown.problems[status]["response"]["body"]
    headers = _headers(["X-Request-ID", *HEADERS_OF.get(status, ())])
    return {"description": said, "headers": headers, "content": {PROBLEM: content}}


def _not_modified() -> dict[str, Any]:
    return {"description": "You have it as it is.", "headers": _headers(["X-Request-ID", "ETag"])}


def _show(document: Document, shown: Examples) -> None:
    """Puts what was recorded beside what is described."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            name = operation["operationId"]
            # The first success stands for the operation; another status has a file of its own.
            recorded = [shown.operations.get(each) for each in (name, *(f"{name}.{s}" for s in operation["responses"]))]
            # What was recorded before an operation moved must not stop the program that records it anew.
            fitting = [one for one in recorded if one and _still_fits(path, operation, one)]
            for one in fitting[:1]:
                _show_request(path, operation, one["request"])
            for one in fitting:
                _show_reply(operation, one["response"])


def _still_fits(path: str, operation: Operation, one: Mapping[str, Any]) -> bool:
    is_same_place = path.count("/") == one["request"]["path"].count("/")
    return is_same_place and str(one["response"]["status"]) in operation["responses"]


def _show_request(path: str, operation: Operation, request: Mapping[str, Any]) -> None:
    parts = dict(zip(path.split("/"), request["path"].split("/"), strict=True))
    known = {name.strip("{}"): value for name, value in parts.items() if name.startswith("{")} | request["query"]
    for each in operation.get("parameters", ()):
        if each.get("name") in known:
            each["example"] = _value(each["schema"], known[each["name"]])
    if "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = request["body"]


def _value(schema: Mapping[str, Any], text: str) -> Any:
    """What the text of an address means by the schema of its parameter."""
    if schema.get("type") == "array":
        return [text]
    return json.loads(text) if schema.get("type") in {"integer", "boolean"} else text


def _show_reply(operation: Operation, reply: Mapping[str, Any]) -> None:
    content = operation["responses"][str(reply["status"])].get("content", {})
    for kind in content.keys() & {JSON, EVENTS}:
        content[kind]["example"] = reply["body"]


def _used(document: Document) -> Document:
    """Only what the operations lead to, in the order of the alphabet."""
    components = document["components"]
    shared = {"headers", "parameters", "responses"}
    said = [document["paths"], document["webhooks"]]
    text = json.dumps(said)
    kept = dict(components)
    for kind in ("responses", "parameters"):
        kept[kind] = {name: each for name, each in components[kind].items() if f"#/components/{kind}/{name}" in text}
    schemas = components["schemas"]
    needed = reach([said, kept["responses"]], schemas)
    text += json.dumps(kept["responses"])
    kept["headers"] = {name: each for name, each in components["headers"].items() if f"headers/{name}" in text}
    kept["schemas"] = {name: schemas[name] for name in needed}
    return {kind: dict(sorted(each.items())) for kind, each in sorted(kept.items()) if each or kind not in shared}
