"""Marta is invited, chooses a password, forgets it, and moves to another address."""

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from app.adapters.mail import Envelope
from app.jobs.messages import send_messages
from tests.openapi.recording import Teller, own_id

MARTA: Final = {"id": own_id(60), "email": "marta@example.org", "name": "Марта Шевчук"}
FIRST, SECOND, THIRD = "жайвір над полем о шостій", "три дуби біля ратуші", "паром через Сян у вересні"


class Hand:
    """Takes letters and keeps them, as a person at the door would."""

    def __init__(self) -> None:
        self.letters: list[Envelope] = []

    async def send(self, envelope: Envelope) -> None:
        self.letters.append(envelope)


async def tell_account_life(story: Teller) -> None:
    await story("create_user", MARTA)
    await story("invite_user", at={"id": MARTA["id"]})
    token = await _token(story)
    await story("accept_invitation", {"token": token, "password": FIRST, "language": "en"})
    await story("request_password_reset", {"email": MARTA["email"]})
    token = await _token(story)
    await story("complete_password_reset", {"token": token, "password": SECOND})
    await story("complete_password_reset", {"token": token, "password": SECOND}, status=410)
    await _marta_herself(story)


async def _marta_herself(story: Teller) -> None:
    administrator = story.client.token
    tokens: dict[str, Any] = await story.client.made("/v1/sessions", {"email": MARTA["email"], "password": SECOND})
    story.client.token = tokens["access_token"]
    await story("edit_me", {"name": "Марта Шевчук-Лесь"})
    await story("change_my_password", {"current_password": SECOND, "new_password": THIRD})
    await story("request_email_change", {"email": "marta.shevchuk@example.org"})
    await story("confirm_email_change", {"token": await _token(story)})
    story.client.token = administrator


async def _token(story: Teller) -> str:
    """What the link in the last letter carries."""
    hand, world = Hand(), story.world
    settings = world.app.state.runtime.settings
    await send_messages({"db": world.db, "clock": world.clock, "settings": settings, "mail": hand})
    links = [line for line in "\n".join(each.text for each in hand.letters).splitlines() if line.startswith("http")]
    return parse_qs(urlsplit(links[-1]).query)["token"][0]
