"""Where buttons lead: to the brief's own links, its mail and telephone, or a section of the page."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from domain.blocks import Action, BlockType
from domain.brief import Link
from domain.outline import SectionPlan
from providers.sandbox.cards import width
from providers.sandbox.material import Material
from providers.sandbox.sentences import lead, overlap

_LABEL: Final = 60
_BUTTON: Final = 40
_SHORT_HEADING: Final = 28
_MOST_DIGITS: Final = 15
_SOCIAL: Final = (
    "instagram.",
    "facebook.",
    "x.com",
    "twitter.",
    "youtube.",
    "tiktok.",
    "linkedin.",
    "mastodon.",
    "t.me",
)
_DIGITS: Final = re.compile(r"[0-9]+")
_ONE_NUMBER: Final = re.compile(r"\+?[0-9][0-9\s()./-]{5,30}")
_SIMPLE_MAIL: Final = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")
_SHARED: Final = 0.3
"""Share of a call to action's terms a link's label holds when it means that link."""


def actions(material: Material, plans: Iterable[SectionPlan], here: BlockType) -> tuple[Action, ...]:
    """Return what a button in a section of type `here` may do, best first; no two go to the same place.

    `plans` are the page's sections: only their anchors are linked.
    """
    first = {plan.type: plan for plan in reversed(list(plans))}
    anchors = {block: f"#{plan.anchor}" for block, plan in first.items()}
    headings = {block: plan.heading for block, plan in first.items()}
    found: dict[str, Action] = {}
    for action in (*_called(material, anchors, here), *_others(material, anchors, headings, here)):
        if action.label not in {other.label for other in found.values()}:
            found.setdefault(action.href, action)
    return tuple(found.values())


def telephone(phone: str) -> str:
    """Return the tel URL of a phone number as people write it: its digits, and a plus where it begins with one."""
    plus = "+" if phone.lstrip().startswith("+") else ""
    return f"tel:{plus}{''.join(_DIGITS.findall(phone))}"


def _called(material: Material, anchors: dict[BlockType, str], here: BlockType) -> Iterator[Action]:
    """Yield the brief's call to action with the best place for it."""
    call = material.brief.call_to_action
    if not call:
        return
    href = next(_places(call, material, anchors, here), None)
    if href:
        yield Action(label=lead(call, _LABEL, material.reading), href=href)


def _places(call: str, material: Material, anchors: dict[BlockType, str], here: BlockType) -> Iterator[str]:
    mailto, tel = _mailto(material), _tel(material)
    named = sorted(material.links, key=lambda link: -max(overlap(call, link.label), overlap(link.label, call)))
    if named and max(overlap(call, named[0].label), overlap(named[0].label, call)) >= _SHARED:
        yield named[0].url
    if tel and material.reading.call.search(call):
        yield tel
    if mailto and material.reading.write.search(call):
        yield mailto
    yield from (link.url for link in material.links if not _social(link))
    yield from filter(None, (mailto, tel))
    yield from (link.url for link in material.links)
    yield from (
        anchors[block] for block in (BlockType.CONTACT, BlockType.PRICING) if block in anchors and block is not here
    )


def _others(
    material: Material, anchors: dict[BlockType, str], headings: dict[BlockType, str], here: BlockType
) -> Iterator[Action]:
    labels, contact = material.book.printed.labels, material.contact
    if here is BlockType.HERO:
        heading = headings.get(BlockType.PRICING, "")
        prices = heading if 0 < width(heading) <= _SHORT_HEADING else material.phrase((labels.prices,), "prices")
        reach = material.phrase((labels.contact,), "contact") or lead(
            headings.get(BlockType.CONTACT, ""), _LABEL, material.reading
        )
        for block, words in ((BlockType.PRICING, prices), (BlockType.CONTACT, reach)):
            if block in anchors and words and material.printable(words):
                yield Action(label=words, href=anchors[block])
    mailto, tel = _mailto(material), _tel(material)
    if mailto and contact.email:
        label = material.phrase((labels.write,), "write") or contact.email
        yield from [Action(label=label, href=mailto)] if len(label) <= _LABEL else []
    if tel and contact.phone:
        yield Action(label=material.phrase((labels.call,), "call") or contact.phone, href=tel)
    for link in material.links:
        if len(link.label) <= _BUTTON:
            yield Action(label=link.label, href=link.url)


def _social(link: Link) -> bool:
    host = (urlsplit(link.url).hostname or "").removeprefix("www.")
    return host.startswith(_SOCIAL)


def _mailto(material: Material) -> str | None:
    email = material.contact.email
    return f"mailto:{email}" if email and _SIMPLE_MAIL.fullmatch(email) else None


def _tel(material: Material) -> str | None:
    phone = material.contact.phone
    return telephone(phone) if phone and _dialled(phone) else None


def _dialled(phone: str) -> bool:
    return bool(_ONE_NUMBER.fullmatch(phone)) and len("".join(_DIGITS.findall(phone))) <= _MOST_DIGITS
