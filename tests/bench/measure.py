"""What one load of wrk did: requests, times, and the processor time of both servers from the process table."""

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.questions import Questions
from tests.bench.servers import Side

LOAD: Final = Path(__file__).parent / "load.lua"
TICKS: Final = os.sysconf("SC_CLK_TCK")
UNITS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    operation: str
    clients: int
    seconds: int
    round: int = 0


@dataclass(frozen=True)
class Result:
    side: str
    operation: str
    clients: int
    round: int
    per_second: float
    p50_ms: float
    p99_ms: float
    errors: int
    server_us: float
    postgres_us: float
    memory_mb: float

    @property
    def processor_us(self) -> float:
        return self.server_us + self.postgres_us


def alternate(sides: Sequence[Side], questions: Questions, loads: Iterable[Load], postgres: int) -> Iterable[Result]:
    """Every load goes to one side after the other, so that a busy neighbour meets all of them alike."""
    for load in loads:
        for side in sides:
            yield once(side, questions.file(side.name, load.operation), load, postgres)


def once(side: Side, requests: Path, load: Load, postgres: int) -> Result:
    before, before_postgres = processor_seconds(side.pid), processor_seconds(postgres)
    output = wrk(side, requests, load)
    after, after_postgres = processor_seconds(side.pid), processor_seconds(postgres)
    count = max(int(_found(r"(\d+) requests in", output)), 1)
    return Result(
        side=side.name,
        operation=load.operation,
        clients=load.clients,
        round=load.round,
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", output)),
        p50_ms=_milliseconds(_found(r"50%\s+(\S+)", output)),
        p99_ms=_milliseconds(_found(r"99%\s+(\S+)", output)),
        errors=errors_in(output),
        server_us=round((after - before) / count * 1e6, 1),
        postgres_us=round((after_postgres - before_postgres) / count * 1e6, 1),
        memory_mb=round(memory_mb(side.pid), 1),
    )


def wrk(side: Side, requests: Path, load: Load) -> str:
    surroundings = {"REQUESTS": str(requests), "TOKEN": side.token, "SEED": str(load.round * 100 + load.clients)}
    shape = [f"--connections={load.clients}", f"--duration={load.seconds}s", "--threads=1", "--timeout=30s"]
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(  # noqa: S603 - our own script against our own server
            ["wrk", *shape, "--latency", f"--script={LOAD}", side.url],  # noqa: S607 - a tool of the system
            env=os.environ | surroundings,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=load.seconds + 60,
            check=True,
        ).stdout


def errors_in(output: str) -> int:
    """Answers that were refusals, and connections that failed."""
    refused = int(_found(r"Non-2xx or 3xx responses: (\d+)", output))
    return refused + sum(int(count) for count in re.findall(r"(?:connect|read|write|timeout) (\d+)", output))


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else "0"


def _milliseconds(text: str) -> float:
    match = re.match(r"([\d.]+)([a-z]+)?", text)
    return round(float(match[1]) * UNITS.get(match[2] or "ms", 1.0), 3) if match else 0.0


def processor_seconds(root: int) -> float:
    return sum(sum(times) for times in _tree(root).values()) / TICKS


def memory_mb(root: int) -> float:
    """Proportional: what is shared is divided among those who share it."""
    kilobytes = 0
    for pid in _tree(root):
        with suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            kilobytes += int(_found(r"\nPss:\s+(\d+)", rollup))
    return kilobytes / 1024


def _tree(root: int) -> dict[int, list[int]]:
    """The processor times of a process and of all below it."""
    parents, times = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                parents[int(entry.name)] = int(fields[1])
                times[int(entry.name)] = [int(ticks) for ticks in fields[11:15]]
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: times[pid] for pid in found if pid in times}
