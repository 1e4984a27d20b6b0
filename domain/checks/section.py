"""The hard checks of one section: a breach is sent back to the model, then ends its try."""

import re
from collections.abc import Sequence
from typing import Final

from domain.blocks import Contact, Gallery, Plan, Pricing, Section, Stats, Team, Testimonial, Testimonials
from domain.brief import Quote
from domain.check import Check
from domain.checks import prose
from domain.checks.facts import Facts, facts_of, mentions, texts_of
from domain.checks.folding import one_line, verbatim
from domain.checks.links import foreign_links
from domain.checks.names import CheckName, excerpt, hard, listing
from domain.checks.numbers import find_numbers
from domain.checks.passages import Passage, hrefs_of, passages_of
from domain.checks.reading import read
from domain.language import is_in_script_of
from domain.task import SectionTask

_NEAR: Final = 80
_SHORTEST_WORD: Final = 2
_FILE_NAME: Final = re.compile(r"[^\s]+\.(?:jpe?g|png|gif|webp|svg|avif)", re.IGNORECASE)
_SAYS_NOTHING: Final = re.compile(
    r"(?:an? |the |ein |das |une? |la |el |)(?:image|picture|photo|photograph|graphic|alt text|bild|foto|grafik|"
    r"imagen|immagine|imagem|afbeelding|画像|写真|图片|صورة)(?: ?\d+)?\.?",
    re.IGNORECASE,
)


def check_section(section: Section, task: SectionTask) -> tuple[Check, ...]:
    """Return every section check of `section`, passed or not, always in the same order.

    Facts are those of the brief, of the instruction (the maker's own words: a price, phone number or address in it
    may be stated) and of the section as it stood before a revision.
    """
    facts = facts_of(task.brief, task.instruction or "", *(texts_of(task.current) if task.current else ()))
    passages = passages_of(section)
    return (
        hard(CheckName.TYPE, _type(section, task)),
        hard(CheckName.ANCHOR, _anchor(section, task)),
        hard(CheckName.LANGUAGE, _language(passages, facts, task)),
        hard(CheckName.LINKS, _links(section, passages, facts, task)),
        hard(CheckName.PHONES, prose.foreign_phones(passages, facts)),
        hard(CheckName.EMAILS, prose.foreign_emails(passages, facts)),
        hard(CheckName.PRICES, [*prose.foreign_prices(passages, facts), *_plan_prices(section, facts)]),
        hard(CheckName.QUOTES, _quotes(section, passages, facts, task)),
        hard(CheckName.NAMES, _names(section, facts, task)),
        hard(CheckName.CONTACT, _contact(section, facts)),
        hard(CheckName.HOURS, _hours(section, facts)),
        hard(CheckName.STATS, _stats(section, facts)),
        hard(CheckName.PLACEHOLDERS, prose.placeholders(passages, facts, task.language)),
        hard(CheckName.ALT_TEXT, _alt_text(section)),
        hard(CheckName.AVOID, prose.avoided(passages, facts)),
        hard(CheckName.MARKUP, prose.markup(passages)),
        hard(CheckName.CHARACTERS, _characters(section, passages)),
    )


def _type(section: Section, task: SectionTask) -> list[str]:
    planned = task.plan.type
    return [] if section.type is planned else [f"the section is {section.type.value}; {planned.value} was planned"]


def _anchor(section: Section, task: SectionTask) -> list[str]:
    planned = task.plan.anchor
    return [] if section.anchor == planned else [f"the anchor is {section.anchor}; {planned} was planned"]


def _language(passages: Sequence[Passage], facts: Facts, task: SectionTask) -> list[str]:
    own = [passage.reading.plain for passage in passages if one_line(passage.raw) not in facts.literal]
    if is_in_script_of(task.language, "\n".join(own)):
        return []
    return [f"the text is not in the language {task.language}: write it in that language and its script"]


def _links(section: Section, passages: Sequence[Passage], facts: Facts, task: SectionTask) -> list[str]:
    anchors = [plan.anchor for plan in task.outline.sections]
    return [
        *foreign_links(hrefs_of(section), passages, facts, anchors),
        *prose.foreign_addresses(passages, facts),
    ]


def _characters(section: Section, passages: Sequence[Passage]) -> list[str]:
    texts = [(passage.path, passage.raw) for passage in passages]
    return prose.characters([*texts, *((href.path, href.href) for href in hrefs_of(section))])


def _plan_prices(section: Section, facts: Facts) -> list[str]:
    if not isinstance(section, Pricing):
        return []
    return [
        complaint
        for index, plan in enumerate(section.plans)
        for complaint in _plan_price(f"plans[{index}].price", plan, facts)
    ]


def _plan_price(path: str, plan: Plan, facts: Facts) -> list[str]:
    """Complain about figures in a price that are not the brief's, or are those of another item."""
    found = {number.value for number in read(plan.price).numbers}
    same_item = [price for price in facts.brief.prices if one_line(price.item) == one_line(plan.name)]
    item_numbers = {
        number.value for price in same_item for number in read(f"{price.price}\n{price.note or ''}").numbers
    }
    granted = {number.value for number in find_numbers(facts.granted)}
    allowed = (item_numbers if same_item else facts.numbers) | granted
    if found <= allowed:
        return []
    spelled = listing([price.price for price in same_item or facts.brief.prices], "none")
    return [f"{path} is {excerpt(plan.price)}; copy the price of {excerpt(plan.name)} from the brief: {spelled}"]


