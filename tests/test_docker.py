import re
import subprocess
from pathlib import Path

import pytest
import yaml

from app.cli import program
from app.settings import ROOT, known_names

DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
COMMANDS = {command.name or command.callback.__name__ for command in program.registered_commands if command.callback}


def test_the_compose_file_holds_every_part() -> None:
    assert set(COMPOSE["services"]) == {"api", "worker", "migrate", "postgres", "valkey", "mail"}
    assert set(OURS) == {"api", "worker", "migrate"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_builds_from_files_that_exist(name: str) -> None:
    context = (DOCKER / OURS[name]["build"]["context"]).resolve()

    assert context == ROOT
    assert (context / OURS[name]["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_that_exists(name: str) -> None:
    assert OURS[name]["command"][0] in COMMANDS


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_given_only_real_settings(name: str) -> None:
    assert set(OURS[name]["environment"]) - set(known_names()) == set()


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_waits_for_services_that_exist(name: str) -> None:
    assert set(COMPOSE["services"][name].get("depends_on", ())) <= set(COMPOSE["services"])


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_mounts_what_exists(name: str) -> None:
    sources = [volume.split(":")[0] for volume in COMPOSE["services"][name].get("volumes", ())]
    absent = [source for source in sources if source not in COMPOSE["volumes"] and not (DOCKER / source).is_file()]

    assert absent == []


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_no_image_is_tied_to_a_host(name: str) -> None:
    assert "." not in COMPOSE["services"][name]["image"].split(":")[0]


def test_every_copied_file_exists() -> None:
    sources = re.findall(r"^COPY (\S+) \S+$", (DOCKER / "Dockerfile").read_text(), re.MULTILINE)

    assert sources == ["requirements/app.lock", "app", "migrations", "docker/entrypoint.sh"]
    assert [source for source in sources if not (ROOT / source).exists()] == []


@pytest.mark.parametrize("script", [DOCKER / "entrypoint.sh", DOCKER / "roles.sh", ROOT / "pobratym"], ids=str)
def test_a_shell_script_is_sound(script: Path) -> None:
    finished = subprocess.run(["sh", "-n", script], check=False)  # noqa: S603, S607 - it is read, not run

    assert finished.returncode == 0
