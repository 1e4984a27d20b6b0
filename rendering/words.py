"""The few words the renderer itself adds to a page, in the page's language."""

from dataclasses import dataclass, replace
from typing import Final

from rendering.language import PageLanguage


@dataclass(frozen=True, slots=True)
class Words:
    """Interface words in one language. `language` is None when they are already in the page's own."""

    skip: str
    on_this_page: str
    phone: str
    email: str
    address: str
    hours: str
    to_top: str
    language: str | None = None


def words_for(language: PageLanguage) -> Words:
    """Return the words of a language. One we do not speak gets English words marked as English."""
    if (language.subtag, language.script) == ("zh", "Hant"):
        return _TRADITIONAL
    return _WORDS.get(language.subtag, _FALLBACK)


_WORDS: Final = {
    "ar": Words(
        skip="تخطَّ إلى المحتوى",
        on_this_page="في هذه الصفحة",
        phone="الهاتف",
        email="البريد الإلكتروني",
        address="العنوان",
        hours="ساعات العمل",
        to_top="العودة إلى الأعلى",
    ),
    "de": Words(
        skip="Zum Inhalt springen",
        on_this_page="Auf dieser Seite",
        phone="Telefon",
        email="E-Mail",
        address="Adresse",
        hours="Öffnungszeiten",
        to_top="Nach oben",
    ),
    "en": Words(
        skip="Skip to content",
        on_this_page="On this page",
        phone="Phone",
        email="Email",
        address="Address",
        hours="Opening hours",
        to_top="Back to top",
    ),
    "es": Words(
        skip="Saltar al contenido",
        on_this_page="En esta página",
        phone="Teléfono",
        email="Correo electrónico",
        address="Dirección",
        hours="Horario",
        to_top="Volver arriba",
    ),
    "fr": Words(
        skip="Aller au contenu",
        on_this_page="Sur cette page",
        phone="Téléphone",
        email="E-mail",
        address="Adresse",
        hours="Horaires d’ouverture",
        to_top="Haut de page",
    ),
    "he": Words(
        skip="דילוג לתוכן",
        on_this_page="בעמוד זה",
        phone="טלפון",
        email="דואר אלקטרוני",
        address="כתובת",
        hours="שעות פתיחה",
        to_top="חזרה למעלה",
    ),
    "it": Words(
        skip="Vai al contenuto",
        on_this_page="In questa pagina",
        phone="Telefono",
        email="E-mail",
        address="Indirizzo",
        hours="Orari di apertura",
        to_top="Torna su",
    ),
    "ja": Words(
        skip="本文へ移動",
        on_this_page="このページの内容",
        phone="電話",
        email="メール",
        address="住所",
        hours="営業時間",
        to_top="ページの先頭へ",
    ),
    "ko": Words(
        skip="본문으로 건너뛰기",
        on_this_page="이 페이지의 내용",
        phone="전화",
        email="이메일",
        address="주소",
        hours="영업시간",
        to_top="맨 위로",
    ),
    "nl": Words(
        skip="Naar de inhoud",
        on_this_page="Op deze pagina",
        phone="Telefoon",
        email="E-mail",
        address="Adres",
        hours="Openingstijden",
        to_top="Naar boven",
    ),
    "pl": Words(
        skip="Przejdź do treści",
        on_this_page="Na tej stronie",
        phone="Telefon",
        email="E-mail",
        address="Adres",
        hours="Godziny otwarcia",
        to_top="Do góry",
    ),
    "pt": Words(
        skip="Ir para o conteúdo",
        on_this_page="Nesta página",
        phone="Telefone",
        email="E-mail",
        address="Endereço",
        hours="Horário de funcionamento",
        to_top="Voltar ao topo",
    ),
    "ru": Words(
        skip="Перейти к содержанию",
        on_this_page="На этой странице",
        phone="Телефон",
        email="Эл. почта",
        address="Адрес",
        hours="Часы работы",
        to_top="Наверх",
    ),
    "tr": Words(
        skip="İçeriğe geç",
        on_this_page="Bu sayfada",
        phone="Telefon",
        email="E-posta",
        address="Adres",
        hours="Çalışma saatleri",
        to_top="Yukarı dön",
    ),
    "zh": Words(
        skip="跳到正文",
        on_this_page="本页内容",
        phone="电话",
        email="电子邮箱",
        address="地址",
        hours="营业时间",
        to_top="返回顶部",
    ),
}
_TRADITIONAL: Final = Words(
    skip="跳到主要內容",
    on_this_page="本頁內容",
    phone="電話",
    email="電子郵件",
    address="地址",
    hours="營業時間",
    to_top="回到頂端",
)
_FALLBACK: Final = replace(_WORDS["en"], language="en")
