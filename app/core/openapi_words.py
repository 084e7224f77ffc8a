"""The words of the published document that no route can say for itself."""

from collections.abc import Mapping
from typing import Any, Final

INFO: Final[Mapping[str, Any]] = {
    "summary": "The partnership CRM of the Association of Ukrainian Cities",
    "description": """\
Hromadas, their partners abroad, and how a cooperation grows from a first contact to an exchange of delegations.

**Signing in.** `POST /v1/sessions` gives an app an access token for `Authorization: Bearer …` and a refresh token for
the next pair. `POST /v1/browser-sessions` gives a browser a cookie that no script can read; requests by cookie that
change something come from our own pages and carry `X-Pobratym-Request: 1`. Another system sends its key like a token.

**Languages.** `Accept-Language: uk` or `en` chooses the language of every sentence; `Content-Language` says which one
it is. Codes never change with the language.

**Lists** are pages: `next_cursor` of one page is the `cursor` of the next, with the same filters and sort.
It is null on the last page, and only there.

**Changes** name the version they are based on: send the `ETag` you have read as `If-Match`. Without it the answer is
428; when somebody was faster it is 412 with the version of now.

**Repeating.** A `POST` with an `Idempotency-Key` happens once, however often it is sent: the first answer comes again,
marked `Idempotent-Replayed: true`.

**Quotas.** Requests of a minute are counted by who asks and what for: `RateLimit-Policy` and `RateLimit` of every
answer say how many there may be and how many are left. Beyond it the answer is 429 with `Retry-After`.

**Refusals** are problem documents (RFC 9457). Branch on `code`; show `detail` and `errors` to the person.

**Growth.** Fields may be added to answers, and values to their enums: skip fields you do not know, and read values
you do not know as UNKNOWN.
""",
    "license": {"name": "MIT", "identifier": "MIT"},
}

TAGS: Final[Mapping[str, str]] = {
    "sessions": "Signing in and out, and who I am here.",
    "account": "The life of one's own account: coming in, a new password, a new address.",
    "factors": "A second factor of one's own, and the proof that it is still you.",
    "access": "What I may do and why, and what a change of grants would change.",
    "users": "Accounts of people and the roles they hold, where and from when to when.",
    "organizations": "Hromadas, foreign municipalities, donors, networks and everyone else who takes part.",
    "people": "Who speaks for an organization: names, positions, ways to reach them, languages.",
    "identity": "Documents and particulars of people: sealed, and revealed one at a time.",
    "personal data": "What a person can ask for: everything held about them and who read it, and to be erased.",
    "partnerships": "Cooperations between organizations and the stages they walk through.",
    "agreements": "Letters, memoranda and contracts, from the first draft to the end of their term.",
    "projects": "What partners carry out together.",
    "delegations": "Who travels to whom, when and why.",
    "activities": "What happened between the sides, and what is planned: meetings, calls, notes.",
    "tasks": "What is to be done and what was promised, by whom and until when.",
    "letters": "The registers of letters, their templates, and campaigns that write to many.",
    "documents": "Files on records: uploaded, versioned, checked and handed out by the rights of the record.",
    "reminders": "What will fall due, by which rules, and when somebody is told.",
    "notifications": "What I was told in the app, and how I wish to be told.",
    "calendars": "Addresses that calendar programs subscribe to, and what they find there.",
    "integrations": "Other systems, what they may do, their keys and what they used.",
    "webhooks": "Where other systems are told of what happens, what was sent there, and what it looks like.",
    "operations": "What takes longer than an answer may take: how far it has come, and a way to cancel it.",
    "journal": "Who did what and when, and the proof that nobody has changed it since.",
    "changes": "What happened to the records you may see: to keep a copy, or to be told at once.",
    "reference": "The taxonomies and problem codes, with their labels in both languages. Open to everyone.",
    "health": "Whether the service lives and can do its work. Open to everyone.",
}

