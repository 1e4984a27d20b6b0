"""Small numbers written as words, so that `three generations` in a brief allows `3` on the page."""

import re
from typing import Final

_WORDS: Final = {
    2: "two deux dos due zwei twee dois duas اثنان اثنين",
    3: "three drei trois tres tre drie três ثلاث ثلاثة",
    4: "four vier quatre cuatro quattro quatro أربع أربعة",
    5: "five fünf cinq cinco cinque vijf خمس خمسة",
    6: "six sechs seis sei zes ست ستة",
    7: "seven sieben sept siete sette zeven sete سبع سبعة",
    8: "eight acht huit ocho otto oito ثماني ثمانية",
    9: "nine neun neuf nueve nove negen تسع تسعة",
    10: "ten zehn dix diez dieci tien dez عشر عشرة",
    11: "eleven elf onze once undici",
    12: "twelve zwölf douze doce dodici twaalf doze dozen dutzend",
    20: "twenty zwanzig vingt veinte venti twintig vinte عشرون عشرين",
    30: "thirty dreißig trente treinta trenta dertig trinta ثلاثون ثلاثين",
    50: "fifty fünfzig cinquante cincuenta cinquanta vijftig cinquenta خمسون خمسين",
    100: "hundred hundert cent cien cento honderd cem مئة مائة",
    1000: "thousand tausend mille mil duizend ألف",
}
_HAN_DIGITS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_HAN_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_HAN: Final = re.compile("[一二三四五六七八九十百千]{1,9}")
_WORD: Final = re.compile(r"[^\W\d_]+")


def numerals(folded: str) -> frozenset[str]:
    """Return the numbers a folded text writes as words or in Han numerals, in canonical spelling."""
    numbers = {word: str(number) for number, words in _WORDS.items() for word in words.split()}
    found = {numbers[word] for word in _WORD.findall(folded.casefold()) if word in numbers}
    return frozenset(found | {str(_han(match)) for match in _HAN.findall(folded)})


def _han(numeral: str) -> int:
    total, digit = 0, 0
    for character in numeral:
        if character in _HAN_DIGITS:
            digit = _HAN_DIGITS[character]
        else:
            total, digit = total + (digit or 1) * _HAN_UNITS[character], 0
    return total + digit
