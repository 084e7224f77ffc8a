"""The schemas of the published document, in the one form that every client generator reads the same way."""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

Schema = dict[str, Any]

PREFIX: Final = "#/components/schemas/"
NULL: Final[Schema] = {"type": "null"}

# What nothing narrower says: the longest text we take, and lists no answer comes near.
LONGEST_TEXT: Final = 20_000
LONGEST_LIST: Final = 10_000
INT32: Final = 2**31 - 1
# Larger ones lose their last digits in JavaScript.
SAFE: Final = 2**53 - 1

OPEN: Final = "The list may grow: read a value you do not know as UNKNOWN."
_PAGE: Final = re.compile(r"^(Page|Batch)_(\w+?)_$")


def plain(node: Schema, *, nullable: bool = True) -> Schema:
    """The schema without titles, with one way to say null and with limits on everything."""
    found = {key: value for key, value in node.items() if key != "title"}
    if "default" in found and found["default"] is None:
        del found["default"]
    if "anyOf" in found:
        found = _without_alternatives(found, nullable=nullable)
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = plain(found[key])
    for key in ("oneOf", "anyOf", "allOf"):
        if key in found:
            found[key] = [plain(each) for each in found[key]]
    if "properties" in found:
        found["properties"] = {name: plain(each) for name, each in found["properties"].items()}
    return _limited(found)


def _without_alternatives(node: Schema, *, nullable: bool) -> Schema:
    """`type: [T, "null"]` for what has a type; `oneOf` with null only for what has a name of its own."""
    rest = {key: value for key, value in node.items() if key != "anyOf"}
    options = [each for each in node["anyOf"] if each != NULL]
    may_be_null = nullable and len(options) < len(node["anyOf"])
    if len(options) > 1:
        return rest | {"anyOf": [*options, NULL] if may_be_null else options}
    only: Schema = options[0]
    if not may_be_null:
        return only | rest
    if "$ref" in only:
        return rest | {"oneOf": [only, NULL]}
    return only | rest | {"type": [only["type"], "null"]}


def _limited(node: Schema) -> Schema:
    limits: Mapping[str, Callable[[Schema], Schema]] = {"string": _text, "array": _list, "integer": _integer}
    types = node.get("type")
    for kind in types if isinstance(types, list) else [types]:
        if isinstance(kind, str) and kind in limits:
            node = limits[kind](node)
    return node


def _text(node: Schema) -> Schema:
    if "pattern" in node:
        # Every engine agrees on [0-9]; \d means other scripts' digits to some.
        node = node | {"pattern": node["pattern"].replace(r"\d", "[0-9]")}
    if node.keys() & {"enum", "const", "format"}:
        return node
    return {"maxLength": LONGEST_TEXT} | node


def _list(node: Schema) -> Schema:
    return {"maxItems": LONGEST_LIST} | node


def _integer(node: Schema) -> Schema:
    low, high = int(node.get("minimum", -SAFE)), int(node.get("maximum", SAFE))
    size = "int32" if low >= -INT32 and high <= INT32 else "int64"
    return {"format": size} | node | {"minimum": low, "maximum": high}


def references(node: Any) -> Iterator[str]:
    """The names of the schemas that a part of the document refers to."""
    if isinstance(node, dict):
        if isinstance(found := node.get("$ref"), str) and found.startswith(PREFIX):
            yield found.removeprefix(PREFIX)
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def reach(start: Any, schemas: Mapping[str, Schema]) -> set[str]:
    """Every schema that is needed to understand a part of the document."""
    known: set[str] = set()
    waiting = list(references(start))
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting.extend(references(schemas[name]))
    return known


def renamed(node: Any, names: Mapping[str, str]) -> Any:
    """The same part of the document with other names in its references."""
    if isinstance(node, list):
        return [renamed(each, names) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: renamed(value, names) for key, value in node.items()}
    if isinstance(target := found.get("$ref"), str) and (name := target.removeprefix(PREFIX)) in names:
        found["$ref"] = PREFIX + names[name]
    return found


def pages(schemas: Mapping[str, Schema]) -> dict[str, str]:
    """`Page_OrganizationRead_` is a name no client wants to read."""
    return {name: f"{match[2]}{match[1]}" for name in schemas if (match := _PAGE.fullmatch(name))}


def answering(schemas: Mapping[str, Schema], asked: set[str], answered: set[str]) -> dict[str, str]:
    """The shared schemas that answers need in their own form, and what it is called.

    In a request a field with a default may be left out; in an answer it is always there.
    """
    shared = {name for name in asked & answered if "properties" in schemas[name]}
    found = {name for name in shared if set(schemas[name].get("required", ())) != set(schemas[name]["properties"])}
    while grown := {name for name in shared - found if found & set(references(schemas[name]))}:
        found |= grown
    names = {name: f"{name}Read" for name in sorted(found)}
    if taken := names.values() & schemas.keys():
        raise ValueError(f"these schemas are already there: {sorted(taken)}")
    return names


def answer_form(schema: Schema) -> Schema:
    found = deepcopy(schema)
    found.pop("additionalProperties", None)
    found["required"] = list(found["properties"])
    for each in found["properties"].values():
        each.pop("default", None)
    return found


def open_ended(schema: Schema) -> Schema:
    """Says of an enum in answers what its clients must be ready for."""
    said = schema.get("description", "").strip()
    return schema | {"description": f"{said} {OPEN}".strip()}
