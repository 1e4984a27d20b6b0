"""German."""

import re
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
    talk,
    words,
)

_PRINTED: Final = Printed(
    headings={
        BlockType.FEATURES: ("Gut zu wissen", "Im Einzelnen", "Näheres"),
        BlockType.STEPS: ("So läuft es ab", "Schritt für Schritt"),
        BlockType.PRICING: ("Preise", "Was es kostet"),
        BlockType.TESTIMONIALS: ("Stimmen", "Im Wortlaut"),
        BlockType.STATS: ("In Zahlen", "Zahlen und Fakten"),
        BlockType.GALLERY: ("Ein Blick hinein", "Zum Ansehen"),
        BlockType.TEAM: ("Die Menschen dahinter", "Wer dahintersteht"),
        BlockType.FAQ: ("Fragen und Antworten", "Häufige Fragen"),
        BlockType.CONTACT: ("Kontakt", "So erreichen Sie uns"),
        BlockType.CTA: ("Der nächste Schritt", "So geht es weiter"),
        BlockType.TEXT: ("Die Geschichte", "Mehr dazu"),
    },
    named={BlockType.TEXT: ("Über {name}",)},
    visit=("Kontakt und Anfahrt", "So finden Sie uns"),
    ordinals=("Zuerst", "Dann", "Danach", "Anschließend", "Später", "Im Weiteren", "Gegen Ende", "Zum Schluss"),
    labels=Labels(write="E-Mail schreiben", call="Anrufen", contact="Kontakt aufnehmen", prices="Preise ansehen"),
    questions=Questions(
        hours="Wann ist geöffnet?",
        address="Wo ist die Adresse?",
        reach="Wie nehme ich Kontakt auf?",
        price="{item}: Was kostet das?",
        audience="Für wen ist das Angebot?",
        about="Worum geht es?",
    ),
)

_BRIEF_TALK: Final = talk(
    page=r"\b(?:web ?seite|web-?site|homepage|landing ?page|internetseite"
    r"|startseite|internetauftritt|onepager|überschrift|"
    r"seo|werbetext|(?:die|diese|unsere|meine|eine|der|neue) (?:neue )?(?:seite|text|briefing))\b",
    wish=r"\b(?:brauch\w+|möcht\w+|benötig\w+|wünsch\w+|soll|sollen|sollte|sollten|bitte|muss|müssen)\b",
    more=r"\bbitte (?:nicht|keine?|kein|erwähn\w*|verwend\w*|vermeid\w*"
    r"|benutz\w*|im text|schreib\w* (?:kein|nicht)\w*)\b"
    r"|\b(?:vermeid|verwend|benutz)\w* (?:sie )?(?:bitte )?(?:nicht |nie )?(?:das wort|die wörter|den begriff)\b"
    r"|^\s*(?:der |die )?(?:ton|tonfall|tonalität|stil|ansprache) (?:soll|sollte|muss|bitte)\b"
    r"|\bbitte (?:das wort|die wörter|den begriff)\b"
    r"|\b(?:ignorier|vergiss|missachte)\w* (?:alle|die|das|alles|bisherige)\b"
    r"|^\s*(?:system|assistant|tonfall|ton|zielgruppe|sprache|hinweis für die redaktion)\s*:",
)

_STOPWORDS: Final = words(
    "der die das den dem des ein eine einen einem einer eines "
    "und oder aber denn sondern als am an auf aus bei bis durch "
    "für gegen hinter in im ins mit nach neben ohne seit über um unter von vom vor wegen zu zum zur zwischen je pro ab "
    "ist sind war waren wird werden wurde hat haben hatte kann können muss müssen soll sollen will wollen darf dürfen "
    "wir sie er es ich ihr uns ihnen unser unsere unserer unserem "
    "unseren sein seine ihre ihrer man wer was wo wie wann "
    "dass ob wenn weil während damit auch nur noch schon nicht kein keine sich so sehr mehr hier dort dann davon dabei"
)

