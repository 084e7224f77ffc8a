from typing import Any

import pytest

from app.services.passkeys import relying_party
from app.settings import Http, Passkeys, Settings


@pytest.mark.parametrize(
    ("given", "party"),
    [
        ({}, ("localhost", ("http://localhost:8000",))),
        ({"host": "0.0.0.0", "port": 9000}, ("localhost", ("http://localhost:9000",))),  # noqa: S104 - compared, never bound
        ({"public_url": "https://crm.auc.org.ua/"}, ("crm.auc.org.ua", ("https://crm.auc.org.ua",))),
        (
            {"public_url": "https://api.auc.org.ua", "origins": ["https://crm.auc.org.ua"]},
            ("api.auc.org.ua", ("https://api.auc.org.ua", "https://crm.auc.org.ua")),
        ),
    ],
)
def test_passkeys_belong_to_the_host_of_the_api_unless_the_settings_name_another(
    given: dict[str, Any], party: tuple[str, tuple[str, ...]]
) -> None:
    found = relying_party(Settings(http=Http(**given)))

    assert (found.id, found.origins) == party


def test_passkeys_of_a_domain_are_used_on_the_pages_that_are_named() -> None:
    origins = ("https://crm.auc.org.ua", "https://m.auc.org.ua")

    found = relying_party(Settings(passkeys=Passkeys(rp_id="auc.org.ua", rp_name="АМУ", origins=origins)))

    assert (found.id, found.name, found.origins) == ("auc.org.ua", "АМУ", origins)
