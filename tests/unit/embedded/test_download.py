import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from embedded import download as downloading
from embedded.download import download
from embedded.errors import StackError


async def test_a_download_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_folder: str, _version: str) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(downloading, "_download_into", hang)
    with pytest.raises(StackError, match="took longer"):
        await download(tmp_path / "cache" / "temporal", "1.8.2", list[str]().append, timedelta(milliseconds=50))
    assert list((tmp_path / "cache").iterdir()) == []


async def test_without_internet_the_reason_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_folder: str, _version: str) -> None:
        message = "Failed starting Temporal dev server: failed to download ephemeral server executable: no route."
        raise RuntimeError(message)

    monkeypatch.setattr(downloading, "_download_into", refuse)
    with pytest.raises(StackError, match=r"could not be downloaded: no route\.$"):
        await download(tmp_path / "temporal", "1.8.2", list[str]().append)


async def test_what_was_downloaded_is_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fetch(folder: str, version: str) -> None:
        (Path(folder) / f"temporal-cli-v{version}").write_text("binary")

    monkeypatch.setattr(downloading, "_download_into", fetch)
    target = tmp_path / "cache" / "temporal"
    said: list[str] = []
    await download(target, "1.8.2", said.append)
    assert said == ["Downloading Temporal 1.8.2 (usually seconds, 120 s at most) ..."]
    assert target.read_text() == "binary"
    assert list(target.parent.iterdir()) == [target]
