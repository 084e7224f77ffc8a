import re
import subprocess
from pathlib import Path

import pytest
import yaml

from app.cli import program
from app.settings import ROOT, OpenId, known_names

DOCKER = ROOT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}
# All but the scopes, which nobody has to change.
OPENID = [f"OPENID__{name.upper()}" for name in OpenId.model_fields if name != "scopes"]
BUCKET = [f"FILES__{name}" for name in ("BUCKET", "ENDPOINT", "REGION", "PREFIX", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY")]
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


def test_nothing_but_the_api_is_open_to_other_machines() -> None:
    opened = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}

    assert opened == {"api": ["8000:8000"], "mail": ["127.0.0.1:8025:8025"]}


def test_every_part_asks_for_a_password_that_has_no_default() -> None:
    services, ours = COMPOSE["services"], OURS["api"]["environment"]
    asked = [services["postgres"]["environment"]["POSTGRES_PASSWORD"], services["valkey"]["command"][-1]]

    assert asked == ["${OWNER_PASSWORD:?}", "${VALKEY_PASSWORD:?}"]
    assert services["valkey"]["command"][-2] == "--requirepass"
    assert services["valkey"]["environment"] == {"REDISCLI_AUTH": "${VALKEY_PASSWORD:?}"}
    assert ours["POBRATYM_DATABASE__URL"] == "postgresql://pobratym_owner:${OWNER_PASSWORD:?}@postgres/pobratym"
    assert ours["POBRATYM_REDIS__URL"] == "redis://:${VALKEY_PASSWORD:?}@valkey:6379/0"


@pytest.mark.parametrize("name", ["HTTP__TRUSTED_PROXIES", "SIGN_IN__FACTOR_ROLES", *OPENID, *BUCKET])
def test_a_setting_of_the_environment_reaches_every_part(name: str) -> None:
    """An empty one counts as not given."""
    given = {service["environment"].get(f"POBRATYM_{name}") for service in OURS.values()}

    assert given == {f"${{POBRATYM_{name}:-}}"}


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
