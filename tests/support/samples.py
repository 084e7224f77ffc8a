"""Values that fit a JSON schema: the smallest body that an operation accepts."""

from typing import Any, Final

from uuid_utils.compat import uuid7

DAY: Final = "2026-11-23"
BY_FORMAT: Final = {
    "date": DAY,
    "date-time": f"{DAY}T10:00:00Z",
    "uri": "https://example.org",
    "email": "a@example.org",
}
BY_PATTERN: Final = {
    r"^[A-Z]{3}$": "EUR",
    r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$": "uk",
    r"^https?://[^\s/$.?#][^\s]*$": "https://example.org",
    r"^[0-9a-f]{64}$": "0" * 64,
    r"^[0-9]{6}$": "000000",
    r"^[A-Za-z0-9_-]+$": "AAAA",
}
# What no pattern in a schema can say.
BY_NAME: Final[dict[str, Any]] = {
    "country": "PL",
    "party_country": "PL",
    "katottg": "UA59080270000073662",
    "edrpou": "00032684",
    "language": "uk",
}
# Rules between fields that no schema can say.
BESIDES: Final[dict[str, dict[str, Any]]] = {
    "DecisionOfMinistry": {"number": "17"},
    "DraftGiven": {"file_name": "draft.docx"},
    "RevealAsked": {"particular": "date_of_birth"},
}


class Samples:
    def __init__(self, document: dict[str, Any]) -> None:
        self._schemas: dict[str, Any] = document["components"]["schemas"]

    def body(self, operation: dict[str, Any]) -> Any:
        """What the operation's request body must hold, and nothing more."""
        content = operation.get("requestBody", {}).get("content", {})
        return next((self.value(media["schema"]) for media in content.values()), None)

    def value(self, schema: dict[str, Any], name: str = "") -> Any:
        schema = self._resolved(schema)
        if name in BY_NAME and schema.get("type") != "array" and "enum" not in schema:
            return BY_NAME[name]
        if "const" in schema or "enum" in schema:
            return schema.get("const", next(iter(schema.get("enum", [])), None))
        made = getattr(self, f"_{schema.get('type')}", None)
        return made(schema, name) if made else None

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self._resolved(self._schemas[name]) | {"title": name}
        options = [each for each in schema.get("anyOf", schema.get("allOf", [])) if each.get("type") != "null"]
        return self._resolved(options[0]) if options else schema

    def _object(self, schema: dict[str, Any], _: str) -> dict[str, Any]:
        made = {name: self.value(schema["properties"][name], name) for name in schema.get("required", [])}
        return made | BESIDES.get(schema.get("title", ""), {})

    def _array(self, schema: dict[str, Any], name: str) -> list[Any]:
        return [self.value(schema["items"], name) for _ in range(max(1, schema.get("minItems", 1)))]

    def _string(self, schema: dict[str, Any], _: str) -> str:
        if schema.get("format") == "uuid":
            return str(uuid7())
        plain = "слово".ljust(schema.get("minLength", 1), "о")[: schema.get("maxLength", 100)]
        return str(BY_FORMAT.get(schema.get("format", "")) or BY_PATTERN.get(schema.get("pattern", "")) or plain)

    def _integer(self, schema: dict[str, Any], _: str) -> int:
        return int(schema.get("minimum", 1))

    def _number(self, schema: dict[str, Any], _: str) -> float:
        return float(schema.get("minimum", 1))

    def _boolean(self, _: dict[str, Any], __: str) -> bool:
        return True
