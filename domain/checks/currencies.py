"""How money is written: the signs, codes and words of currencies, and which ISO 4217 codes each may mean."""

import re
from collections.abc import Mapping
from typing import Final

_DOLLARS: Final = "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP"
_CODES: Final = (
    "USD EUR GBP JPY CNY RMB CHF CAD AUD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN RUB UAH ILS AED SAR QAR KWD BHD OMR "
    "JOD EGP MAD TND DZD LBP SYP IQD IRR INR PKR BDT LKR NPR IDR MYR SGD THB VND KRW TWD HKD BRL MXN ARS CLP ZAR NGN "
    "KES GHS ETB UGX TZS XAF XOF KZT UZS RSD"
)
"""Codes that are no words, names or abbreviations of other things in running text."""

_CODES_BEHIND: Final = "TRY COP PEN PHP GEL AMD"
"""Codes that mean something else in front of a number: COP 30, PHP 8, TRY 3."""

_CASELESS_CODES: Final = "USD EUR GBP CHF JPY INR"

_WORDS: Final = {
    "euro": "EUR", "euros": "EUR", "евро": "EUR", "ευρώ": "EUR", "יורו": "EUR", "אירו": "EUR", "يورو": "EUR",
    "dollar": _DOLLARS, "dollars": _DOLLARS, "dólares": _DOLLARS, "dólar": _DOLLARS, "dollari": _DOLLARS,
    "доллар": _DOLLARS, "доллара": _DOLLARS, "долларов": _DOLLARS, "דולר": _DOLLARS, "دولار": _DOLLARS,
    "دولارات": _DOLLARS, "bucks": _DOLLARS, "quid": "GBP", "pounds": "GBP EGP", "pounds sterling": "GBP",
    "yen": "JPY", "yuan": "CNY", "renminbi": "CNY", "franken": "CHF", "francs": "CHF XAF XOF", "kr": "SEK NOK DKK ISK",
    "kronor": "SEK", "kroner": "NOK DKK", "kronen": "SEK NOK DKK CZK", "zł": "PLN", "złotych": "PLN", "złote": "PLN",
    "zloty": "PLN", "kč": "CZK", "korun": "CZK", "forint": "HUF", "лв": "BGN", "\u0440\u0443\u0431": "RUB",
    "рублей": "RUB", "рубля": "RUB", "рубль": "RUB", "roubles": "RUB", "rubel": "RUB", "грн": "UAH", "гривень": "UAH",
    "гривні": "UAH", "lira": "TRY", "tl": "TRY", "liras": "TRY", "rupees": "INR PKR LKR NPR", "rs": "INR PKR LKR NPR",
    "reais": "BRL", "pesos": "MXN ARS CLP COP PHP", "dirhams": "AED MAD", "dirham": "AED MAD", "riyals": "SAR QAR OMR",
    "riyal": "SAR QAR OMR", "dinars": "KWD BHD JOD TND DZD IQD", "dinar": "KWD BHD JOD TND DZD IQD",
    "shekels": "ILS", "shekel": "ILS", "שקל": "ILS", "שקלים": "ILS", 'ש"ח': "ILS", "baht": "THB", "ringgit": "MYR",
    "ريال": "SAR QAR OMR IRR YER", "ريالا": "SAR QAR OMR IRR YER", "ريالات": "SAR QAR OMR IRR YER",
    "ر.س": "SAR", "ر.ق": "QAR", "درهم": "AED MAD", "درهما": "AED MAD", "دراهم": "AED MAD", "د.إ": "AED", "د.م": "MAD",
    "دينار": "KWD BHD JOD TND DZD IQD", "دينارا": "KWD BHD JOD TND DZD IQD", "دنانير": "KWD BHD JOD TND DZD IQD",
    "د.ك": "KWD", "د.أ": "JOD", "د.ت": "TND", "جنيه": "EGP SDG GBP", "جنيها": "EGP SDG GBP",
    "جنيهات": "EGP SDG GBP", "ج.م": "EGP", "ليرة": "SYP LBP TRY", "ليرات": "SYP LBP TRY", "شيكل": "ILS",
}  # fmt: skip
_UNSPACED: Final = {
    "\u5186": "JPY",  # yen as Japan writes it
    "\u5713": "CNY KRW TWD",
    "\u5143": "CNY TWD HKD",
    "\u5757\u94b1": "CNY",
    "\u7f8e\u5143": "USD",
    "\u6b27\u5143": "EUR",
    "\u6e2f\u5143": "HKD",
    "\u65e5\u5143": "JPY",
    "\u30c9\u30eb": _DOLLARS,
    "\u30e6\u30fc\u30ed": "EUR",
    "\uc6d0": "KRW",
    "\ub2ec\ub7ec": _DOLLARS,
    "\uc720\ub85c": "EUR",
    "\u0e1a\u0e32\u0e17": "THB",
    "\u0930\u0941\u092a\u092f\u0947": "INR",
}
"""Words of scripts that put no space around them."""

