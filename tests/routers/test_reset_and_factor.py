"""A new password by mail opens half of the door to whoever has a second factor, and no more."""

import pytest

from tests.support.mail import Postman
from tests.support.second_factors import with_totp
from tests.support.world import World

pytestmark = pytest.mark.anyio

NEW = "новий пароль із поштової скриньки"


async def test_a_new_password_by_mail_goes_around_no_second_factor(world: World, postman: Postman) -> None:
    olena = await with_totp(world)
    await postman()
    nobody = world.client()
    await nobody.post("/v1/password-resets", json={"email": olena.user.email})
    token = postman.token(await postman.only())

    reset = await nobody.post("/v1/password-resets/complete", json={"token": token, "password": NEW})
    entered = await nobody.post("/v1/sessions", json={"email": olena.user.email, "password": NEW})
    guessed = await olena.finish(entered.json()["pending"], totp="000000")
    finished = await olena.finish(entered.json()["pending"], totp=await olena.next_code())

    assert [each.status_code for each in (reset, entered, guessed, finished)] == [200, 202, 401, 201]
    assert entered.json()["factors"] == ["totp", "recovery_code"]
