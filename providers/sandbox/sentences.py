"""Sentences of any script: splitting a text into them, joining them again, and fitting text into a length."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from domain.checks.folding import unescape
from providers.sandbox.phrases.phrasebook import Reading

_CLOSERS: Final = "\"'”’“»)\\]」』）】〉》"
_OPENERS: Final = "\"'“‘«(\\[「『（【¿¡"
_END: Final = re.compile(rf"[.!?…]+(?:\s»|[{_CLOSERS}]*)(?=\s|$)|[。！？]+[{_CLOSERS}]*|[؟۔।]+[{_CLOSERS}]*(?=\s|$)")
_NEXT_SENTENCE: Final = re.compile(r"[.!?]\s+(?P<first>[^\W\d_])")
_LAST_WORD: Final = re.compile(r"[\w.°’'-]+$")
_CJK: Final = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uff60]")
_BRACKETS: Final = (("「", "」"), ("『", "』"), ("（", "）"), ("(", ")"), ("«", "»"), ("„", "“"))
_JOINERS: Final = "\u200c\u200d\u200e\u200f"
"""Invisible and needed: Persian, Indic scripts, emoji and mixed directions are written with them."""
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
_JAPANESE_QUESTION: Final = re.compile("(?:です|ます|ません|でしょう|ました)か。?$")
_HIRAGANA: Final = re.compile("[\u3041-\u309f]")
_CLAUSE_END: Final = re.compile(r"\s+[–—-]\s+|[;:,،؛](?=\s)|[、；：，]|\s+\(")
_FINAL: Final = tuple(".!?…。！？؟۔।")
_TRAILING: Final = ' ,;:،؛、；：，–—-(（「"“„«'
_SHORTEST_CUT: Final = 0.35
"""A cut that leaves less than this share of the allowed length is worse than a cut between words."""
_LONGEST_WORD: Final = 40
_LONGEST_ORDINAL: Final = 2


def clean(text: str) -> str:
    """Return text on one line, without HTML character references and characters that cannot be seen."""
    visible = "".join(character for character in unescape(text) if _is_visible(character))
    return " ".join(visible.split())


def says_something(text: str) -> bool:
    """Return whether a text holds a letter or a digit."""
    return any(character.isalnum() for character in text)


def split(text: str, reading: Reading) -> tuple[str, ...]:
    """Return the sentences of a paragraph, in order, each with its closing punctuation."""
    return tuple(sentence for sentence in map(str.strip, _pieces(clean(text), reading)) if says_something(sentence))


def join(sentences: Iterable[str]) -> str:
    """Return sentences as running text: with a space between them, save after Japanese or Chinese punctuation."""
    text = ""
    for sentence in sentences:
        gap = "" if not text or (_CJK.match(text[-1]) and _CJK.match(sentence[:1])) else " "
        text += gap + sentence
    return text


def fit(sentences: Sequence[str], limit: int, reading: Reading, most: int = 99) -> str:
    """Return as many whole sentences from the start as `limit` characters hold; of a first that is longer, a part."""
    taken: list[str] = []
    for sentence in sentences[:most]:
        if len(join([*taken, sentence])) > limit:
            break
        taken.append(sentence)
    if taken or not sentences:
        return join(taken)
    return shorten(sentences[0], limit, reading)


def shorten(text: str, limit: int, reading: Reading) -> str:
    """Return `text` within `limit` characters, cut where a clause ends, else between words, never with dots."""
    if len(text) <= limit:
        return text
    ends = [match.start() for match in _CLAUSE_END.finditer(text) if match.start() <= limit]
    if ends and ends[-1] >= limit * _SHORTEST_CUT:
        return _tidy(text[: ends[-1]], reading)
    if " " not in text[int(limit * _SHORTEST_CUT) : limit + 1]:
        return text[:limit].rstrip(_TRAILING) or text[:limit]
    return _tidy(text[: limit + 1].rpartition(" ")[0], reading)


def lead(text: str, limit: int, reading: Reading) -> str:
    """Return how a sentence begins, as a heading: its first clause when that is enough, without a full stop."""
    bare = without_stop(text)
    if len(bare) <= limit:
        return bare
    cut = shorten(bare, limit, reading)
    between_words = bare[len(cut) :][:1] == " " and not _CLAUSE_END.match(bare, len(cut))
    return without_stop(_phrase(bare, limit, reading) or cut) if between_words else without_stop(cut)


def _phrase(text: str, limit: int, reading: Reading) -> str:
    """Return the longest beginning of a text that ends before a little word that begins another phrase, or nothing."""
    words, little = text[: limit + 1].split(" ")[:-1], reading.stopwords
    for count in range(len(words) - 1, 1, -1):
        phrase, last, following = " ".join(words[:count]), words[count - 1].casefold(), words[count].casefold()
        if len(phrase) < limit * _SHORTEST_CUT:
            break
        if following in little and following not in reading.joining and last not in little:
            return phrase.rstrip(_TRAILING)
    return ""


def without_stop(text: str) -> str:
    """Return a text without its closing full stop: headings have none. Question and exclamation marks stay."""
    if text.endswith(("…", "...")):
        return text
    return text[:-1].rstrip() if text.endswith((".", "。", "۔")) else text


def with_stop(text: str) -> str:
    """Return a text that ends like a sentence."""
    if not text or text.rstrip(_CLOSERS.replace("\\", "")).endswith(_FINAL):
        return text
    bare = text.rstrip(" ,;:،؛、；：，") or text
    return f"{bare}。" if _CJK.match(bare[-1]) else f"{bare}."


def capital(text: str) -> str:
    """Return a text with its first letter in upper case, unless its first word is spelled like a name (`iPhone`)."""
    first = text.split(" ", 1)[0]
    if not text or any(letter.isupper() for letter in first) or "." in first[:-1] or "/" in first:
        return text
    return text[0].upper() + text[1:]


def is_cjk(character: str) -> bool:
    """Return whether a character is Japanese or Chinese, which write no spaces between words."""
    return bool(_CJK.match(character))


def terms(text: str) -> frozenset[str]:
    """Return what to compare texts by: words of three letters or more, and pairs of Japanese or Chinese characters."""
    folded = text.casefold()
    spaced = re.findall(r"[^\W_]{3,}", _CJK.sub(" ", folded))
    pairs = {first + second for first, second in pairwise(folded) if is_cjk(first) and is_cjk(second)}
    return frozenset(spaced) | pairs


def overlap(text: str, other: str) -> float:
    """Return the share of `text`'s terms that `other` holds too, from 0 to 1."""
    own = terms(text)
    return len(own & terms(other)) / len(own) if own else 0.0


