"""The pictures in the documents are those the script takes, and light enough to look at."""

import re
from typing import Final

from examples.screenshots import SHOTS
from tests.unit.docs.markdown import ROOT

IMAGES: Final = ROOT / "docs" / "images"
MOST_BYTES: Final = 1_500_000


def test_the_gallery_shows_every_picture_there_is_and_says_what_is_on_it() -> None:
    gallery = (ROOT / "docs" / "gallery.md").read_text("utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\(images/([\w-]+)\.png\)", gallery)
    names = {shot.name for shot in SHOTS}
    assert {name for _, name in shown} == names == {path.stem for path in IMAGES.iterdir()}
    assert all(len(alternative) > 80 for alternative, _ in shown)


def test_the_pictures_are_of_briefs_there_are() -> None:
    assert all((ROOT / "examples" / "briefs" / shot.brief).exists() for shot in SHOTS)


def test_the_pictures_are_light() -> None:
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < MOST_BYTES


def test_each_picture_is_as_large_as_the_script_takes_it() -> None:
    for shot in SHOTS:
        header = (IMAGES / f"{shot.name}.png").read_bytes()[16:24]
        size = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")
        assert size == (shot.width * shot.scale, shot.height * shot.scale), shot.name
