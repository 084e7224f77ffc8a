import io
import json
import logging as stdlib_logging
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
import structlog

from app.core import context, logging


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = stdlib_logging.getLogger()
    handlers, level, config = root.handlers, root.level, structlog.get_config()
    yield io.StringIO()
    root.handlers = handlers
    root.setLevel(level)
    structlog.configure(**config)


def only(lines: io.StringIO) -> dict[str, object]:
    (line,) = lines.getvalue().splitlines()
    event: dict[str, object] = json.loads(line)
    return event


def test_an_event_is_one_line_of_readable_json(lines: io.StringIO) -> None:
    logging.configure(stream=lines)
    token = context.request_id.set("r-1")
    structlog.get_logger().info("sent", to="Київ", count=2, on=date(2026, 11, 22), id=UUID(int=1), paid=Decimal("1.50"))
    context.request_id.reset(token)

    assert "Київ" in lines.getvalue()
    event = only(lines)
    assert str(event.pop("timestamp")).endswith("Z")
    assert event == {
        "event": "sent",
        "to": "Київ",
        "count": 2,
        "on": "2026-11-22",
        "id": "00000000-0000-0000-0000-000000000001",
        "paid": "1.50",
        "request_id": "r-1",
        "level": "info",
    }


def test_a_library_speaks_in_the_same_form(lines: io.StringIO) -> None:
    logging.configure(stream=lines)
    stdlib_logging.getLogger("arq.worker").warning("late by %s", "2 с")

    event = only(lines)
    assert (event["event"], event["level"], event["logger"]) == ("late by 2 с", "warning", "arq.worker")


def test_what_is_below_the_level_is_not_written(lines: io.StringIO) -> None:
    logging.configure(level="WARNING", stream=lines)
    structlog.get_logger().info("quiet")
    stdlib_logging.getLogger("x").info("quiet")

    assert lines.getvalue() == ""


HIDDEN = "вишневий-сад-7731"


DUPLICATE = "duplicate key\nDETAIL:  Key (email)=(olena@rada.example) already exists.\nHINT: none"


def fail_holding(password: str) -> None:
    raise ValueError(password[:0] + DUPLICATE)


@pytest.mark.parametrize("format", ["json", "console"])
def test_neither_local_variables_nor_row_values_reach_the_log(lines: io.StringIO, format: str) -> None:
    logging.configure(format=format, stream=lines)
    for write in (structlog.get_logger().exception, stdlib_logging.getLogger("x").exception):
        try:
            fail_holding(HIDDEN[::-1])
        except ValueError:
            write("failed")

    written = lines.getvalue()
    assert "olena@rada.example" not in written
    assert HIDDEN[::-1] not in written
    assert (written.count("ValueError: duplicate key"), written.count("DETAIL: ***")) == (2, 2)


@pytest.mark.parametrize("value", ["\ud800", 10**30, {1: "a"}, object(), {"k": {"\ud800"}}])
def test_nothing_is_too_strange_to_be_written(lines: io.StringIO, value: object) -> None:
    logging.configure(stream=lines)
    structlog.get_logger().info("strange", value=value)

    assert "strange" in str(only(lines)["event"])
