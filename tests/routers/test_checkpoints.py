"""Proofs by API, checked by a reader that knows the RFC and the public key, and nothing of the program."""

import base64
import hashlib
from collections.abc import Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.vocabulary import Role
from tests.support import actors
from tests.support import merkle_reader as referee
from tests.support.client import Client
from tests.support.sealing import sealed
from tests.support.world import World

pytestmark = pytest.mark.anyio

SIZES = (3, 5, 16, 17, 40)


async def a_growing_tree(world: World) -> int:
    """With a checkpoint at each of these sizes; answers with the first entry."""
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        first = await sealed(world, size - before)
    return first


async def an_auditor(world: World) -> Client:
    return await actors.everywhere(world, Role.AUDITOR)


def bytes_of(texts: Sequence[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


def checked(note: str, verifier: str) -> tuple[int, bytes]:
    """Size and root of a note, after its signature was checked as C2SP signed-note says."""
    name, key_id, encoded = verifier.split("+", 2)
    key = base64.b64decode(encoded)
    text, _, signature = note.rpartition("\n\n")
    dash, signer, signed = signature.split()
    raw = base64.b64decode(signed)
    assert (dash, signer, raw[:4].hex(), key[:1]) == ("—", name, key_id, b"\x01")
    assert hashlib.sha256(name.encode() + b"\n" + key).hexdigest()[:8] == key_id
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], (text + "\n").encode())
    origin, size, root, *_ = text.split("\n")
    assert origin == name
    return int(size), base64.b64decode(root)


async def test_everybody_may_take_the_newest_checkpoint_and_the_key(world: World, nobody: Client) -> None:
    await a_growing_tree(world)

    note = await nobody.get("/v1/journal/checkpoints/latest")
    keys = await nobody.seen("/v1/journal/key")

    assert note.headers["content-type"].startswith("text/plain")
    assert note.text.split("\n")[3] == "time 2026-11-23T10:00:00Z"
    assert checked(note.text, keys["public_key"])[0] == 40
    assert keys["former_keys"] == []


async def test_before_anything_is_sealed_there_is_no_checkpoint(world: World, nobody: Client) -> None:
    auditor = await an_auditor(world)

    answers = [
        await nobody.get("/v1/journal/checkpoints/latest"),
        await auditor.get("/v1/journal/proofs/inclusion", params={"entry_id": 1}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (await auditor.seen("/v1/journal/checkpoints")) == {"items": [], "next_cursor": None}


async def test_all_checkpoints_are_listed_newest_first(world: World) -> None:
    await a_growing_tree(world)
    auditor = await an_auditor(world)
    key = (await auditor.seen("/v1/journal/key"))["public_key"]

    first = await auditor.seen("/v1/journal/checkpoints?limit=3")
    second = await auditor.seen(f"/v1/journal/checkpoints?limit=3&cursor={first['next_cursor']}")

    items = [*first["items"], *second["items"]]
    assert [each["size"] for each in items] == sorted(SIZES, reverse=True)
    assert second["next_cursor"] is None
    assert [checked(each["note"], key) for each in items] == [
        (each["size"], base64.b64decode(each["root"])) for each in items
    ]
    assert {each["signed_by"] for each in items} == {key.split("+")[1]}


async def test_an_entry_is_proved_to_be_in_every_checkpoint_since(world: World) -> None:
    first = await a_growing_tree(world)
    auditor = await an_auditor(world)
    key = (await auditor.seen("/v1/journal/key"))["public_key"]

    for size in SIZES:
        found = await auditor.seen(f"/v1/journal/proofs/inclusion?entry_id={first}&size={size}")
        leaf, path = base64.b64decode(found["leaf"]), bytes_of(found["hashes"])

        assert (found["entry_id"], found["position"]) == (str(first), 0)
        assert checked(found["checkpoint"], key) == (size, referee.root_of_path(leaf, 0, size, path))


async def test_each_checkpoint_is_proved_to_go_on_where_an_earlier_one_ended(world: World) -> None:
    await a_growing_tree(world)
    auditor = await an_auditor(world)
    key = (await auditor.seen("/v1/journal/key"))["public_key"]

    for old in SIZES:
        for new in SIZES:
            if old <= new:
                found = await auditor.seen(f"/v1/journal/proofs/consistency?from={old}&to={new}")
                (_, earlier), (_, later) = (checked(found[name], key) for name in ("earlier", "later"))

                roots = referee.roots_of_proof(old, new, bytes_of(found["hashes"]), earlier)
                assert roots == (earlier, later)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("inclusion?entry_id=9007199254740992", 404, "not_found"),
        ("inclusion?entry_id=0", 422, "invalid"),
        ("inclusion?entry_id=one", 422, "invalid"),
        ("inclusion?entry_id=99999999999999999999", 422, "invalid"),
        ("inclusion", 422, "invalid"),
        ("inclusion?entry_id=1&size=4", 422, "invalid"),
        ("consistency?from=5&to=3", 422, "invalid"),
        ("consistency?from=3&to=6", 422, "invalid"),
        ("consistency?from=0&to=3", 422, "invalid"),
        ("consistency?from=3", 422, "invalid"),
        ("consistency?from=3&to=5&to=16", 422, "invalid"),
    ],
)
async def test_there_is_no_proof_of_what_is_not_so(world: World, path: str, status: int, code: str) -> None:
    await a_growing_tree(world)
    auditor = await an_auditor(world)

    answer = await auditor.get(f"/v1/journal/proofs/{path}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_whoever_may_not_read_the_journal_gets_no_proof(as_coordinator: Client) -> None:
    answers = [
        await as_coordinator.get(f"/v1/journal/{path}")
        for path in ("checkpoints", "proofs/inclusion?entry_id=1", "proofs/consistency?from=1&to=2")
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(403, "forbidden")] * 3


async def test_a_cursor_of_another_list_is_refused(world: World) -> None:
    await a_growing_tree(world)
    auditor = await an_auditor(world)

    answer = await auditor.get("/v1/journal/checkpoints?cursor=bm90IG91cnM")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