_READING: Final = Reading(
    abbreviations=words(
        "z.b z b d.h u.a u.ä usw bzw ca dr prof nr st str tel inkl "
        "zzgl evtl ggf vgl abs art bspw sog hl jh mio mrd fr hr"
    ),
    ordinal_stops=True,
    stopwords=_STOPWORDS,
    linking=frozenset(),
    joining=words("und oder zu sowie"),
    determiners=words("die unsere alle diese meine ihre seine der den unseren unserer allen"),
    qualifiers=("mehr als", "über", "rund", "etwa", "fast", "knapp", "bis zu", "mindestens", "gut", "weniger als"),
    uncounted=cue(
        r"(?:uhr|januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)$"
    ),
    before_label=words("nr nummer zimmer linie seite kapitel version gleis bus anno §"),
    brief_talk=_BRIEF_TALK,
    page_for=cue(
        r"^\s*(?:(?:bitte )?(?:erstell|mach|bau|gestalte|schreib)\w*(?: sie)?(?: uns| mir)? )?"
        r"(?:wir|ich)? ?(?:brauche|brauchen|möchte|möchten|benötigen|suchen|wünschen)?(?: uns)? ?(?:bitte )?"
        r"(?:eine|die|unsere) ?(?:\w+ )?(?:webseite|website|homepage|internetseite|landingpage|seite) (?:für|über) "
    ),
    calling=called(r"\b(?:namens|genannt|heißt|heisst|heißen)"),
    naming=re.compile(
        r"^(?P<name>(?!(?:Wir|Ich|Es|Das|Die|Der|Unser|Unsere|Mein"
        r"|Meine|In|Im|Am|Seit|Wenn|Eine?|Hier|Alle?|Jede[rs]?)\b)"
        r"[A-ZÄÖÜ][\w'’&.-]*(?: (?:[A-ZÄÖÜ][\w'’&.-]*|&|und|am|im"
        r"|an der|zum|zur|von)){0,5}?)(?=,| ist | sind | – | — |: )"
    ),
    topics={
        BlockType.PRICING: cue(r"\b(?:preise?|kosten|honorare?|gebühren|tarife?|eintritt|was es kostet|vergütung)\b"),
        BlockType.CONTACT: cue(
            r"\b(?:kontakt|anfahrt|adresse|öffnungszeiten|sprechzeiten|so finden|besuch|lage|erreichen)\b"
        ),
        BlockType.TEAM: cue(
            r"\b(?:team|menschen|wer wir sind|über uns|anwälte|anwältinnen|köpfe|dahinter|belegschaft)\b"
        ),
        BlockType.TESTIMONIALS: cue(r"\b(?:stimmen|bewertungen|mandanten sagen|kunden sagen|gäste sagen)\b"),
        BlockType.FAQ: cue(r"\b(?:fragen|faq|gut zu wissen)\b"),
        BlockType.GALLERY: cue(r"\b(?:galerie|bilder|fotos|zu sehen|sortiment|sammlung)\b"),
        BlockType.STATS: cue(r"\b(?:zahlen|auf einen blick)\b"),
        BlockType.STEPS: cue(r"\b(?:ablauf|schritt für schritt|so läuft|so geht)\b"),
    },
    call=cue(r"\b(?:anruf\w*|ruf\w*|telefon\w*|telefonisch\w*)\b"),
    write=cue(
        r"\b(?:schreib\w*|e-?mail|mail\w*|anfrag\w*|anmeld\w*|bestell\w*|bewerb\w*|vereinbar\w*|buch\w*|reservier\w*)\b"
    ),
    instructions=Instructions(
        shorter=cue(r"\b(?:kürzer\w*|kürze\w*|knapp\w*|straff\w*|weniger text|kurz)\b"),
        longer=cue(r"\b(?:länger\w*|ausführlich\w*|mehr details?|verlänger\w*|mehr text)\b"),
        formal=cue(r"\b(?:formell\w*|förmlich\w*|seriös\w*|sachlich\w*)\b"),
        mention=cue(
            r"\b(?:erwähn\w*|nenn\w*|ergänz\w*|füg\w* hinzu:?)\s+(?:bitte\s+"
            r"|auch\s+|noch\s+)*(?:dass\s+|die\s+|den\s+|das\s+|unsere?n?\s+)?(.+)"
        ),
        retitle=cue(
            r"\b(?:überschrift|titel)\b[^\"“„”'‚‘’«»]*?[\"“„'‚‘«»](.+?)[\"“”'‘’«»]\s*[.!]?\s*(?:ändern"
            r"|setzen|umbenennen)?\s*[.!]?$"
        ),
    ),
)

GERMAN: Final = Phrasebook(language="de", printed=_PRINTED, reading=_READING)
