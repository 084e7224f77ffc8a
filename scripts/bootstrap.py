"""Makes the virtual environment match its lock file, then hands over to the command line."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
VENV = Path(os.environ.get("POBRATYM_VENV") or ROOT / ".venv").absolute()
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".pobratym-stamp"
LOG = VENV / "install.log"
STARTED = time.monotonic()


def told(*, uk: str, en: str) -> str:
    """The text in the language of the terminal."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return uk if locale.startswith("uk") else en


def give_up(*, uk: str, en: str) -> NoReturn:
    sys.exit(told(uk=uk, en=en))


def fingerprint(lock: str) -> str:
    content = (REQUIREMENTS / f"{lock}.lock").read_bytes()
    return f"{lock} {hashlib.sha256(content).hexdigest()} {sys.version}"


def is_ready(lock: str) -> bool:
    """The development lock holds everything that the application needs, so it serves both."""
    enough = {fingerprint(name) for name in (lock, "dev")}
    return os.access(PYTHON, os.X_OK) and STAMP.is_file() and STAMP.read_text() in enough


def is_usable() -> bool:
    """An interrupted installation, or one made by another Python, is not worth keeping."""
    return os.access(PYTHON, os.X_OK) and (not STAMP.is_file() or STAMP.read_text().endswith(sys.version))


@contextlib.contextmanager
def alone() -> Iterator[None]:
    folder = os.open(REQUIREMENTS, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def run(*command: object) -> bool:
    with LOG.open("ab") as log:
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        while process.poll() is None:
            tick()
        return process.returncode == 0
    finally:
        process.kill()


def tick() -> None:
    time.sleep(0.1)
    if sys.stderr.isatty():
        print(f"\r{time.monotonic() - STARTED:4.0f} s", end="\r", file=sys.stderr, flush=True)


def create_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    VENV.mkdir(parents=True)
    if not run(sys.executable, "-m", "venv", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        give_up(
            uk="Не вдалося створити віртуальне середовище; у Debian та Ubuntu допоможе: apt-get install python3-venv",
            en="Cannot create a virtual environment; on Debian and Ubuntu this helps: apt-get install python3-venv",
        )


def pip(lock: str, *options: str) -> bool:
    options = ("-q", "--disable-pip-version-check", "--require-hashes", *options)
    return run(PYTHON, "-m", "pip", "install", *options, "-r", REQUIREMENTS / f"{lock}.lock")


def uv() -> str | None:
    if os.environ.get("POBRATYM_INSTALLER") == "pip":
        return None
    if found := shutil.which("uv"):
        return found
    return str(VENV / "bin" / "uv") if pip("uv") else None


def install(lock: str) -> None:
    program = uv()
    options = ("--system-certs", "--compile-bytecode", "--require-hashes", "--python", PYTHON)
    if program and run(program, "pip", "install", *options, "-r", REQUIREMENTS / f"{lock}.lock"):
        return
    if not pip(lock, "--no-deps"):
        give_up(
            uk=f"Не вдалося встановити залежності; подробиці у {LOG}",
            en=f"The dependencies could not be installed; the details are in {LOG}",
        )


def prepare(lock: str) -> None:
    if is_ready(lock):
        return
    with alone():
        if is_ready(lock):  # another start has just finished the work
            return
        say(uk="Встановлюю залежності …", en="Installing the dependencies …")
        if not is_usable():
            create_venv()
        STAMP.write_text("unfinished")
        install(lock)
        STAMP.write_text(fingerprint(lock))
        seconds = time.monotonic() - STARTED
        say(uk=f"Готово за {seconds:.0f} с.", en=f"Done in {seconds:.0f} s.")


def say(*, uk: str, en: str) -> None:
    print(told(uk=uk, en=en), file=sys.stderr, flush=True)


def main(arguments: list[str]) -> None:
    lock = "dev" if arguments[:1] == ["test"] else "app"
    try:
        prepare(lock)
    except OSError as error:
        give_up(uk=f"Не вдалося підготувати {VENV}: {error}", en=f"Cannot prepare {VENV}: {error}")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # -P: a folder called app where the person happens to stand must not be taken for ours.
    os.execve(PYTHON, [str(PYTHON), "-P", "-m", "app", *arguments], environment)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        give_up(uk="Перервано.", en="Interrupted.")
