"""The questions about accounts, keys and personal data, for which there is no committed example to ask with."""

from collections.abc import Mapping
from typing import Any, Final

from tests.access.asking import NOTHING, Ids, Recipe, listing, one
from tests.access.closed import number
from tests.access.places import Town
from tests.openapi import story
from tests.support import factories

SECRET: Final = "x" * 43
WHY: Final = {"reason": "Телефон загублено"}
PURPOSE: Final = "Оформлення квитка на потяг до Замостя"
NEW_PASSWORD: Final = "жайвір над полем о шостій"
OWN_PAGE: Final = {"X-Pobratym-Request": "1", "Sec-Fetch-Site": "same-origin"}
ASSERTION: Final[dict[str, Any]] = {
    "id": SECRET,
    "rawId": SECRET,
    "type": "public-key",
    "response": {"clientDataJSON": SECRET, "authenticatorData": SECRET, "signature": SECRET},
}
ATTESTATION: Final[dict[str, Any]] = ASSERTION | {"response": {"clientDataJSON": SECRET, "attestationObject": SECRET}}
STEP: Final = {"pending": SECRET, "totp": "123456"}
NEWCOMER: Final = {"email": "somebody.new@example.org", "name": "Нова особа", "password": factories.PASSWORD}
# Decided by what the person has, after it was decided that they may.
STATE: Final = (404, 409, 422)


def sent(body: Any, **more: Any) -> Recipe:
    return Recipe(body=lambda _: body, **more)


def about(kind: str, body: Any, **more: Any) -> Recipe:
    return Recipe(kind, body=lambda _: body, **more)


def _session(ids: Ids) -> Any:
    return {"email": ids["email"], "password": factories.PASSWORD}


def _integration(ids: Ids) -> Any:
    where = {"organization_id": ids[story.HROMADA], "scopes": ["organizations:read", "partnerships:read"]}
    return {"name": "Геопортал", "contact_email": "gis@example.org"} | where


def _webhook(ids: Ids) -> Any:
    return {"integration_id": ids["integration"], "name": "Геопортал", "url": "https://gis.example.org/pobratym"}


def _preview(ids: Ids) -> Any:
    given = {"role": "hromada_member", "scope": "organization", "organization_id": ids[story.HROMADA]}
    return {"user_id": ids[story.ANDRII], "give": [given]}


def _sought(ids: Ids) -> Any:
    return {"number": number(Town(ids["town"])), "purpose": PURPOSE}


DOCUMENT: Final = {"id": "people", "document_id": "documents"}
CONSENT: Final = {"id": "people", "consent_id": "consents"}
KEY: Final = {"id": "integrations", "api_key_id": "api_keys"}
DELIVERY: Final = {"id": "webhooks", "delivery_id": "deliveries"}

