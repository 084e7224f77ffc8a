from pathlib import Path

import pytest

from app.adapters.storage import Folder

pytestmark = pytest.mark.anyio


async def test_what_is_put_is_there_under_its_name(tmp_path: Path) -> None:
    kept = Folder(tmp_path / "files")
    (made := tmp_path / "made").write_bytes(b"elsewhere" * 100_000)

    await kept.put("notes/2026/a.txt", b"first")
    await kept.put("notes/2026/a.txt", b"second")
    await kept.take("notes/b.txt", made)

    assert await kept.get("notes/2026/a.txt") == b"second"
    assert b"".join([part async for part in kept.stream("notes/b.txt")]) == b"elsewhere" * 100_000
    assert (await kept.names("notes"), made.exists()) == (["notes/2026/a.txt", "notes/b.txt"], False)


async def test_what_is_not_there_is_nothing(tmp_path: Path) -> None:
    kept = Folder(tmp_path)

    await kept.remove("absent")

    assert (await kept.get("absent"), await kept.names("absent")) == (None, [])


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../secret", "a/../../b", ".hidden", "a/.b"])
async def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        await Folder(tmp_path).put(name, b"x")
