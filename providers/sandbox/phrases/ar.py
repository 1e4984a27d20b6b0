"""Arabic."""

from typing import Final

from domain.blocks import BlockType
from providers.sandbox.phrases.phrasebook import (
    Instructions,
    Labels,
    Phrasebook,
    Printed,
    Questions,
    Reading,
    called,
    cue,
    words,
)

_PRINTED: Final = Printed(
    headings={
        BlockType.FEATURES: ("من المفيد أن تعرف", "بمزيد من التفصيل"),
        BlockType.STEPS: ("كيف يتم ذلك", "خطوة بخطوة"),
        BlockType.PRICING: ("الأسعار", "قائمة الأسعار"),
        BlockType.TESTIMONIALS: ("قالوا عنّا", "بكلماتهم"),
        BlockType.STATS: ("بالأرقام", "أرقام وحقائق"),
        BlockType.GALLERY: ("نظرة عن قرب", "جولة بالصور"),
        BlockType.TEAM: ("فريقنا", "من نحن"),
        BlockType.FAQ: ("أسئلة وأجوبة", "أسئلة شائعة"),
        BlockType.CONTACT: ("تواصلوا معنا", "للتواصل"),
        BlockType.CTA: ("نحن بانتظاركم", "الخطوة التالية"),
        BlockType.TEXT: ("حكايتنا", "المزيد من التفاصيل"),
    },
    named={BlockType.TEXT: ("عن {name}",)},
    visit=("العنوان والتواصل", "كيف تصلون إلينا"),
    ordinals=("أولًا", "ثم", "بعد ذلك", "يلي ذلك", "لاحقًا", "فيما بعد", "قرب النهاية", "أخيرًا"),
    labels=Labels(write="راسلونا", call="اتصلوا بنا", contact="تواصلوا معنا", prices="الأسعار"),
    questions=Questions(
        hours="ما مواعيد العمل؟",
        address="أين العنوان؟",
        reach="كيف يمكن التواصل معكم؟",
        price="كم السعر: {item}؟",
        audience="لمن هذه الخدمة؟",
        about="عمّ يدور الأمر؟",
    ),
)

_READING: Final = Reading(
    abbreviations=words("د أ م ص.ب هـ م.م ج"),
    stopwords=words(
        "في من إلى على عن مع بين حتى منذ خلال بعد قبل عند لدى أو و ثم "
        "لكن الذي التي الذين أن إن كان كانت هو هي هم كل بلا دون نحو"
    ),
    qualifiers=("أكثر من", "نحو", "حوالي", "قرابة", "ما يزيد على"),
    uncounted=cue(
        r"(?:صباحًا|صباحا|مساءً|مساء|ظهرًا|ص|م|يناير|فبراير|مارس"
        r"|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر)$"
    ),
    before_label=words("الساعة عام سنة رقم"),
    determiners=frozenset(),
    brief_talk=cue(
        r"(?:نريد|نحتاج|أريد|يجب|ينبغي|نرجو|يرجى).*(?:صفحة|الصفحة|موقعًا|الموقع الإلكتروني|محركات البحث)"
        r"|(?:يُرجى|يرجى|نرجو|الرجاء|من فضلك) (?:عدم|تجنب|تجنّب|ذكر|استخدام|استعمال|كتابة|إضافة)"
        r"|تجاهل (?:كل|جميع|ما|التعليمات)|^\s*(?:النظام|النبرة|الجمهور|اللغة)\s*:"
        r"|^\s*(?:النبرة|نبرة النص|الأسلوب) (?:يجب|ينبغي)|(?:تجنب|تجنّب|لا تستخدم|لا تستعمل|لا تذكر) كلم"
    ),
    page_for=cue(r"^\s*(?:نريد|نحتاج|أريد)(?: إلى)? (?:صفحة|موقعًا)(?: ويب)? (?:عن|لـ ?|ل)"),
    calling=called(r"\b(?:اسمه|اسمها|باسم|تدعى|يدعى)"),
    topics={
        BlockType.PRICING: cue(r"الأسعار|أسعار|الرسوم|التكلفة|تكلفة"),
        BlockType.CONTACT: cue(r"العنوان|التواصل|تواصل|مواعيد|ساعات|الوصول|كيف تصل"),
        BlockType.TEAM: cue(r"فريق|الفريق|الأطباء|أطباؤنا|من نحن"),
        BlockType.TESTIMONIALS: cue(r"قالوا|آراء"),
        BlockType.FAQ: cue(r"أسئلة|الأسئلة"),
        BlockType.GALLERY: cue(r"صور|معرض|جولة"),
        BlockType.STATS: cue(r"أرقام|بالأرقام"),
        BlockType.STEPS: cue(r"خطوات|الزيارة الأولى|خطوة|كيف"),
    },
    call=cue(r"اتصل|اتصال|هاتف|هاتفي"),
    write=cue(r"راسل|اكتب|بريد|احجز|حجز|موعد"),
    instructions=Instructions(
        shorter=cue(r"أقصر|اختصر|اختصار|إيجاز|أوجز"),
        longer=cue(r"أطول|تفصيل|تفاصيل أكثر|توسّع|أطِل"),
        formal=cue(r"رسمي|رسمية|جدّي"),
        mention=cue(r"(?:اذكر(?:وا)?|أضف|أضيفوا)\s+(.+)"),
        retitle=cue(r"(?:العنوان|عنوان).*?[\"“«](.+?)[\"”»]"),
    ),
)

ARABIC: Final = Phrasebook(language="ar", printed=_PRINTED, reading=_READING)
