"""One line of JSON per event, readable Ukrainian in it, and no row of the database."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Final, Literal, TextIO

import orjson
import structlog
from structlog.typing import Processor

from app.core import context

MASK: Final = "***"
_AS_WRITTEN = orjson.OPT_PASSTHROUGH_SUBCLASS | orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z
# PostgreSQL repeats the offending values here: names, addresses, document numbers.
_VALUES_OF_A_ROW = re.compile(r"^([ \t]*DETAIL:).*$", re.MULTILINE)


def configure(
    *, level: str = "INFO", format: Literal["json", "console"] = "json", stream: TextIO | None = None
) -> None:
    """Our own events and those of every library go to one place in one form. May be called again."""
    target = stream or sys.stdout
    shared: list[Processor] = [
        add_request_id,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    final: list[Processor] = [structlog.processors.format_exc_info, without_row_values, *_renderer(format, target)]
    structlog.configure(
        processors=[*shared, *final],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    foreign: list[Processor] = [structlog.stdlib.add_logger_name, *shared]
    remove_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=foreign, processors=[remove_meta, *final])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # It would write down every address with all its parameters, and some hold a secret.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


def add_request_id(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (current := context.request_id.get()) is not None:
        event.setdefault("request_id", current)
    return event


def without_row_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (trace := event.get("exception")) is not None:
        event["exception"] = _VALUES_OF_A_ROW.sub(rf"\1 {MASK}", trace)
    return event


def as_json(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    try:
        return orjson.dumps(event, default=_plain, option=_AS_WRITTEN).decode()
    except TypeError:  # half a surrogate pair, a number beyond 64 bits: the line matters more than its form
        return orjson.dumps({str(key): ascii(value) for key, value in event.items()}).decode()


def _plain(value: object) -> object:
    if isinstance(value, str):
        return "".join(value)
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return str(value)


def _renderer(format: Literal["json", "console"], target: TextIO) -> list[Processor]:
    if format == "json":
        return [as_json]
    # The plain form of a traceback: the pretty one prints local variables, passwords among them.
    return [
        structlog.dev.ConsoleRenderer(
            colors=target.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
        ),
    ]
