"""Our own pages for links in letters: safe to look at, usable without a script, refusing with reasons."""

import base64
import hashlib
import html
import re
from html.parser import HTMLParser
from typing import Any, Final

import httpx2
import pytest

from tests.support import factories
from tests.support.client import Client
from tests.support.mail import Postman
from tests.support.world import World

pytestmark = pytest.mark.anyio

PAGE: Final = "/account/password-reset"
NEW: Final = "кава в Замості о сьомій ранку"
FORM: Final = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}


class Fields(HTMLParser):
    """The form of a page, as a browser would send it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form":
            self.action = found["action"] or ""
        if tag == "input":
            self.values[found["name"] or ""] = found.get("value") or ""


@pytest.fixture
async def token(world: World, postman: Postman) -> str:
    user = await factories.user(world, name="Олена <Коваль>", email="olena@example.org")
    await world.client().post("/v1/password-resets", json={"email": user.email})
    return postman.token(await postman.only())


async def send(client: Client, page: str, headers: dict[str, str] | None = None, **filled: str) -> httpx2.Response:
    form = Fields(page)
    return await client.post(form.action, data=form.values | filled, headers=FORM | (headers or {}))


async def test_a_new_password_is_set_on_a_page(world: World, nobody: Client, token: str) -> None:
    shown = await nobody.get(PAGE, params={"token": token})

    saved = await send(nobody, shown.text, password=NEW, repeat=NEW)

    assert (shown.status_code, saved.status_code) == (200, 200)
    assert ("The password is saved" in saved.text, "olena@example.org" in saved.text) == (True, True)
    await world.client().made("/v1/sessions", {"email": "olena@example.org", "password": NEW})


async def test_an_invitation_and_a_new_address_have_their_pages(
    world: World, as_administrator: Client, nobody: Client, postman: Postman
) -> None:
    await as_administrator.made("/v1/users", {"name": "Олена Коваль", "email": "olena@example.org"})
    welcome = await nobody.get(postman.link(await postman.only()).partition(":8000")[2])
    ready = await send(nobody, welcome.text, password=NEW, repeat=NEW)
    tokens = await world.client().made("/v1/sessions", {"email": "olena@example.org", "password": NEW})
    await world.client(tokens["access_token"]).post("/v1/me/email", json={"email": "olena@sumy.example.org"})
    asked = await nobody.get(postman.link(await postman.only()).partition(":8000")[2])
    changed = await send(nobody, asked.text)

    assert [title(each) for each in (welcome, ready, asked, changed)] == [
        "Welcome, Олена Коваль!",
        "Your account is ready",
        "A new address",
        "The address has changed",
    ]
    assert "password" not in asked.text


def title(answer: httpx2.Response) -> str:
    found = re.search(r"<h1[^>]*>(.*)</h1>", answer.text)
    assert found is not None
    return html.unescape(found[1])


async def test_looking_changes_nothing(world: World, nobody: Client, token: str) -> None:
    before = await world.rows("SELECT count(*) FROM journal")
    pages = [await nobody.get(PAGE, params={"token": token}) for _ in range(3)]

    assert [each.status_code for each in pages] == [200, 200, 200]
    assert await world.rows("SELECT count(*) FROM journal") == before
    assert await world.rows("SELECT 1 FROM account_links WHERE used_at IS NOT NULL") == []


async def test_a_page_runs_nothing_and_tells_nobody(nobody: Client, token: str) -> None:
    page = await nobody.get(PAGE, params={"token": token})

    style = re.search(r"<style>(.*)</style>", page.text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert page.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert {name: page.headers[name] for name in ("referrer-policy", "cache-control", "x-robots-tag")} == {
        "referrer-policy": "strict-origin",
        "cache-control": "no-store",
        "x-robots-tag": "noindex, nofollow",
    }
    assert ("<script" in page.text, " style=" in page.text, "<Коваль>" in page.text) == (False, False, False)


async def test_a_page_speaks_the_language_of_its_reader(nobody: Client, token: str) -> None:
    english = await nobody.get(PAGE, params={"token": token})
    other = re.search(r'<a href="([^"]+)" lang="uk"', english.text)
    assert other is not None
    ukrainian = await nobody.get(html.unescape(other[1]))
    refused = await send(nobody, ukrainian.text, password="мало", repeat="мало")

    assert [(title(each), each.headers["content-language"]) for each in (english, ukrainian, refused)] == [
        ("A new password", "en"),
        ("Новий пароль", "uk"),
        ("Новий пароль", "uk"),
    ]
    assert "Потрібно щонайменше 15 символів." in refused.text


async def test_what_is_wrong_stands_beside_its_field_and_can_be_mended(nobody: Client, token: str) -> None:
    page = (await nobody.get(PAGE, params={"token": token})).text

    weak = await send(nobody, page, password="olena@example.org", repeat="olena@example.org")
    differing = await send(nobody, weak.text, password=NEW, repeat=NEW + "!")
    mended = await send(nobody, differing.text, password=NEW, repeat=NEW)

    assert (weak.status_code, differing.status_code, mended.status_code) == (422, 422, 200)
    assert "cannot be your e-mail address" in weak.text.split('id="password-said"')[1].split("</div>")[0]
    assert "type the same one twice" in differing.text.split('id="repeat-said"')[1].split("</div>")[0]
    assert NEW not in differing.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "", "origin": "https://evil.example"}, 403),
        ({"sec-fetch-site": "", "origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://test"}, 403),
        ({"sec-fetch-site": "", "origin": "http://test"}, 200),
        ({"sec-fetch-site": ""}, 200),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "multipart/form-data; boundary=x"}, 415),
    ],
)
async def test_only_our_own_page_sends_the_form(
    nobody: Client, token: str, headers: dict[str, str], status: int
) -> None:
    page = (await nobody.get(PAGE, params={"token": token})).text

    answer = await send(nobody, page, headers, password=NEW, repeat=NEW)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PAGE}?token=x", 410),
        (PAGE, 410),
        (f"{PAGE}?token={'x' * 5000}", 410),
        ("/account/invitation?token={token}", 410),
        ("/account/nothing?token={token}", 404),
    ],
)
async def test_a_link_that_opens_nothing_says_so_on_a_page(nobody: Client, token: str, path: str, status: int) -> None:
    answer = await nobody.get(path.format(token=token))

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "<form" not in answer.text


@pytest.mark.parametrize("body", [b"\xff=1", b"token=%FF", b"&".join(b"a=1" for _ in range(11)), b""])
async def test_a_strange_form_is_refused(nobody: Client, body: bytes) -> None:
    answer = await nobody.post(PAGE, content=body, headers=FORM)

    assert answer.status_code in {400, 410}
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_form_beyond_the_limit_is_not_read(nobody: Client) -> None:
    answer: Any = await nobody.post(PAGE, content=b"password=" + b"x" * 2_000_000, headers=FORM)

    assert answer.status_code == 413
