import pytest

from tests.unit.docs.markdown import ROOT, Document, documents


def broken(document: Document) -> list[str]:
    return [target for target in document.targets() if not resolves(document, target)]


def resolves(document: Document, target: str) -> bool:
    if target.startswith(("https://", "mailto:")):
        return True
    name, _, anchor = target.partition("#")
    path = (document.path.parent / name).resolve() if name else document.path
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not anchor or anchor in Document(path, path.read_text("utf-8")).anchors()


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.name)
def test_every_relative_link_leads_to_a_file_or_a_heading(document: Document) -> None:
    assert broken(document) == []


@pytest.mark.parametrize(
    "target", ["nowhere.md", "README.md#nowhere", "#nowhere", "../outside.md", "http://example.com", "/etc/hosts"]
)
def test_a_broken_link_is_seen(target: str) -> None:
    assert broken(Document(ROOT / "README.md", f"# Here\n\n[a link]({target}), ![a picture]({target})")) == [target] * 2


def test_a_picture_says_what_it_shows() -> None:
    for document in documents():
        assert "![](" not in document.text, document.name
