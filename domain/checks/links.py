"""Which addresses a section may link to: the page's own anchors and what the maker gave. No address is ever fetched."""

from collections.abc import Sequence

from domain.checks.facts import Facts
from domain.checks.names import excerpt, listing
from domain.checks.passages import Href, Passage
from domain.checks.web import url_key

_TEL = frozenset("+0123456789.-()")


def foreign_links(
    hrefs: Sequence[Href], passages: Sequence[Passage], facts: Facts, anchors: Sequence[str]
) -> list[str]:
    """Complain about every link that is not to an anchor of the page or an address of the maker's.

    An address is compared whole, after the normalisation of `url_key`: whatever is not known is refused, so that no
    list of dangerous schemes or tricks has to be complete.
    """
    targets = [(href.path, href.href) for href in hrefs]
    targets += [(passage.path, target) for passage in passages for target in passage.targets]
    allowed = listing([*(f"#{anchor}" for anchor in anchors), *addresses(facts)], "none")
    return [
        f"{path} links to {excerpt(target)}, which is no anchor of this page and no address of the brief; "
        f"use one of {allowed}, or leave the link out"
        for path, target in targets
        if not is_allowed(target, facts, anchors)
    ]


def is_allowed(href: str, facts: Facts, anchors: Sequence[str]) -> bool:
    """Return whether a page for these facts, with these anchors, may link to `href`."""
    if href.startswith("#"):
        return href[1:] in anchors
    scheme, _, rest = href.partition(":")
    if scheme.lower() == "mailto":
        return rest.casefold() in facts.emails
    if scheme.lower() == "tel":
        return _TEL.issuperset(rest) and rest in facts.phones
    return url_key(href) in facts.urls


def addresses(facts: Facts) -> list[str]:
    """Return the addresses outside the page that a page for these facts may link to, each once, the brief's order."""
    urls = [link.url for link in facts.brief.links]
    urls += [mention.spelled for mention in facts.reading.urls if mention.spelled not in urls]
    mails = [f"mailto:{email}" for email in sorted(facts.emails)]
    phones = [f"tel:{''.join(filter(_TEL.issuperset, phone.spelled))}" for phone in facts.reading.phones]
    return list(dict.fromkeys((*urls, *mails, *phones)))
