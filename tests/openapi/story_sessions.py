"""Ірина works in a browser and on a telephone, and signs out of what she no longer uses."""

from typing import Final

from tests.openapi.recording import Teller, own_id
from tests.support import factories

IRYNA: Final = own_id(80)
EMAIL: Final = "iryna.savchenko@example.org"
CREDENTIALS: Final = {"email": EMAIL, "password": factories.PASSWORD}
OURS: Final = {"X-Pobratym-Request": "1", "Sec-Fetch-Site": "same-origin", "User-Agent": "Firefox/145.0"}
APP: Final = {"User-Agent": "PobratymMobile/1.4"}


async def tell_sessions(story: Teller) -> None:
    """Told while an administrator is signed in; afterwards they still are."""
    administrator = story.client.token
    await factories.user(story.world, id=IRYNA, email=EMAIL, name="Ірина Савченко")
    await story("get_signing_keys")
    story.client.token = None
    await story("create_browser_session", CREDENTIALS, headers=OURS)
    telephone = await story.client.made("/v1/sessions", CREDENTIALS | {"device": "Телефон Ірини"}, headers=APP)
    story.client.token = telephone["access_token"]
    await story("get_my_sessions")
    await story("end_my_other_sessions")
    await story("end_my_sessions")
    story.client.token = None
    for _ in range(5):
        await story("create_session", CREDENTIALS | {"password": "не той пароль"}, status=401)
    await story("create_session", CREDENTIALS, status=429)
    story.client.token = administrator
    await story("end_user_sessions", {"reason": "Загубила телефон"}, at={"id": IRYNA})