SUMMARIES: Final[Mapping[str, str]] = {
    "get_me": "Who I am",
    "create_session": "Sign in",
    "finish_session": "Sign in, second step",
    "create_passkey_session": "Sign in with a passkey",
    "create_browser_session": "Sign in by cookie",
    "finish_browser_session": "Sign in by cookie, second step",
    "create_browser_passkey_session": "Sign in by cookie with a passkey",
    "get_my_sessions": "Where I am signed in",
    "end_my_other_sessions": "Sign out everywhere else",
    "end_my_sessions": "Sign out everywhere",
    "end_user_sessions": "Sign a person out everywhere",
    "get_signing_keys": "The keys that tokens are signed with",
    "get_sign_in_providers": "The ways to sign in",
    "start_openid_sign_in": "Sign in through the provider",
    "finish_openid_sign_in": "Come back from the provider",
    "create_openid_session": "Sign in an app through the provider",
    "refresh_session": "Get the next tokens",
    "end_session": "Sign out",
    "edit_me": "Change my name and language",
    "change_my_password": "Change my password",
    "request_email_change": "Ask for a new address",
    "confirm_email_change": "Confirm a new address",
    "request_password_reset": "Ask for a new password",
    "complete_password_reset": "Set a new password",
    "invite_user": "Invite once more",
    "list_changes": "What has changed since",
    "stream_changes": "What changes, as it happens",
    "rotate_calendar_feed": "Replace the address of a calendar",
    "revoke_calendar_feed": "Revoke the address of a calendar",
    "get_calendar": "Read a calendar",
    "list_invitations": "Who was told what by mail",
    "send_invitations": "Invite participants by mail",
    "get_latest_checkpoint": "The newest checkpoint",
    "get_journal_key": "The keys that the journal is sealed with",
    "list_journal": "Read the journal",
    "get_journal_entry": "Read an entry of the journal",
    "create_journal_export": "Ask for a file of the journal",
    "list_journal_exports": "List the files you asked for",
    "get_journal_export": "See whether a file is ready",
    "get_journal_export_file": "Fetch a file of the journal",
    "list_operations": "List your long operations",
    "get_operation": "See how far an operation has come",
    "cancel_operation": "Cancel an operation",
    "get_inclusion_proof": "Prove that an entry is sealed",
    "get_consistency_proof": "Prove that nothing sealed has changed",
    **{
        f"undo_{name}": f"Take back my last edit of the {name}"
        for name in ("organization", "person", "partnership", "agreement", "project", "delegation")
    },
    "get_liveness": "Is the process alive",
    "get_readiness": "Can the service work",
}

DESCRIPTIONS: Final[Mapping[str, str]] = {
    "list": "What you may see of it, a page at a time.",
    "batch": "Many at once, by their ids; those that do not exist for you are named in `missing`.",
    "create": "Answers with the new record. Send an `id` of your own to be able to make it offline.",
    "get": "The record as it is now; a later change names its `ETag`.",
    "edit": "Merge patch (RFC 7396): absent fields stay, null clears, lists are replaced whole.",
    "archive": "Takes the record out of use, with a reason. Nothing is deleted.",
    "restore": "Brings the record back from the archive, with a reason.",
    "grant": "The role counts from the next request of that person.",
}

SECURITY: Final[Mapping[str, dict[str, str]]] = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of an app in which a person signed in.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-pobratym",
        "description": "A browser's session. What changes something also carries `X-Pobratym-Request: 1` and comes "
        "from a page of ours or of a named origin.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "pobr_…",
        "description": "The key of another system, sent like a token. It is for what an integration may do.",
    },
}

SUCCESSES: Final[Mapping[str, str]] = {
    "200": "What was asked for.",
    "201": "Made; `Location` says where it lives.",
    "202": "Accepted; it is not done yet, and the answer says what comes next.",
    "204": "Done; there is nothing more to say.",
    "303": "Goes on elsewhere; `Location` says where.",
}

