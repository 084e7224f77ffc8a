import pytest

from app.rules.origins import Sender, is_ours

ALLOWED = frozenset({"https://crm.example.org", "https://office.example.org:8443"})


@pytest.mark.parametrize(
    ("has_mark", "site", "origin", "expected"),
    [
        (True, "same-origin", "https://crm.example.org", True),
        (True, "same-origin", None, True),
        (True, "same-site", "https://office.example.org:8443", True),
        (True, None, "https://crm.example.org", True),
        (True, None, "HTTPS://CRM.example.org", True),
        (True, None, None, False),
        (True, "none", None, False),
        (True, "same-site", None, False),
        (True, "same-site", "https://other.example.org", False),
        (True, "cross-site", "https://evil.example", False),
        (True, None, "null", False),
        (True, None, "https://crm.example.org.evil.example", False),
        (True, None, "http://crm.example.org", False),
        (True, None, "https://office.example.org", False),
        (False, "same-origin", "https://crm.example.org", False),
        (False, None, "https://crm.example.org", False),
    ],
)
def test_only_our_own_pages_may_ask_by_cookie(
    has_mark: bool, site: str | None, origin: str | None, expected: bool
) -> None:
    assert is_ours(Sender(has_mark, origin, site), ALLOWED) is expected
