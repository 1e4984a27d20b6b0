"""Which language a text is in, from its script and, in Latin script, its commonest words.

A detection library was weighed and left: the accurate ones carry models of 10 to 250 MB or numpy, the small one is
no longer kept up. A brief needs one guess among few languages, and the maker can always say it.
"""

import re
from bisect import bisect_right
from collections import Counter
from typing import Final

DEFAULT_LANGUAGE: Final = "en"

_RANGES: Final = (
    (0x0041, 0x024F, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "Armn"),
    (0x0590, 0x05FF, "Hebr"),
    (0x0600, 0x077F, "Arab"),
    (0x08A0, 0x08FF, "Arab"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0B80, 0x0BFF, "Taml"),
    (0x0E00, 0x0E7F, "Thai"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1100, 0x11FF, "Hang"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "Grek"),
    (0x3040, 0x30FF, "Kana"),
    (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"),
    (0xAC00, 0xD7AF, "Hang"),
    (0xFB50, 0xFEFC, "Arab"),
)
_STARTS: Final = [start for start, _, _ in _RANGES]
_DENSE: Final = {"Kana": 3, "Hani": 3, "Hang": 2}
"""Scripts whose letters say as much as several of an alphabet."""

_LANGUAGE_OF_SCRIPT: Final = {
    "Grek": "el",
    "Cyrl": "ru",
    "Armn": "hy",
    "Hebr": "he",
    "Arab": "ar",
    "Deva": "hi",
    "Beng": "bn",
    "Taml": "ta",
    "Thai": "th",
    "Geor": "ka",
    "Hang": "ko",
    "Kana": "ja",
    "Hani": "zh",
}
_SCRIPTS_OF_LANGUAGE: Final = {
    "ja": frozenset({"Kana", "Hani"}),
    "zh": frozenset({"Hani"}),
    "yue": frozenset({"Hani"}),
    "ko": frozenset({"Hang", "Hani"}),
    "el": frozenset({"Grek"}),
    "he": frozenset({"Hebr"}),
    "yi": frozenset({"Hebr"}),
    "th": frozenset({"Thai"}),
    "hy": frozenset({"Armn"}),
    "ka": frozenset({"Geor"}),
    "bn": frozenset({"Beng"}),
    "ta": frozenset({"Taml"}),
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb"), frozenset({"Arab"})),
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk"), frozenset({"Cyrl"})),
    **dict.fromkeys(("hi", "mr", "ne"), frozenset({"Deva"})),
    **dict.fromkeys(
        "en de fr es it pt nl sv da nb nn no fi is et lv lt pl cs sk sl hr hu ro tr vi id ms ca gl eu ga cy".split(),  # noqa: SIM905 - a word list
        frozenset({"Latn"}),
    ),
}
_TELLING_LETTERS: Final = (
    ("Arab", "\u067e\u0686\u0698\u06af", "fa"),
    ("Arab", "\u0679\u0688\u06ba\u06d2", "ur"),
    ("Cyrl", "\u0456\u0457\u0454\u0491", "uk"),
    ("Cyrl", "\u045e", "be"),
)
"""Letters one language of a script has and the commonest one has not; the last that matches counts."""

_COMMON_WORDS: Final = {
    "en": "the and of to for with our we is are you your a an from by at on that this in i need page website it",
    "de": "der die das und für mit wir ist sind ein eine von zu im auf den dem unser unsere sie ihr nicht in seit aus",
    "fr": "le la les et pour avec nous est sont un une de du des à au notre nos vous votre dans sur qui depuis en",
    "es": "el la los las y para con nosotros es son un una de del en nuestro nuestra que su por desde al más",
    "it": "il lo la gli e per con noi è sono un una di del della in nostro nostra che dal nel alla i le",
    "pt": "o a os as e para com nós é são um uma de do da em nosso nossa que não no na desde ao mais",
    "nl": "de het en voor met wij is zijn een van in op onze ons je uw niet dat die bij sinds aan te",
    "sv": "och att för med vi är en ett av i på vår våra det som den till inte från ni sedan",
    "da": "og at for med vi er en et af i på vores det som den til ikke fra jer siden har",
    "nb": "og å for med vi er en et av i på vår vårt våre det som til ikke fra dere siden har etter",
    "fi": "ja on ei että se ovat myös tai kun joka jotka sekä meillä meidän olemme kuin noin sen voi mukana",
    "pl": "i w na z do dla jest są się nie nasz nasza nasze od że to oraz po przez jak",
    "cs": "a v na z do pro je jsou jsme se není náš naše od že to který která také jak po při ve",
    "hu": "a az és egy is nem hogy van vagyunk meg ki mi vagy de csak már minden között után",
    "ro": "și în la cu pentru este sunt suntem un o de din nu care pe să ne noastre noștri al mai",
    "tr": "ve bir için ile bu biz olarak da de en çok daha ne var bizim sizin olan gibi",
}
_TELLING_DIACRITICS: Final = {
    "de": "äöüß",
    "es": "ñ¿¡",
    "pt": "ãõ",
    "fr": "êèœûî",
    "sv": "å",
    "da": "øæå",
    "nb": "øæå",
    "fi": "äö",
    "pl": "łąęśżźć",
    "cs": "ěřůčš",
    "hu": "őű",
    "ro": "ășțâ",
    "tr": "ğışİ",
}
_MOST_HINTS: Final = 3
_WORD: Final = re.compile(r"[^\W\d_]+")
_ADDRESS: Final = re.compile(r"https?://\S+|(?<!\S)\S{1,64}@\S+|[a-z0-9.-]{1,64}\.(?:com|org|net|example)\b")
_FEWEST_LETTERS: Final = 40
_SCRIPT: Final = re.compile(r"[A-Za-z]{4}")
"""A subtag of a script (RFC 5646, 2.2.3)."""
_LEAST_SHARE: Final = 0.3


def detect_language(text: str) -> str:
    """Return the BCP 47 language subtag of a text; English when nothing tells."""
    words = _ADDRESS.sub(" ", text)
    weights = _script_weights(words)
    if not weights:
        return DEFAULT_LANGUAGE
    script = _leading_script(weights)
    if script == "Latn":
        return _latin_language(words)
    telling = [language for of, letters, language in _TELLING_LETTERS if of == script and _any_of(letters, words)]
    return telling[-1] if telling else _LANGUAGE_OF_SCRIPT[script]


def is_in_script_of(language: str, text: str) -> bool:
    """Return whether a text is written in the script of a language, as far as 40 letters or more can tell.

    True for languages whose script we do not know, and for tags that name a script, such as `sr-Latn`.
    """
    primary, *rest = language.split("-")
    scripts = _SCRIPTS_OF_LANGUAGE.get(primary.lower())
    weights = _script_weights(text)
    total = sum(weights.values())
    if scripts is None or any(_SCRIPT.fullmatch(part) for part in rest) or total < _FEWEST_LETTERS:
        return True
    return sum(weights[script] for script in scripts) >= total * _LEAST_SHARE


def _script_weights(text: str) -> Counter[str]:
    letters = Counter(_script(ord(character)) for character in text if character.isalpha())
    return Counter({script: count * _DENSE.get(script, 1) for script, count in letters.items() if script})


def _script(code: int) -> str:
    index = bisect_right(_STARTS, code) - 1
    if index < 0 or code > _RANGES[index][1]:
        return ""
    return _RANGES[index][2]


def _leading_script(weights: Counter[str]) -> str:
    japanese = weights["Kana"] * 10 > weights["Hani"]
    merged = Counter(weights)
    if japanese:
        merged["Kana"] += merged.pop("Hani", 0)
    return max(sorted(merged), key=lambda script: merged[script])


def _latin_language(text: str) -> str:
    words = Counter(_WORD.findall(text.casefold()))
    scores = {
        language: sum(words[word] for word in common.split())
        + sum(min(text.count(letter), _MOST_HINTS) for letter in _TELLING_DIACRITICS.get(language, ""))
        for language, common in _COMMON_WORDS.items()
    }
    return max(scores, key=lambda language: scores[language])


def _any_of(letters: str, text: str) -> bool:
    return any(letter in text for letter in letters)