REFUSALS: Final[Mapping[str, tuple[str, str]]] = {
    "400": ("BadRequest", "The request could not be read: its JSON, its cursor or one of its headers."),
    "401": ("Unauthenticated", "Sign in first, or again."),
    "403": ("Forbidden", "You are known, and may not do this here."),
    "404": ("NotFound", "It does not exist, or not for you; the answer is the same."),
    "405": ("MethodNotAllowed", "This method is not offered here."),
    "406": ("NotAcceptable", "The answer cannot be had in this form."),
    "409": ("Conflict", "The state of the record, or a request that is still running, does not allow this."),
    "410": ("Gone", "It was here and is not any more."),
    "412": ("VersionMismatch", "Somebody changed the record meanwhile; `version` and `ETag` say what it is now."),
    "413": ("BodyTooLarge", "The body is larger than is taken."),
    "415": ("UnsupportedMediaType", "The body has a media type that is not taken here."),
    "422": ("Invalid", "The request was read and something in it is not valid; `errors` says where."),
    "428": ("PreconditionRequired", "Name the version the change is based on, in `If-Match`."),
    "429": ("TooManyRequests", "Slow down; `Retry-After` says for how long."),
    "500": ("Unexpected", "A fault of ours. Its `request_id` finds it in our log."),
    "503": ("Unavailable", "The service is busy or not ready; `Retry-After` says when to come again."),
}

HEADERS: Final[Mapping[str, dict[str, Any]]] = {
    "X-Request-ID": {
        "description": "The name of this request in our logs; yours, if you sent one.",
        "schema": {"type": "string", "maxLength": 64},
    },
    "ETag": {
        "description": "The version of the record, in quotes.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,9}(-[0-9a-f]{8})?"$', "maxLength": 20},
    },
    "As-Of": {
        "description": "Present when the answer is about the past: the moment whose state it shows.",
        "schema": {"type": "string", "format": "date-time"},
    },
    "Location": {"description": "Where the record lives.", "schema": {"type": "string", "maxLength": 200}},
    "Onward": {"description": "Where the browser goes on.", "schema": {"type": "string", "maxLength": 8000}},
    "Retry-After": {
        "description": "Seconds to wait before trying again.",
        "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 86_400},
    },
    "RateLimit-Policy": {
        "description": "The name of the quota this request was counted in, requests and seconds.",
        "schema": {"type": "string", "pattern": '^"[a-z_]+";q=[0-9]+;w=[0-9]+$', "maxLength": 60},
    },
    "RateLimit": {
        "description": "How many requests are left of the quota, and the seconds until there are more.",
        "schema": {"type": "string", "pattern": '^"[a-z_]+";r=[0-9]+;t=[0-9]+$', "maxLength": 60},
    },
    "Idempotent-Replayed": {
        "description": "Present when this is the answer of an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "WWW-Authenticate": {"description": "The scheme to use.", "schema": {"type": "string", "maxLength": 200}},
    "Accept-Patch": {"description": "What a PATCH takes here.", "schema": {"type": "string", "maxLength": 100}},
    "Accept-Post": {"description": "What a POST takes here.", "schema": {"type": "string", "maxLength": 100}},
}

HEADERS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "401": ("WWW-Authenticate",),
    "409": ("Retry-After",),
    "412": ("ETag",),
    "415": ("Accept-Patch", "Accept-Post"),
    "429": ("Retry-After", "RateLimit-Policy", "RateLimit"),
    "503": ("Retry-After",),
}

PARAMETERS: Final[Mapping[str, dict[str, Any]]] = {
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": True,
        "description": "The `ETag` of the record as you have seen it.",
        "schema": {"type": "string", "pattern": '^(W/)?"?[0-9]{1,9}(-[0-9a-f]{1,8})?"?$', "maxLength": 40},
        "example": '"1"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The `ETag` you have: when it is still the right one, the answer is 304 without a body.",
        "schema": {"type": "string", "format": "entity-tags"},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A key of your own, best a UUID: the request happens once, however often it is sent.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$", "minLength": 1, "maxLength": 255},
    },
}
