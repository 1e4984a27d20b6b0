"""Checks of running text, the same for sections and outlines: what it states and shows must be the maker's.

Each function returns complaints, written to the model that has to mend them; none means that the check passes.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from domain.checks.facts import Facts
from domain.checks.folding import fold, one_line, unescape, verbatim
from domain.checks.names import excerpt, listing
from domain.checks.passages import Passage
from domain.checks.placeholders import find_placeholders
from domain.checks.web import host_of

_QUOTED: Final = re.compile(
    r"\u201c([^\u201c\u201d\u201e\n]+)[\u201d\"]"
    r"|\u201e([^\u201c\u201d\u201e\n]+)[\u201c\u201d\"]"
    r"|\u00ab([^\u00ab\u00bb\n]+)\u00bb|\u00bb([^\u00ab\u00bb\n]+)\u00ab"
    r"|\u300c([^\u300c\u300d\n]+)\u300d|\u300e([^\u300e\u300f\n]+)\u300f"
    r"|(?<!\w)\"([^\"\n]+)\"(?!\w)"
)
_FEWEST_WORDS: Final = 6
_FEWEST_CHARACTERS: Final = 35
_FEWEST_DENSE_CHARACTERS: Final = 16
_DENSE: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_EDGES: Final = " .,;:!?\u2026\u3002\u3001"

_TAG: Final = re.compile(r"<(?:/?[A-Za-z]|[!?])")
_SCRIPT: Final = re.compile(
    r"(?:java|vb)\s{0,3}script:\S|data:[a-z]{1,20}/[a-z0-9.+-]{1,40}[;,]"
    r"|\bon(?:click|dblclick|error|load|focus|blur|submit|input|change|toggle|mouse[a-z]{1,6}|key[a-z]{1,5}"
    r"|pointer[a-z]{1,8}|animation[a-z]{1,9}|transition[a-z]{1,6})\s{0,3}=",
    re.IGNORECASE,
)
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_IN_PROSE: Final = re.compile(r"!\[[^\[\]\n]*\]\(|^ {0,3}#{1,6} |^ {0,3}(?:```|~~~)|^\|.*\|[ \t]*$", re.MULTILINE)
_IN_PLAIN: Final = re.compile(r"\*\*[^*\s]|\[[^\[\]\n]+\]\(|^#{1,6} |```")
_REFERENCE: Final = re.compile(r"\]:\s{0,3}<?(?:[A-Za-z]{2,12}:|/|#)")

_FORBIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff\ufff9-\ufffd"
    "\U000e0000-\U000e007f\ue000-\uf8ff]"
)
_SUFFIX: Final = r"(?:s|es|ed|er|est|ly|ing|e|en|em|n|ste[nrs]?)?"
_SHORTEST_INFLECTED: Final = 4
_SEMITIC: Final = re.compile(r"[\u0590-\u08ff]")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def foreign_addresses(passages: Iterable[Passage], facts: Facts) -> list[str]:
    """Complain about web addresses in running text that the maker did not give."""
    bare, hosts = {key.removeprefix("www.") for key in facts.urls}, facts.hosts
    return [
        f"{passage.path} names the web address {excerpt(mention.spelled)}, which the brief does not have: leave it out"
        for passage in passages
        for mention in passage.reading.urls
        if not any(_is_known(key.removeprefix("www."), bare, hosts) for key in mention.keys)
    ]


def foreign_phones(passages: Iterable[Passage], facts: Facts) -> list[str]:
    """Complain about phone numbers the maker did not give."""
    return [
        f"{passage.path} has the phone number {excerpt(phone.spelled)}, which is not the brief's: leave it out"
        for passage in passages
        for phone in passage.reading.phones
        if phone.spelled not in facts.phones
    ]


def foreign_emails(passages: Iterable[Passage], facts: Facts) -> list[str]:
    """Complain about e-mail addresses the maker did not give."""
    return [
        f"{passage.path} has the e-mail address {excerpt(mention.spelled)}, which is not the brief's: leave it out"
        for passage in passages
        for mention in passage.reading.emails
        if not facts.emails.intersection(mention.keys)
    ]


def foreign_prices(passages: Iterable[Passage], facts: Facts) -> list[str]:
    """Complain about amounts of money the maker did not give, or gave in another currency."""
    known = _spelled_prices(facts)
    return [
        f"{passage.path} states the price {excerpt(passage.reading.plain[price.start : price.end])}, which the brief "
        f"does not have; its prices are: {listing(known, 'none')}"
        for passage in passages
        for price in passage.reading.prices
        if not facts.has_amount(price.amount)
    ]


def foreign_quotes(passages: Iterable[Passage], facts: Facts) -> list[str]:
    """Complain about long passages in quotation marks that the maker did not write word for word.

    Shorter ones are titles, terms and irony, and nobody's words.
    """
    return [
        f"{passage.path} quotes {excerpt(quoted)}, which is not in the brief word for word: "
        "write it without quotation marks, or leave it out"
        for passage in passages
        for quoted in _quoted(passage)
        if verbatim(quoted).strip(_EDGES) not in facts.words
    ]


def placeholders(passages: Iterable[Passage], facts: Facts, language: str) -> list[str]:
    """Complain about text that stands in for text."""
    return [
        f"{passage.path} has the placeholder {excerpt(found)}: write what belongs there, or leave it out"
        for passage in passages
        for found in find_placeholders(fold(passage.raw), facts.reading.folded, language)
    ]


def markup(passages: Iterable[Passage]) -> list[str]:
    """Complain about HTML, scripts, and Markdown outside the subset of prose."""
    return [
        complaint
        for passage in passages
        for complaint in _markup_of(passage.path, passage.raw, is_prose=passage.is_prose)
    ]


def unprintable(fact: str) -> list[str]:
    """Complain about a fact of a brief that no page may repeat as it is spelled."""
    return [complaint.strip() for complaint in (*characters([("", fact)]), *_markup_of("", fact, is_prose=False))]


def characters(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Complain about control characters, bidi overrides and others that do not belong in text. Takes (path, text)."""
    return [
        f"{path} contains the character U+{ord(found[0]):04X}: leave it out"
        for path, text in texts
        if (found := _FORBIDDEN.search(text)) is not None
    ]