RECIPES: Final[Mapping[str, Recipe]] = {
    # signing in
    "create_session": Recipe(body=_session),
    "refresh_session": Recipe(body=lambda ids: {"refresh_token": ids["refresh_token"]}),
    "finish_session": sent(STEP),
    "create_passkey_session": sent({"credential": ASSERTION}),
    "create_openid_session": sent({"code": SECRET, "code_verifier": SECRET}),
    "create_browser_session": Recipe(body=_session, headers=OWN_PAGE),
    "finish_browser_session": sent(STEP, headers=OWN_PAGE),
    "create_browser_passkey_session": sent({"credential": ASSERTION}, headers=OWN_PAGE),
    "accept_invitation": sent({"token": SECRET, "password": NEW_PASSWORD}),
    "request_password_reset": sent({"email": "nobody.there@example.org"}),
    "complete_password_reset": sent({"token": SECRET, "password": NEW_PASSWORD}),
    "confirm_email_change": sent({"token": SECRET}),
    "get_account_page": Recipe(ids={"name": "=invitation"}),
    "send_account_page": Recipe(ids={"name": "=invitation"}),
    "finish_openid_sign_in": Recipe(params={"state": SECRET, "code": SECRET}),
    # one's own account
    "end_session": one("sessions"),
    "edit_me": sent({"name": "Інше ім’я"}),
    "change_my_password": sent({"current_password": factories.PASSWORD, "new_password": NEW_PASSWORD}),
    "request_email_change": sent({"email": "somebody.else@example.org"}),
    "confirm_my_totp": sent({"code": "123456"}, beyond=STATE),
    "remove_my_totp": Recipe(beyond=STATE),
    "renew_my_recovery_codes": Recipe(beyond=STATE),
    "add_my_passkey": sent({"name": "Телефон", "credential": ATTESTATION}, beyond=STATE),
    "remove_my_passkey": Recipe(ids={"id": "passkeys"}, beyond=STATE),
    "prove_myself": sent({"password": factories.PASSWORD}),
    "explain_access": Recipe(
        "users", body=lambda ids: {"user_id": ids[story.ANDRII], "permission": "partnerships:read"}
    ),
    "preview_access": Recipe("users", body=_preview),
    # accounts
    "list_users": listing("users"),
    "create_user": sent(NEWCOMER),
    "grant_role": one("users"),
    "revoke_grant": one("grants", ids={"id": "users", "grant_id": "grants"}),
    "invite_user": one("users", beyond=(409,)),
    "end_user_sessions": about("users", WHY),
    "reset_user_factors": about("users", WHY, beyond=(409,)),
    # other systems
    "list_integrations": listing("integrations"),
    "create_integration": Recipe("organizations", body=_integration),
    "edit_integration": about("integrations", {"scopes": ["partnerships:read"]}),
    "archive_integration": about("integrations", WHY),
    "restore_integration": about("integrations", WHY),
    "create_api_key": about("integrations", {"expires_at": "2027-06-01T00:00:00Z"}),
    "revoke_api_key": about("api_keys", WHY, ids=KEY),
    "revoke_found_key": sent({"key": SECRET}),
    # webhooks
    "list_webhooks": listing("webhooks"),
    "create_webhook": Recipe("integrations", body=_webhook),
    "edit_webhook": about("webhooks", {"event_types": ["partnership.updated"]}),
    "archive_webhook": about("webhooks", WHY),
    "restore_webhook": about("webhooks", WHY),
    "disable_webhook": about("webhooks", WHY),
    "enable_webhook": one("webhooks", beyond=(409,)),
    "verify_webhook": one("webhooks", beyond=(409,)),
    "get_webhook_delivery": one("deliveries", ids=DELIVERY),
    "resend_webhook_delivery": one("deliveries", ids=DELIVERY, beyond=(409,)),
    "replay_webhook_deliveries": about("webhooks", {"since": "2026-11-01T00:00:00Z"}),
    # personal data
    "add_document": about("people", {"kind": "foreign_passport", "country": "UA", "number": "FB700700"}),
    "edit_document": about("documents", {"issued_on": "2020-02-02"}, ids=DOCUMENT),
    "remove_document": about("documents", WHY, ids=DOCUMENT),
    "keep_particular": about("people", {"value": "Вулиця Соборна, 1"}, ids={"kind": "=home_address"}),
    "remove_particular": about("people", WHY, ids={"kind": "=medical_note"}),
    "reveal_identity": about("people", {"particular": "medical_note", "purpose": PURPOSE}),
    "find_by_document": Recipe("people", body=_sought, finds=True),
    "give_consent": about(
        "people", {"purpose": "photo", "text_version": "2026-03", "source": "paper", "given_on": "2026-03-02"}
    ),
    "withdraw_consent": about("consents", {"on": "2026-11-20"} | WHY, ids=CONSENT),
    "export_personal_data": about("people", {"purpose": PURPOSE}),
    "erase_person": about("people", {"ground": "consent_withdrawn"} | WHY),
    "get_me": NOTHING,
}
