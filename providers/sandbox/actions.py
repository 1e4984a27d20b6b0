"""Where buttons lead: to the brief's own links, its mail and telephone, or a section of the page."""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote, urlsplit

from domain.blocks import Action, BlockType
from domain.brief import Link
from domain.outline import SectionPlan
from providers.sandbox.material import Material
from providers.sandbox.sentences import lead, overlap

_LABEL: Final = 60
_BUTTON: Final = 40
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
_DIALLED: Final = re.compile(r"\d+")
_SHARED: Final = 0.3
"""Share of a call to action's terms a link's label holds when it means that link."""


def actions(material: Material, plans: Iterable[SectionPlan], here: BlockType) -> tuple[Action, ...]:
    """Return what a button in a section of type `here` may do, best first; no two go to the same place.

    `plans` are the page's sections: only their anchors are linked.
    """
    anchors = {plan.type: f"#{plan.anchor}" for plan in reversed(list(plans))}
    found: dict[str, Action] = {}
    for action in (*_called(material, anchors, here), *_others(material, anchors, here)):
        if action.label not in {other.label for other in found.values()}:
            found.setdefault(action.href, action)
    return tuple(found.values())


def telephone(phone: str) -> str:
    """Return the tel URL of a phone number as people write it: its digits, and a plus where it begins with one."""
    return f"tel:{'+' if phone.lstrip().startswith('+') else ''}{''.join(_DIALLED.findall(phone.split('/')[0]))}"


def _called(material: Material, anchors: dict[BlockType, str], here: BlockType) -> Iterator[Action]:
    """Yield the brief's call to action with the best place for it."""
    call = material.brief.call_to_action
    if not call:
        return
    href = next(_places(call, material, anchors, here), None)
    if href:
        yield Action(label=lead(call, _LABEL, material.reading), href=href)


def _places(call: str, material: Material, anchors: dict[BlockType, str], here: BlockType) -> Iterator[str]:
    email, phone = material.contact.email, material.contact.phone
    named = sorted(material.links, key=lambda link: -max(overlap(call, link.label), overlap(link.label, call)))
    if named and max(overlap(call, named[0].label), overlap(named[0].label, call)) >= _SHARED:
        yield named[0].url
    if phone and _dialled(phone) and material.reading.call.search(call):
        yield telephone(phone)
    if email and material.reading.write.search(call):
        yield _mail(email)
    yield from (link.url for link in material.links if not _social(link))
    if email:
        yield _mail(email)
    if phone and _dialled(phone):
        yield telephone(phone)
    yield from (link.url for link in material.links)
    yield from (
        anchors[block] for block in (BlockType.CONTACT, BlockType.PRICING) if block in anchors and block is not here
    )


def _others(material: Material, anchors: dict[BlockType, str], here: BlockType) -> Iterator[Action]:
    labels, contact, allows = material.book.printed.labels, material.contact, material.avoided.allows
    if here is BlockType.HERO:
        for block, label in ((BlockType.PRICING, labels.prices), (BlockType.CONTACT, labels.contact)):
            if block in anchors and label and allows(label):
                yield Action(label=label, href=anchors[block])
    if contact.email and len(contact.email) <= _LABEL:
        label = labels.write if labels.write and allows(labels.write) else contact.email
        yield Action(label=label, href=_mail(contact.email))
    if contact.phone and _dialled(contact.phone):
        label = labels.call if labels.call and allows(labels.call) else contact.phone
        yield Action(label=lead(label, _LABEL, material.reading), href=telephone(contact.phone))
    for link in material.links:
        if len(link.label) <= _BUTTON:
            yield Action(label=link.label, href=link.url)


def _social(link: Link) -> bool:
    host = (urlsplit(link.url).hostname or "").removeprefix("www.")
    return host.startswith(_SOCIAL)


def _mail(email: str) -> str:
    return f"mailto:{quote(email, safe='@+.-_~!$*')}"


def _dialled(phone: str) -> bool:
    digits = "".join(_DIALLED.findall(phone.split("/")[0]))
    return 3 <= len(digits) <= 15