def _quotes(section: Section, passages: Sequence[Passage], facts: Facts, task: SectionTask) -> list[str]:
    if not isinstance(section, Testimonials):
        return prose.foreign_quotes(passages, facts)
    others = [passage for passage in passages if not passage.path.startswith("quotes[")]
    return prose.foreign_quotes(others, facts) + [
        f"quotes[{index}] is not a quote of the brief with its author: copy quote, author and role of one of "
        f"{listing([quote.text for quote in facts.brief.quotes], 'none')} letter by letter"
        for index, testimonial in enumerate(section.quotes)
        if not _is_given(testimonial, facts, task)
    ]


def _is_given(testimonial: Testimonial, facts: Facts, task: SectionTask) -> bool:
    if any(_is_quote(testimonial, quote) for quote in facts.brief.quotes):
        return True
    if isinstance(task.current, Testimonials) and testimonial in task.current.quotes:
        return True
    in_instruction = verbatim(testimonial.quote) in verbatim(task.instruction or "")
    said_by = (testimonial.author, testimonial.role or testimonial.author)
    return in_instruction and all(mentions(one_line(task.instruction or ""), one_line(name)) for name in said_by)


def _is_quote(testimonial: Testimonial, quote: Quote) -> bool:
    if verbatim(testimonial.quote) != verbatim(quote.text) or one_line(testimonial.author) != one_line(quote.author):
        return False
    return testimonial.role is None or one_line(testimonial.role) == one_line(quote.role or "")


def _names(section: Section, facts: Facts, task: SectionTask) -> list[str]:
    brief = task.brief
    if isinstance(section, Testimonials):
        named = [(f"quotes[{index}].author", quote.author) for index, quote in enumerate(section.quotes)]
        known = [quote.author for quote in brief.quotes]
    elif isinstance(section, Team):
        named = [(f"members[{index}].name", member.name) for index, member in enumerate(section.members)]
        known = [person.name for person in brief.people]
    else:
        return []
    spelled = {one_line(name) for name in known}
    return [
        f"{path} is {excerpt(name)}, whom the brief does not name there; it names {listing(known, 'nobody')}"
        for path, name in named
        if one_line(name) not in spelled and not mentions(facts.granted, one_line(name))
    ]


def _contact(section: Section, facts: Facts) -> list[str]:
    """Complain about contact fields that are not the brief's, in its contact or in its text."""
    if not isinstance(section, Contact):
        return []
    wrong: list[str] = []
    if section.phone is not None and not _is_phone_given(section.phone, facts):
        wrong.append(f"phone is {excerpt(section.phone)}")
    if section.email is not None and section.email.casefold() not in facts.emails:
        wrong.append(f"email is {excerpt(section.email)}")
    if section.address is not None and not mentions(facts.line, one_line(section.address)):
        wrong.append(f"address is {excerpt(section.address)}")
    return [f"{found}, which is not the brief's: copy it letter by letter, or leave it null" for found in wrong]


def _is_phone_given(phone: str, facts: Facts) -> bool:
    given = facts.brief.contact
    as_given = given is not None and given.phone is not None and one_line(phone) == one_line(given.phone)
    return as_given or phone in facts.phones


def _hours(section: Section, facts: Facts) -> list[str]:
    if not isinstance(section, Contact):
        return []
    known = [f"{entry.days}: {entry.hours}" for entry in facts.brief.opening_hours]
    return [
        f"hours[{index}] is {excerpt(f'{entry.days}: {entry.hours}')}, which is not in the brief; "
        f"copy days and hours from {listing(known, 'its text, or leave hours empty')}"
        for index, entry in enumerate(section.hours)
        if not _are_given(one_line(entry.days), one_line(entry.hours), facts)
    ]


def _are_given(days: str, hours: str, facts: Facts) -> bool:
    """Return whether the brief lists these hours for these days, or says both close together in its text."""
    listed = {(one_line(entry.days), one_line(entry.hours)) for entry in facts.brief.opening_hours}
    if (days, hours) in listed:
        return True
    text = "\n".join((one_line(facts.brief.text), facts.granted))
    starts = [match.start() for match in re.finditer(re.escape(days), text)][:_NEAR]
    return any(hours in text[max(0, start - _NEAR) : start + len(days) + _NEAR] for start in starts)


def _stats(section: Section, facts: Facts) -> list[str]:
    if not isinstance(section, Stats):
        return []
    return [
        f"items[{index}].{name} is {excerpt(text)}, a figure the brief does not have: use only figures that stand in it"
        for index, stat in enumerate(section.items)
        for name, text in (("value", stat.value), ("label", stat.label))
        if not _is_figure_given(text, facts, needed=name == "value")
    ]


def _is_figure_given(text: str, facts: Facts, *, needed: bool) -> bool:
    numbers = {number.value for number in read(text).numbers}
    if not numbers and needed:
        return mentions(facts.line, one_line(text))
    return numbers <= facts.numbers


def _alt_text(section: Section) -> list[str]:
    if not isinstance(section, Gallery):
        return []
    return [
        f"tiles[{index}].alt is {excerpt(tile.alt)}: say what the picture shows, for somebody who cannot see it"
        for index, tile in enumerate(section.tiles)
        if _FILE_NAME.fullmatch(tile.alt)
        or _SAYS_NOTHING.fullmatch(tile.alt)
        or sum(character.isalpha() for character in tile.alt) < _SHORTEST_WORD
    ]