def avoided(passages: Iterable[Passage], facts: Facts) -> list[str]:
    """Complain about the brief's words to avoid, in texts that are not the brief's own facts repeated."""
    if not facts.brief.avoid:
        return []
    patterns = [(word, _avoiding(word)) for word in facts.brief.avoid if fold(word).strip()]
    return [
        f"{passage.path} uses {excerpt(found[0])}; the brief asks to avoid {excerpt(word)}"
        for passage in passages
        for text in _own_words(passage, facts)
        for word, pattern in patterns
        if (found := pattern.search(text)) is not None
    ]


def _is_known(key: str, urls: set[str], hosts: frozenset[str]) -> bool:
    return key in urls or (key == host_of(key) and key in hosts)


def _spelled_prices(facts: Facts) -> list[str]:
    listed = [price.price for price in facts.brief.prices]
    found = [facts.reading.plain[price.start : price.end] for price in facts.reading.prices]
    return list(dict.fromkeys(listed or found))


def _quoted(passage: Passage) -> Iterator[str]:
    for match in _QUOTED.finditer(passage.reading.folded):
        quoted = next(group for group in match.groups() if group is not None)
        if _is_long(quoted):
            yield quoted
    for line in passage.raw.splitlines() if passage.is_prose else ():
        if line.lstrip().startswith(">") and line.strip("> \t"):
            yield line.strip("> \t")


def _is_long(quoted: str) -> bool:
    if len(_DENSE.findall(quoted)) >= _FEWEST_DENSE_CHARACTERS:
        return True
    return len(quoted) >= _FEWEST_CHARACTERS and len(quoted.split()) >= _FEWEST_WORDS


def _markup_of(path: str, raw: str, *, is_prose: bool) -> Iterator[str]:
    seen = unescape(raw)
    if (tag := _TAG.search(seen)) is not None:
        yield f"{path} contains HTML at {excerpt(seen[tag.start() : tag.start() + 20])}: write plain text"
    if (script := _SCRIPT.search(seen)) is not None:
        yield f"{path} contains {excerpt(script[0])}: write no code that a browser could run"
    entity = next((found[0] for found in _ENTITY.finditer(raw) if unescape(found[0]) != found[0]), None)
    if entity is not None:
        yield f"{path} contains {excerpt(entity)}: write the character itself"
    if is_prose and (_IN_PROSE.search(raw) or _REFERENCE.search(raw)):
        yield f"{path}: write only paragraphs, lists, emphasis and [links](address); no headings or images"
    if not is_prose and _IN_PLAIN.search(raw):
        yield f"{path} is plain text: write it without Markdown"


def _avoiding(word: str) -> re.Pattern[str]:
    phrase = r"\s+".join(re.escape(part) for part in fold(word).casefold().split())
    if _UNSPACED.search(phrase):
        return re.compile(phrase)
    if _SEMITIC.search(phrase):
        return re.compile(rf"(?<!\w)[\u0648\u0641\u0628\u0643\u0644]{{0,2}}(?:\u0627\u0644|\u0644)?{phrase}(?!\w)")
    suffix = _SUFFIX if len(phrase) >= _SHORTEST_INFLECTED else ""
    return re.compile(rf"(?<!\w){phrase}{suffix}(?!\w)")


def _own_words(passage: Passage, facts: Facts) -> Iterator[str]:
    """Yield the part of a passage that is the model's wording: not a fact it has to repeat, nor the business's name."""
    if one_line(passage.raw) in facts.literal:
        return
    text = passage.reading.folded.casefold()
    name = fold(facts.brief.name or "").casefold()
    yield text.replace(name, "\n") if name else text
