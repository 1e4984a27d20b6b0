"""Placeholder text in the languages pages are most written in."""

import re
from typing import Final

_BRACKETED: Final = (
    r"\[ ?(?:(?:your|insert|add|enter|company|business|name|first name|last name|date|time|phone|e-?mail|address|city|"
    r"price|link|url|placeholder|xxx?|ihre?n?|deine?|firmenname|firma|adresse|datum|preis|votre|vos|nom|tu|su|nombre|"
    r"il tuo|nome|seu|sua|jouw|uw|ваш|ваше|اسم|اسمك|رقم|عنوان|أدخل)\b|"
    r"あなたの|御社|貴社|会社名|店名|氏名|名前|住所|電話番号|日付|公司名称|您的)[^\[\]\n]{0,60}\](?!\()"
)
_INSERT_HERE: Final = (
    r"\b(?:insert|enter|add|put|place|type) [^.\n]{1,40} here\b|"
    r"\b(?:hier|bitte) [^.\n]{1,40} (?:einfügen|eintragen)\b|\b[^\W\d]{2,20} hier (?:einfügen|eintragen)\b|"
    r"\binsérez [^.\n]{1,40} ici\b|\b(?:inserte|inserta|escriba|escribe) [^.\n]{1,40} aquí|"
    r"\binserisci [^.\n]{1,40} qui\b|\binsira [^.\n]{1,40} aqui\b|\bvoeg [^.\n]{1,40} (?:hier )?toe\b|"
    r"вставьте [^.\n]{1,40} (?:сюда|здесь)|ここに[^。\n]{0,20}(?:入力|挿入|記入|入ります)|在此处?(?:插入|输入|填写)|"
    r"여기에[^.\n]{0,20}(?:입력|삽입)|(?:أدخل|ضع|اكتب) [^.\n]{1,40} هنا"
)
_PHRASES: Final = (
    r"lorem ipsum|dolor sit amet|consectetur adipis|\bplaceholder text\b|\bsample text\b|"
    r"\byour (?:\w{1,20} ){0,2}(?:text|name|tagline|headline|logo) (?:goes )?here\b|"
    r"\bplatzhalter(?:text)?\b|\bblindtext\b|\bmustertext\b|\b(?:ihr|dein) text hier\b|\bfaux[- ]texte\b|"
    r"\bvotre texte ici\b|\b(?:tu|su) texto aquí|\btexto de (?:ejemplo|relleno|exemplo)\b|\bil tuo testo qui\b|"
    r"\btesto segnaposto\b|\bseu texto aqui\b|\bjouw tekst hier\b|ダミーテキスト|サンプルテキスト|テキストが入ります|"
    r"示例文本|占位符|نص تجريبي|نص وهمي|هذا النص هو مثال"
)
_BLANKS: Final = r"\{\{|\}\}|\{%|%\}|\$\{|<%|_{4,}|[$€£¥] ?[Xx]{2,4}\b|\b[Xx]{2,4} ?[%€]"

_ALWAYS: Final = re.compile(f"{_BRACKETED}|{_INSERT_HERE}|{_PHRASES}", re.IGNORECASE)
_UNLESS_GIVEN: Final = re.compile(
    rf"{_BLANKS}|\b(?:TODO|TBD|TBA|FIXME|XXX+)\b|(?i:\b(?:john|jane) (?:doe|smith)\b|\b(?:max|erika) mustermann\b|"
    r"\bmusterstra(?:ß|ss)e\b|\bmusterstadt\b|\bmusterfirma\b|\b123 main st|\bacme\b|山田太郎|山田花子)"
)
"""What may be meant: a maker of to-do lists says TODO. Refused unless the brief says it too."""

_TODO_IS_A_WORD: Final = frozenset({"es", "pt", "gl", "ast", "it"})
_MARKED_TODO: Final = re.compile(r"\bTODO ?[:(\]]")


def find_placeholders(folded: str, given: str, language: str) -> tuple[str, ...]:
    """Return the placeholders of a folded text. `given` is the brief's text, folded; `language` a BCP 47 tag."""
    always = [match[0] for match in _ALWAYS.finditer(folded)]
    doubtful = [match[0] for match in _UNLESS_GIVEN.finditer(folded) if match[0] not in given]
    if language.partition("-")[0].lower() in _TODO_IS_A_WORD and not _MARKED_TODO.search(folded):
        doubtful = [found for found in doubtful if found != "TODO"]
    return (*always, *doubtful)
