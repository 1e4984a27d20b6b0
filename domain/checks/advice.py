"""Advice on a whole page: shown to the maker, who decides. It errs on the side of saying nothing."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from domain.brief import Brief
from domain.check import Check
from domain.checks.facts import Facts, facts_of
from domain.checks.names import CheckName, advice, excerpt
from domain.checks.passages import Passage, passages_of
from domain.page import PageDocument

_TITLE: Final = (15, 60)
_DESCRIPTION: Final = (50, 160)

_RUNNING_TEXT: Final = re.compile(r"(?:^|\.)(?:text|body|answer|intro|bio|caption|alt)$|features\[\d+\]$")
_NAME: Final = r"([A-Z\u00c0-\u00de][a-z\u00df-\u024f]{1,20})"
_TWO_NAMES: Final = re.compile(rf"(?<=[a-z\u00df-\u024f,;] ){_NAME} {_NAME}\b")
_TITLED: Final = re.compile(rf"\b(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau|Madame|Monsieur|Señor|Señora|Sig)\b\.? {_NAME}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_CLAIM: Final = re.compile(
    r"\b(?:award[- ]winning|awards?|best[- ]in[- ]class|world[- ]class|world'?s best|number one|no\. ?1|leading|"
    r"certified|accredited|guaranteed?s?|trusted by|market leader|unrivall?ed|"
    r"preisgekrönt\w*|ausgezeichnet\w*|zertifizier\w*|marktführ\w*|weltbest\w*|garantier\w*|führende[rnms]?|"
    r"primée?s?|certifiée?s?|leader du marché|garantie?s?|"
    r"galardonad[oa]s?|certificad[oa]s?|líder(?:es)?|garantizad[oa]s?)\b"
    r"|受賞|日本一|世界一|業界一|業界初|認定|満足度|保証付|حائز|حاصلة? على جائزة|الأفضل|معتمدة?|الرائدة?",
    re.IGNORECASE,
)
_SHORTEST_STEM: Final = 5
_EVERYDAY: Final = frozenset({"24", "7"})
_ONE_DIGIT: Final = 1


def advise(document: PageDocument, brief: Brief) -> tuple[Check, ...]:
    """Return the advice on a page, passed or not: lengths in search results, and what the brief does not carry.

    People are looked for in Latin script only; elsewhere names cannot be told from words by their letters.
    """
    facts = facts_of(brief)
    passages = [
        passage
        for index, section in enumerate(document.sections)
        for passage in _running_text(f"sections[{index}]", passages_of(section))
    ]
    return (
        advice(CheckName.TITLE_LENGTH, _length("seo.title", document.seo.title, *_TITLE)),
        advice(CheckName.DESCRIPTION_LENGTH, _length("seo.description", document.seo.description, *_DESCRIPTION)),
        advice(CheckName.PEOPLE, [complaint for passage in passages for complaint in _people(passage, facts)]),
        advice(CheckName.CLAIMS, [complaint for passage in passages for complaint in _claims(passage, facts)]),
    )


def _running_text(prefix: str, passages: Sequence[Passage]) -> Iterator[Passage]:
    for passage in passages:
        if _RUNNING_TEXT.search(passage.path):
            yield Passage(f"{prefix}.{passage.path}", passage.raw, passage.is_prose, passage.reading)


def _length(path: str, text: str, least: int, most: int) -> list[str]:
    width = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    if least <= width <= most:
        return []
    return [f"{path} takes {width} columns; search results show {least} to {most} well (a wide character takes two)"]


def _people(passage: Passage, facts: Facts) -> list[str]:
    known = set(_WORD.findall(facts.reading.folded.casefold()))
    names = [match[0] for match in _TWO_NAMES.finditer(passage.reading.plain)]
    titled = [match[0] for match in _TITLED.finditer(passage.reading.plain) if match[1].casefold() not in known]
    unknown = [name for name in names if known.isdisjoint(name.casefold().split())]
    return [f"{passage.path} names {excerpt(name)}, whom the brief does not" for name in (*unknown, *titled)]


def _claims(passage: Passage, facts: Facts) -> list[str]:
    said = facts.reading.folded.casefold()
    claims = [match[0] for match in _CLAIM.finditer(passage.reading.plain)]
    unfounded = [claim for claim in claims if claim.casefold()[:_SHORTEST_STEM] not in said]
    figures = [
        passage.reading.plain[number.start : number.end]
        for number in passage.reading.numbers
        if len(number.value) > _ONE_DIGIT and number.value not in facts.numbers and number.value not in _EVERYDAY
    ]
    return [f"{passage.path} says {excerpt(found)}, which the brief does not" for found in (*unfounded, *figures)]
