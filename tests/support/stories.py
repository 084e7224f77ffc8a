"""A history row by row, for tests that ask what a single row became."""

from typing import Any


def rows(page: dict[str, Any]) -> list[dict[str, Any]]:
    """Every change of the page, newest entry first, with who did it and its fields before and after."""
    return [_row(entry, change) for entry in page["items"] for change in entry["changes"]]


def _row(entry: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in entry.items() if name != "changes"}
    fields = change["fields"]
    return told | {
        "part": change["part"],
        "operation": change["operation"],
        "before": {each["name"]: each["old"] for each in fields}
        if change["operation"] in {"update", "delete"}
        else None,
        "after": {each["name"]: each["new"] for each in fields} if change["operation"] != "delete" else None,
    }