_SIGNS: Final = {
    "\u20ac": "EUR",
    "\u00a3": "GBP EGP LBP SYP",
    "\u00a5": "JPY CNY",
    "$": _DOLLARS,
    "\u20b9": "INR",
    "\u20bd": "RUB",
    "\u20ba": "TRY",
    "\u20b4": "UAH",
    "\u20a9": "KRW",
    "\u20aa": "ILS",
    "\u0e3f": "THB",
    "\u20ab": "VND",
}
_DOLLAR_PREFIXES: Final = {
    "US": "USD", "CA": "CAD", "C": "CAD", "AU": "AUD", "A": "AUD", "NZ": "NZD", "HK": "HKD", "NT": "TWD", "S": "SGD",
    "SG": "SGD", "R": "BRL", "MX": "MXN",
}  # fmt: skip
_MINOR: Final = {
    "cent": "EUR USD CAD AUD", "cents": "USD EUR CAD AUD NZD ZAR", "\u00a2": "USD CAD AUD", "pence": "GBP",
    "centimes": "EUR CHF", "céntimos": "EUR", "centesimi": "EUR", "centavos": "MXN BRL ARS", "rappen": "CHF",
}  # fmt: skip
"""A hundredth of the currency."""

_LETTER: Final = r"[^\W\d_]"


def _alternatives(words: Mapping[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


CURRENCY: Final = re.compile(
    rf"(?P<dollar>(?:(?<!{_LETTER})(?:{_alternatives(_DOLLAR_PREFIXES)}))?\$)"
    r"|(?P<sign>[\u00a2\u00a3\u00a4\u00a5\u058f\u060b\u09f2\u09f3\u0e3f\u17db\u20a0-\u20cf])"
    rf"|(?P<unspaced>{_alternatives(_UNSPACED)})(?![旦気素年形칙장인])"
    rf"|(?<!{_LETTER})(?:(?P<minor>(?i:{_alternatives(_MINOR)}))|(?P<word>(?i:{_alternatives(_WORDS)}))"
    rf"|(?P<code>{'|'.join(_CODES.split())}|(?i:{'|'.join(_CASELESS_CODES.split())}))"
    rf"|(?P<behind>{'|'.join(_CODES_BEHIND.split())}))(?!{_LETTER})(?! of\b)"
)
"""A currency's sign, code or word in folded text. The name of the matched group says which kind."""


def meaning(match: re.Match[str]) -> tuple[frozenset[str], int]:
    """Return the ISO codes a match of CURRENCY may mean, and the power of ten of its unit: 0, or -2 for cents.

    A sign we have no code for means itself.
    """
    spelled, kind = match[0], match.lastgroup
    folded = spelled.casefold()
    if kind == "dollar":
        return frozenset(_DOLLAR_PREFIXES.get(spelled[:-1], _DOLLARS).split()), 0
    if kind == "minor" or spelled in _MINOR:
        return frozenset(_MINOR[folded].split()), -2
    known = _WORDS.get(folded) or _UNSPACED.get(spelled) or _SIGNS.get(spelled) or spelled.upper()
    return frozenset(known.replace("RMB", "CNY").split()), 0
