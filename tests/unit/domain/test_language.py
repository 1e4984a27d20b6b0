import pytest

from domain.language import detect_language, is_in_script_of

TEXTS = {
    "en": "We are a family bakery on the corner of the market square and bake bread with a long fermentation.",
    "de": "Wir sind eine Bäckerei am Marktplatz und backen unser Brot mit viel Zeit und ohne Zusätze.",
    "fr": "Nous sommes une boulangerie sur la place du marché et nous cuisons le pain pour vous depuis toujours.",
    "es": "Somos una panadería en la plaza del mercado y hacemos el pan con masa madre para los vecinos.",
    "it": "Siamo un panificio nella piazza del mercato e facciamo il pane con lievito madre per gli amici.",
    "pt": "Somos uma padaria na praça do mercado e fazemos pão com fermentação longa para os vizinhos.",
    "nl": "Wij zijn een bakkerij op het marktplein en bakken ons brood met veel tijd voor de buurt.",
    "sv": "Vi är ett bageri på torget och bakar vårt bröd med lång jäsning för alla som bor här.",
    "da": "Vi er et bageri på torvet og bager vores brød med lang hævning til alle der bor her.",
    "pl": "Jesteśmy piekarnią na rynku i pieczemy chleb na zakwasie dla sąsiadów, bez dodatków.",
    "tr": "Biz pazar meydanında bir fırınız ve ekmeğimizi uzun mayalama ile sizin için yapıyoruz.",
    "fi": "Olemme pieni leipomo torin laidalla ja paistamme leipämme hitaasti, kun muut vielä nukkuvat.",
    "nb": "Vi er et lite bakeri ved torget og baker brødet vårt med god tid til alle som bor her.",
    "cs": "Jsme malá pekárna na náměstí a pečeme chléb z kvásku pro sousedy, který je vždy čerstvý.",
    "hu": "Kis pékség vagyunk a piactéren, és kovásszal sütjük a kenyeret, hogy mindig friss legyen.",
    "ro": "Suntem o brutărie mică din piață și coacem pâinea cu maia pentru vecinii noștri.",
    "ja": "広場の角にある小さなパン屋です。時間をかけて発酵させています。",
    "zh": "我们是市场广场上的一家面包店，用天然酵母慢慢发酵。",
    "ko": "시장 광장 모퉁이에 있는 작은 빵집입니다.",
    "ar": "نحن مخبز صغير في ساحة السوق نخبز الخبز بتخمير طويل.",
    "fa": "ما یک نانوایی کوچک در گوشه میدان هستیم و نان را با چاشنی پخت می‌کنیم.",
    "he": "אנחנו מאפייה קטנה בכיכר השוק.",
    "ru": "Мы маленькая пекарня на рыночной площади.",
    "uk": "Ми маленька пекарня на ринковій площі, і печемо її хліб.",
    "el": "Είμαστε ένας μικρός φούρνος στην πλατεία.",
    "th": "เราเป็นร้านเบเกอรี่เล็กๆ",
    "hi": "हम बाज़ार चौक पर एक छोटी बेकरी हैं।",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_sentence_is_recognised(language: str) -> None:
    assert detect_language(TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "   ", "12 + 30", "https://example.com info@example.com", "\U0001f35e"])
def test_english_when_nothing_tells(text: str) -> None:
    assert detect_language(text) == "en"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fi", "Saunalautta on Hopeajärvellä. Sauna lämpiää tunnissa puilla, jotka kuuluvat hintaan."),
        ("sv", "Bastuflotten ligger på Silversjön och bastun är varm på en timme."),
        ("de", "Frische Brötchen, Käse, Öl, Gemüse: täglich geöffnet."),
    ],
)
def test_letters_languages_share_do_not_outweigh_words(language: str, text: str) -> None:
    assert detect_language(text) == language


def test_addresses_and_foreign_names_do_not_outweigh_the_text() -> None:
    text = "京都の小さな宿です。Kyoto River Inn。https://example.com/en/rooms/river-view-room-with-garden"
    assert detect_language(text) == "ja"
    assert detect_language("La Boulangerie is a bakery in Boston for people who love bread.") == "en"


@pytest.mark.parametrize("language", TEXTS)
def test_a_text_is_in_the_script_of_its_language(language: str) -> None:
    assert is_in_script_of(language, TEXTS[language] * 2)


@pytest.mark.parametrize(
    ("language", "text"), [("ar", TEXTS["en"]), ("ja", TEXTS["de"]), ("de", TEXTS["ja"] * 2), ("zh", TEXTS["ko"] * 3)]
)
def test_another_script_is_noticed(language: str, text: str) -> None:
    assert not is_in_script_of(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ja", "River Inn"),
        ("sr-Latn", TEXTS["en"]),
        ("am", TEXTS["en"]),
        ("ja", "Kyoto River Inn は川のほとりの静かな宿です。朝食は季節の野菜です。"),
    ],
)
def test_too_little_text_unknown_languages_and_a_named_script_are_let_pass(language: str, text: str) -> None:
    assert is_in_script_of(language, text)