def is_question(text: str) -> bool:
    """Return whether a text ends as a question; Japanese ones may end on a full stop or on nothing."""
    bare = text.rstrip(_CLOSERS.replace("\\", "") + "* ")
    return bare.endswith(("?", "؟", "？")) or bool(_JAPANESE_QUESTION.search(bare))


def _is_visible(character: str) -> bool:
    return character in _JOINERS or character.isspace() or unicodedata.category(character) not in _UNSEEN


def _pieces(text: str, reading: Reading) -> Iterator[str]:
    start, small = 0, _begins_small(text, reading)
    for match in _END.finditer(text):
        if match.start() < start or not _ends_here(text, start, match, reading, small=small):
            continue
        yield text[start : match.end()]
        start = match.end()
    yield text[start:]


def _begins_small(text: str, reading: Reading) -> bool:
    """Return whether most sentences of a text begin with a small letter, as those of people in a hurry do."""
    if not text[:1].islower():
        return False
    ends = (
        (match, text[max(0, match.start() - _LONGEST_WORD) : match.start()]) for match in _NEXT_SENTENCE.finditer(text)
    )
    firsts = [match["first"] for match, before in ends if not _is_abbreviated(before, reading)]
    return sum(first.islower() for first in firsts) * 2 > len(firsts)


def _ends_here(text: str, start: int, match: re.Match[str], reading: Reading, *, small: bool) -> bool:
    if _inside_brackets(text, text[start : match.end()]):
        return False
    following = text[match.end() :].lstrip()
    if match[0][-1] in _CLOSERS and _HIRAGANA.match(following):  # 「…。」と言う
        return False
    following = following.lstrip(_OPENERS.replace("\\", ""))
    if following[:1].islower() and not small:
        return False
    return match[0] != "." or not following or not _is_abbreviated(text[start : match.start()], reading)


def _inside_brackets(text: str, so_far: str) -> bool:
    """Return whether a quotation or bracket opened in `so_far` is still open, in a text that closes all it opens."""
    pairs = _BRACKETS if "„" in text else (*_BRACKETS, ("“", "”"))
    if any(text.count(first) == text.count(last) and so_far.count(first) > so_far.count(last) for first, last in pairs):
        return True
    return text.count('"') % 2 == 0 and so_far.count('"') % 2 == 1


def _is_abbreviated(before: str, reading: Reading) -> bool:
    found = _LAST_WORD.search(before)
    word = found[0].lower() if found else ""
    if reading.ordinal_stops and word.isdecimal() and len(word) <= _LONGEST_ORDINAL:
        return True
    if len(word) == 1 and word.isalpha() and before[-1:].isupper() and not is_cjk(word):
        return True
    return word in reading.abbreviations


def _tidy(text: str, reading: Reading) -> str:
    """Drop the punctuation and the little words a cut text must not end on."""
    kept = text.rstrip(_TRAILING)
    while " " in kept and kept.rpartition(" ")[2].casefold() in reading.stopwords:
        kept = kept.rpartition(" ")[0].rstrip(_TRAILING)
    return kept or text.strip()
