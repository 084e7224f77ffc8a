import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from jose import jwk

from app.core import tokens
from app.core.tokens import Claims, InvalidToken, Keyring, SigningKey

NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)
OURS = {"issuer": "https://crm.example.org", "audience": "pobratym"}
SUBJECT = UUID("0193a1b2-0000-7000-8000-000000000001")
SESSION = UUID("0193a1b2-0000-7000-8000-000000000002")
TOKEN_ID = UUID("0193a1b2-0000-7000-8000-000000000003")
KEY = tokens.generate_key()
RING = Keyring(KEY, {})
STRANGER = tokens.generate_key()

HEADER = {"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}
PAYLOAD = {
    "iss": OURS["issuer"],
    "aud": OURS["audience"],
    "sub": str(SUBJECT),
    "sid": str(SESSION),
    "jti": str(TOKEN_ID),
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 600,
}
EXPECTED = Claims(SUBJECT, SESSION, TOKEN_ID, NOW, NOW + timedelta(minutes=10), KEY.kid)


def encoded(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: object = HEADER, payload: object = PAYLOAD, key: SigningKey = KEY) -> str:
    """A token that is hostile in its content only: the signature is right."""
    body = f"{encoded(header)}.{encoded(payload)}"
    return f"{body}.{encoded(jwk.construct(key.private_pem, 'ES256').sign(body.encode()))}"


def hmac_signed(secret: bytes, alg: str = "HS256") -> str:
    body = f"{encoded(HEADER | {'alg': alg})}.{encoded(PAYLOAD)}"
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(body.encode())
    return f"{body}.{encoded(mac.finalize())}"


def with_header(**changes: object) -> str:
    return signed(header=HEADER | changes)


def with_claims(**changes: object) -> str:
    return signed(payload=PAYLOAD | changes)


def without(claim: str) -> str:
    return signed(payload={name: value for name, value in PAYLOAD.items() if name != claim})


def raw_claims(text: str) -> str:
    """The good claims with more JSON text written behind them."""
    return signed(payload=(json.dumps(PAYLOAD)[:-1] + text + "}").encode())


def raw_header(text: str) -> str:
    return signed(header=(json.dumps(HEADER)[:-1] + text + "}").encode())


def resigned(change: Callable[[bytes], bytes]) -> str:
    body, _, signature = GOOD.rpartition(".")
    return f"{body}.{encoded(change(base64.urlsafe_b64decode(signature + '==')))}"


def der_signature() -> str:
    body = GOOD.rpartition(".")[0]
    private = serialization.load_pem_private_key(KEY.private_pem.encode(), password=None)
    return f"{body}.{encoded(private.sign(body.encode(), ec.ECDSA(hashes.SHA256())))}"


def loose_bits() -> str:
    """The same signature bytes, spelt with other unused bits in the last character."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return GOOD[:-1] + alphabet[alphabet.index(GOOD[-1]) + 1]


GOOD = signed()
PARTS = GOOD.split(".")
PUBLIC_DER = serialization.load_pem_public_key(KEY.public_pem.encode()).public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
PUBLIC_JWK = jwk.construct(KEY.public_pem, "ES256").to_dict()
SECONDS = int(NOW.timestamp())

HOSTILE: dict[str, Any] = {
    # the form
    "empty": "",
    "None": None,
    "bytes": GOOD.encode(),
    "a number": 17,
    "only dots": "..",
    "two parts": ".".join(PARTS[:2]),
    "four parts": GOOD + "." + PARTS[2],
    "five parts, encrypted": "e30.e30.e30.e30.e30",
    "no signature": f"{PARTS[0]}.{PARTS[1]}.",
    "no payload": f"{PARTS[0]}..{PARTS[2]}",
    "no header": f".{PARTS[1]}.{PARTS[2]}",
    "four equals signs": GOOD + "====",
    "padded header": f"{PARTS[0]}=.{PARTS[1]}.{PARTS[2]}",
    "loose final bits": loose_bits(),
    "a space in front": " " + GOOD,
    "a newline at the end": GOOD + "\n",
    "a NUL at the end": GOOD + "\x00",
    "a newline inside": f"{PARTS[0]}.{PARTS[1][:9]}\n{PARTS[1][9:]}.{PARTS[2]}",
    "the other base64 alphabet": f"{PARTS[0]}.{PARTS[1]}.{PARTS[2][:-2]}+/",
    "Cyrillic letters": GOOD.replace("e", "е"),
    "half a surrogate pair": GOOD + "\ud800",
    "a full-width letter": GOOD[:-1] + "\uff21",
    "a length no base64 has": GOOD + "AAA",
    "beyond 4096 characters": with_claims(more="x" * 4000),
    "ten megabytes": "a" * 10_000_000,
    "scheme included": "Bearer " + GOOD,
    # the header
    "header is not JSON": signed(header=b"{alg:ES256}"),
    "header is a list": signed(header=[HEADER]),
    "header is a string": signed(header="ES256"),
    "header is null": signed(header=b"null"),
    "header in UTF-16": signed(header=json.dumps(HEADER).encode("utf-16")),
    "header with byte order mark": signed(header=b"\xef\xbb\xbf" + json.dumps(HEADER).encode()),
    "header of 700 lists": signed(header=b"[" * 700 + b"]" * 700),
    "deep value in the header": raw_header(', "x": ' + "[" * 600 + "]" * 600),
    "alg none, unsigned": f"{encoded(HEADER | {'alg': 'none'})}.{PARTS[1]}.",
    "alg none": with_header(alg="none"),
    "alg nOnE": with_header(alg="nOnE"),
    "alg empty": with_header(alg=""),
    "alg null": with_header(alg=None),
    "alg lower case": with_header(alg="es256"),
    "alg with a space": with_header(alg="ES256 "),
    "alg as list": with_header(alg=["ES256"]),
    "alg as object": with_header(alg={"ES256": 1}),
    "alg as number": with_header(alg=256),
    "alg HS256": with_header(alg="HS256"),
    "alg RS256": with_header(alg="RS256"),
    "alg ES384": with_header(alg="ES384"),
    "alg EdDSA": with_header(alg="EdDSA"),
    "alg missing": signed(header={"typ": "at+jwt", "kid": KEY.kid}),
    "alg twice": raw_header(', "alg": "ES256"'),
    "alg twice, spelt with an escape": raw_header(', "\\u0061lg": "none"'),
    "HMAC with the PEM public key": hmac_signed(KEY.public_pem.encode()),
    "HMAC with the DER public key": hmac_signed(PUBLIC_DER),
    "HMAC with the DER public key, called ES256": hmac_signed(PUBLIC_DER, alg="ES256"),
    "HMAC with the public JWK": hmac_signed(json.dumps(PUBLIC_JWK).encode()),
    "HMAC with one byte": hmac_signed(b"a"),
    "HMAC with nothing": hmac_signed(b""),
    "typ JWT": with_header(typ="JWT"),
    "typ upper case": with_header(typ="AT+JWT"),
    "typ with media type": with_header(typ="application/at+jwt"),
    "typ missing": signed(header={"alg": "ES256", "kid": KEY.kid}),
    "kid missing": signed(header={"alg": "ES256", "typ": "at+jwt"}),
    "kid unknown": with_header(kid="unknown"),
    "kid null": with_header(kid=None),
    "kid as list": with_header(kid=[KEY.kid]),
    "kid as number": with_header(kid=1),
    "kid is a path": with_header(kid="../../../../dev/null"),
    "kid is SQL": with_header(kid="' UNION SELECT 'key"),
    "unknown crit": with_header(crit=["exp"]),
    "empty crit": with_header(crit=[]),
    "jku": with_header(jku="https://evil.example/keys"),
    "embedded jwk": signed(
        header=HEADER | {"jwk": jwk.construct(STRANGER.public_pem, "ES256").to_dict()}, key=STRANGER
    ),
    "x5u": with_header(x5u="https://evil.example/cert"),
    "x5c": with_header(x5c=["MIIB"]),
    "b64 false": with_header(b64=False, crit=["b64"]),
    "zip": with_header(zip="DEF"),
    # the signature
    "signed by a stranger": signed(key=STRANGER),
    "all zeroes": resigned(lambda _: bytes(64)),
    "r and s of one": resigned(lambda _: (b"\x00" * 31 + b"\x01") * 2),
    "one byte less": resigned(lambda raw: raw[:-1]),
    "one byte more": resigned(lambda raw: raw + b"\x00"),
    "one bit turned": resigned(lambda raw: bytes([raw[0] ^ 1]) + raw[1:]),
    "halves swapped": resigned(lambda raw: raw[32:] + raw[:32]),
    "DER in place of two numbers": der_signature(),
    "the payload of another token": f"{PARTS[0]}.{encoded(PAYLOAD | {'sub': str(SESSION)})}.{PARTS[2]}",
    # the claims
    "claims are a list": signed(payload=[PAYLOAD]),
    "claims are null": signed(payload=b"null"),
    "claims are not JSON": signed(payload=b"not json"),
    "claims are not UTF-8": signed(payload=b'{"sub": "\xff"}'),
    "claims of 800 lists": signed(payload=b"[" * 800 + b"]" * 800),
    "deep extra claim": raw_claims(', "x": ' + "[" * 500 + "]" * 500),
    "sub twice": raw_claims(f', "sub": "{SESSION}"'),
    "exp twice": raw_claims(', "exp": 99999999999'),
    "a lone surrogate in a claim": raw_claims(', "x": "\\ud800"'),
    **{f"{claim} missing": without(claim) for claim in PAYLOAD},
    **{f"{claim} null": with_claims(**{claim: None}) for claim in PAYLOAD},
    **{f"{claim} as list": with_claims(**{claim: [PAYLOAD[claim]]}) for claim in PAYLOAD},
    "aud of others": with_claims(aud="somebody"),
    "aud in another case": with_claims(aud="Pobratym"),
    "aud as object": with_claims(aud={OURS["audience"]: 1}),
    "aud with a slash": with_claims(aud="pobratym/"),
    "iss of others": with_claims(iss="https://evil.example"),
    "iss with a slash": with_claims(iss=OURS["issuer"] + "/"),
    "sub a number": with_claims(sub=1),
    "sub empty": with_claims(sub=""),
    "sub not a UUID": with_claims(sub="admin"),
    "sub in braces": with_claims(sub="{" + str(SUBJECT) + "}"),
    "sub as URN": with_claims(sub=SUBJECT.urn),
    "sub without hyphens": with_claims(sub=SUBJECT.hex),
    "sub in capitals": with_claims(sub=str(SUBJECT).upper()),
    "sub with a newline": with_claims(sub=f"{SUBJECT}\n"),
    "sid not a UUID": with_claims(sid="1"),
    "jti not a UUID": with_claims(jti="x"),
    "exp Infinity": raw_claims(', "exp": Infinity'),
    "only exp Infinity": signed(payload=json.dumps(PAYLOAD | {"exp": float("inf")}).encode()),
    "exp NaN": signed(payload=json.dumps(PAYLOAD | {"exp": float("nan")}).encode()),
    "exp 1e400": signed(payload=json.dumps(PAYLOAD).replace(str(PAYLOAD["exp"]), "1e400").encode()),
    "exp as string": with_claims(exp=str(PAYLOAD["exp"])),
    "exp as fraction": with_claims(exp=SECONDS + 600.5),
    "exp true": with_claims(exp=True),
    "exp negative": with_claims(exp=-1),
    "exp beyond all dates": with_claims(exp=2**52),
    "exp of 400 digits": with_claims(exp=10**400),
    "exp now": with_claims(iat=SECONDS - 600, exp=SECONDS),
    "exp a second ago": with_claims(iat=SECONDS - 600, exp=SECONDS - 1),
    "exp before iat": with_claims(iat=SECONDS + 50, exp=SECONDS + 40),
    "iat beyond the leeway": with_claims(iat=SECONDS + 61),
    "iat as string": with_claims(iat=str(SECONDS)),
    "iat as fraction": with_claims(iat=SECONDS + 0.5),
    "iat false": with_claims(iat=False),
    "nbf in a second": with_claims(nbf=SECONDS + 1),
    "nbf as string": with_claims(nbf="now"),
    "nbf null": with_claims(nbf=None),
}


def test_there_are_enough_hostile_tokens() -> None:
    assert len(HOSTILE) >= 120


@pytest.mark.parametrize("token", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_token_is_refused_without_a_reason(token: Any) -> None:
    with pytest.raises(InvalidToken) as refusal:
        tokens.verify(RING, token, NOW, **OURS)

    assert (str(refusal.value), refusal.value.__cause__) == ("", None)


@given(st.text() | st.text(alphabet="abcAZ09-_.=", max_size=200))
def test_no_text_brings_out_another_exception(text: str) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(RING, text, NOW, **OURS)


@given(position=st.integers(0, len(GOOD) - 1), letter=st.sampled_from("AZaz09-_.="))
def test_no_single_change_survives(position: int, letter: str) -> None:
    changed = GOOD[:position] + letter + GOOD[position + 1 :]
    if changed != GOOD:
        with pytest.raises(InvalidToken):
            tokens.verify(RING, changed, NOW, **OURS)


@given(st.binary(max_size=300))
def test_no_signed_rubbish_brings_out_another_exception(payload: bytes) -> None:
    with pytest.raises(InvalidToken):
        tokens.verify(RING, signed(payload=payload or b" "), NOW, **OURS)


@pytest.mark.parametrize(
    "token",
    [
        GOOD,
        with_claims(nbf=SECONDS),
        with_claims(a_claim_of_tomorrow="x"),
    ],
)
def test_our_own_token_says_who_speaks(token: str) -> None:
    assert tokens.verify(RING, token, NOW, **OURS) == EXPECTED


def test_a_clock_a_minute_behind_is_forgiven() -> None:
    token = with_claims(iat=SECONDS + 60)

    assert tokens.verify(RING, token, NOW, **OURS) == replace(EXPECTED, issued_at=NOW + timedelta(seconds=60))


def test_what_is_issued_is_verified_until_its_end() -> None:
    token = issued(RING)
    last_moment = NOW + timedelta(minutes=10) - timedelta(microseconds=1)

    claims = tokens.verify(RING, token, last_moment, **OURS)

    assert claims == replace(EXPECTED, token_id=claims.token_id)
    assert len(token) < 512
    with pytest.raises(InvalidToken):
        tokens.verify(RING, token, NOW + timedelta(minutes=10), **OURS)


def test_no_two_tokens_share_an_id() -> None:
    ids = {tokens.verify(RING, issued(RING), NOW, **OURS).token_id for _ in range(20)}

    assert len(ids) == 20


def test_the_old_key_is_accepted_after_rotation_and_not_after_its_removal() -> None:
    old_token = issued(RING)
    rotated = Keyring(STRANGER, {KEY.kid: KEY.public_pem})

    assert tokens.verify(rotated, old_token, NOW, **OURS).subject == SUBJECT
    assert tokens.verify(rotated, issued(rotated), NOW, **OURS).subject == SUBJECT
    with pytest.raises(InvalidToken):
        tokens.verify(Keyring(STRANGER, {}), old_token, NOW, **OURS)


def test_a_token_is_checked_with_the_key_it_names_and_no_other() -> None:
    both = Keyring(KEY, {STRANGER.kid: STRANGER.public_pem})

    with pytest.raises(InvalidToken):
        tokens.verify(both, signed(header=HEADER | {"kid": STRANGER.kid}), NOW, **OURS)


def test_the_published_keys_are_public_only() -> None:
    published = tokens.jwks(Keyring(KEY, {STRANGER.kid: STRANGER.public_pem}))["keys"]

    assert [key["kid"] for key in published] == sorted([KEY.kid, STRANGER.kid])
    assert all(
        key.keys() == {"kty", "crv", "x", "y", "alg", "kid", "use", "key_ops"}
        and (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
        for key in published
    )
    assert jwk.construct(published[0], "ES256").to_pem().decode() in {KEY.public_pem, STRANGER.public_pem}


def test_a_private_key_does_not_show_itself() -> None:
    assert "PRIVATE" not in repr(KEY)


def on_another_curve() -> SigningKey:
    private = ec.generate_private_key(ec.SECP384R1())
    pem = serialization.Encoding.PEM
    return SigningKey(
        "p384",
        private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
        private.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode(),
    )


@pytest.mark.parametrize(
    ("active", "accepted"),
    [
        (KEY, {KEY.kid: STRANGER.public_pem}),
        (replace(KEY, public_pem=STRANGER.public_pem), {}),
        (on_another_curve(), {}),
        (KEY, {"p384": on_another_curve().public_pem}),
        (KEY, {"empty": ""}),
    ],
)
def test_a_keyring_that_cannot_be_right_is_refused_at_the_start(active: SigningKey, accepted: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Keyring(active, accepted)


def issued(ring: Keyring) -> str:
    return tokens.issue(ring, subject=SUBJECT, session=SESSION, now=NOW, lifetime=timedelta(minutes=10), **OURS)
