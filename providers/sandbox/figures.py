"""Figures of a brief's text with the nouns they count."""

import re
from collections.abc import Iterable
from typing import Final

from domain.blocks import Stat
from providers.sandbox.manuscript import Entry
from providers.sandbox.phrases.phrasebook import Reading
from providers.sandbox.sentences import is_cjk, without_stop

CURRENCY: Final = re.compile(
    r"[€$£¥₹₽₺₩₪₴]|\b(?:EUR|USD|GBP|CHF|JPY|SAR|AED|EGP|kr|zł|Kč|Ft)\b|円|ريال|درهم|دينار|جنيه|ل\.س", re.IGNORECASE
)
_NUMBER: Final = r"\d+(?:[.,\u00a0\u202f']\d+)*(?:\s?%|\+)?"
_FIGURE: Final = re.compile(rf"(?<![\w.,:/+@#§-]){_NUMBER}(?![\w:/@-]|\.\d)")
_VALUE_FIRST: Final = re.compile(rf"^(?P<value>{_NUMBER})\s+(?P<label>\D[^.;:]{{1,100}})$")
_LABEL_FIRST: Final = re.compile(r"^(?P<label>[^:：\d]{2,60})(?::\s+|：\s*)(?P<value>\D{0,12}\d[^:：]{0,16})$")
_YEAR: Final = re.compile(r"(?:1[5-9]|20|21)\d\d")
_WORD: Final = re.compile(r"\s+([^\W\d_][\w’'-]*)(?P<stop>[.,;:!?)–—]|\s+[–—-]\s|$)?")
_MOST_WORDS: Final = 4


def list_stats(points: Iterable[Entry], reading: Reading) -> tuple[Stat, ...]:
    """Return the points of a list as stats; empty unless each is a figure and what it counts."""
    found = [_point(point, reading) for point in points]
    stats = tuple(stat for stat in found if stat)
    return stats if len(stats) == len(found) else ()


def text_stats(sentences: Iterable[str], reading: Reading) -> tuple[Stat, ...]:
    """Return the figures of sentences that plainly count something; dates, times, prices and years are none."""
    stats: dict[str, Stat] = {}
    for sentence in sentences:
        if CURRENCY.search(sentence):
            continue
        for match in _FIGURE.finditer(sentence):
            stat = _counted(sentence, match, reading)
            if stat:
                stats.setdefault(stat.label.casefold(), stat)
    return tuple(stats.values())


def _point(point: Entry, reading: Reading) -> Stat | None:
    if len(point.sentences) != 1:
        return None
    text = without_stop(f"{point.lead}: {point.sentences[0]}" if point.lead else point.sentences[0])
    qualifier = _qualifier(text, reading)
    found = _VALUE_FIRST.match(text[len(qualifier) :].lstrip()) or _LABEL_FIRST.match(text)
    if not found or CURRENCY.search(text) or reading.uncounted.match(found["label"].split()[0]):
        return None
    value = f"{qualifier} {found['value']}" if qualifier and found.re is not _LABEL_FIRST else found["value"]
    return Stat(value=value.strip(), label=found["label"].strip())


def _qualifier(text: str, reading: Reading) -> str:
    folded = text.casefold()
    return next((text[: len(words)] for words in reading.qualifiers if folded.startswith(f"{words} ")), "")


def _counted(sentence: str, figure: re.Match[str], reading: Reading) -> Stat | None:
    before = sentence[: figure.start()].rstrip()
    qualifier = next((words for words in reading.qualifiers if before.casefold().endswith(f" {words}")), "")
    previous = before[: len(before) - len(qualifier)].rstrip().rpartition(" ")[2].casefold()
    opens = not previous[-1:].isalpha()
    unclear = bool(qualifier) and previous in reading.linking  # `classes of up to 30 come`: 30 what?
    if opens or unclear or previous in reading.determiners or previous in reading.before_label:
        return None
    if _YEAR.fullmatch(figure[0]) or (sentence[figure.end() :][:1] and is_cjk(sentence[figure.end()])):
        return None
    label = _noun_phrase(sentence[figure.end() :], reading)
    if not label:
        return None
    spelled = before[len(before) - len(qualifier) :] if qualifier else ""
    return Stat(value=f"{spelled} {figure[0]}".strip(), label=label)


def _noun_phrase(text: str, reading: Reading) -> str:
    """Return the words after a figure up to where a phrase plainly ends; empty when it does not end soon."""
    if not reading.stopwords:
        return ""
    taken: list[str] = []
    position = 0
    while match := _WORD.match(text, position):
        word = match[1].casefold()
        if word in reading.stopwords and not (word in reading.linking and taken):
            break
        if not taken and reading.uncounted.match(match[1]):
            return ""
        taken.append(match[1])
        position = match.end()
        if match["stop"] is not None or len(taken) > _MOST_WORDS:
            break
    while taken and taken[-1].casefold() in reading.linking:
        taken.pop()
    return " ".join(taken) if 0 < len(taken) <= _MOST_WORDS else ""
