"""The pages about the API work where there is no internet."""

import re

import pytest

from tests.support.client import Client

pytestmark = pytest.mark.anyio

STRANGE = re.compile(r"(?:src|href|spec-url)=\"(?!/)")


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_a_page_brings_everything_from_here(nobody: Client, path: str) -> None:
    page = await nobody.get(path)
    needed = re.findall(r"(?:src|href|spec-url)=\"([^\"]+)\"", page.text)
    statuses = [(await nobody.get(each)).status_code for each in needed]

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert STRANGE.findall(page.text) == []
    assert len(needed) >= 4
    assert set(statuses) == {200}


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
async def test_a_page_runs_only_our_scripts(nobody: Client, path: str) -> None:
    policy = (await nobody.get(path)).headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))

    assert (rules["default-src"], rules["script-src"], rules["connect-src"]) == ("'none'", "'self'", "'self'")
    assert rules["frame-ancestors"] == "'none'"


async def test_the_page_remembers_no_token(nobody: Client) -> None:
    assert "persistAuthorization: false" in (await nobody.get("/docs/start.js")).text


async def test_redoc_finds_its_logo(nobody: Client) -> None:
    logo = await nobody.get("/redoc/logo-mini.svg")

    assert (logo.status_code, logo.headers["content-type"]) == (200, "image/svg+xml")
