"""French."""

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
        BlockType.FEATURES: ("À savoir", "Plus en détail", "En détail"),
        BlockType.STEPS: ("Comment ça se passe", "Étape par étape"),
        BlockType.PRICING: ("Tarifs", "Les prix"),
        BlockType.TESTIMONIALS: ("Ils en parlent", "Paroles"),
        BlockType.STATS: ("En chiffres", "Quelques chiffres"),
        BlockType.GALLERY: ("À voir de plus près", "En images"),
        BlockType.TEAM: ("L’équipe", "Celles et ceux qui vous accueillent"),
        BlockType.FAQ: ("Questions et réponses", "Bon à savoir"),
        BlockType.CONTACT: ("Contact", "Nous joindre"),
        BlockType.CTA: ("La prochaine étape", "À vous de jouer"),
        BlockType.TEXT: ("L’histoire", "En savoir plus"),
    },
    named={BlockType.TEXT: ("{name}, en quelques mots",)},
    visit=("Venir nous voir", "Nous trouver"),
    ordinals=("D’abord", "Ensuite", "Puis", "Après cela", "Plus tard", "Par la suite", "Vers la fin", "Enfin"),
    labels=Labels(write="Nous écrire", call="Nous appeler", contact="Nous contacter", prices="Voir les tarifs"),
    questions=Questions(
        hours="Quels sont les horaires ?",
        address="Quelle est l’adresse ?",
        reach="Comment prendre contact ?",
        price="{item} : quel est le prix ?",
        audience="À qui cela s’adresse-t-il ?",
        about="De quoi s’agit-il ?",
    ),
)

_BRIEF_TALK: Final = talk(
    page=r"\b(?:site web|site internet|page web|page d['’]accueil|landing page|référencement|seo|slogan|accroche|"
    r"(?:la|cette|une|notre) (?:nouvelle )?page|(?:le|ce|un|notre) (?:nouveau )?site)\b",
    wish=r"\b(?:voulons|voudrions|voudrais|souhait\w+|besoin|doit"
    r"|doivent|devrait|devra|faut|merci de|veuillez|prière de)\b",
    more=r"\b(?:merci de|veuillez|prière de) (?:ne pas (?:utiliser|écrire|mentionner)|mentionner|éviter d)"
    r"|\b(?:évite[rz]?|n['’]utilise[rz]? pas) (?:le mot|les mots|le terme)\b"
    r"|^\s*(?:le )?(?:ton|style) (?:doit|devra|devrait)\b|^\s*ton\b.*\bs['’]il (?:vous|te) pla[iî]t\b"
    r"|\b(?:ignore[rz]?|oublie[rz]?) (?:tout|toutes|ce qui|les instructions)\b"
    r"|^\s*(?:système|system|assistant|ton|public|langue)\s*:",
)

_STOPWORDS: Final = words(
    "le la les l un une des du de d et ou mais donc or ni car à au aux avec chez contre dans depuis en entre jusqu par "
    "pour sans sous sur vers est sont était étaient a ont avait "
    "avaient peut peuvent doit doivent fait font que qui quoi "
    "dont où quand si comme il elle ils elles on nous vous je "
    "tu ce cet cette ces son sa ses leur leurs notre nos votre "
    "vos mon ma mes ne pas plus aussi très tout toute tous toutes y se s c n qu"
)

_READING: Final = Reading(
    abbreviations=words("m mm mme mlle dr pr st ste av bd p ex env etc cf n° tél no apr j.-c"),
    stopwords=_STOPWORDS,
    linking=words("de d’ d'"),
    joining=words("de du des d’ et ou"),
    determiners=words("les nos ces ses leurs vos mes des"),
    qualifiers=("plus de", "près de", "environ", "quelque", "jusqu’à", "au moins", "moins de"),
    uncounted=cue(
        r"(?:h|heures?|janvier|février|mars|avril|mai|juin|juillet"
        r"|août|septembre|octobre|novembre|décembre|e|er|ère|ème)$"
    ),
    before_label=words("numéro salle ligne page rue quai n° bus"),
    brief_talk=_BRIEF_TALK,
    page_for=cue(
        r"^\s*(?:nous voulons|nous voudrions|nous cherchons|je voudrais|il nous faut)? ?"
        r"(?:une?|la|le) ?(?:page|site)(?: web| internet)? (?:pour|sur) "
    ),
    calling=called(r"\b(?:appelée?|nommée?|appelle)"),
    naming=re.compile(
        r"^(?P<name>(?!(?:Nous|Je|Il|Elle|Ils|On|Notre|Nos|Ce|Cette|Dans|Depuis|Chaque|Une?|Ici|Les|En|À)\b)"
        r"[A-ZÀ-Ý][\w'’&.-]*(?: (?:[A-ZÀ-Ý][\w'’&.-]*|&|de|du|des|la"
        r"|le|les|et|à|aux?)){0,6}?)(?=,| est | sont | – | — | : )"
    ),
    topics={
        BlockType.PRICING: cue(r"\b(?:tarifs?|prix|billets?|billetterie|entrée)\b"),
        BlockType.CONTACT: cue(
            r"\b(?:contact|venir|accès|adresse|horaires|nous trouver|visite pratique|informations pratiques)\b"
        ),
        BlockType.TEAM: cue(r"\b(?:équipe|qui sommes|gens|visages|artisans|derrière)\b"),
        BlockType.TESTIMONIALS: cue(r"\b(?:témoignages|avis|ils en parlent|ce qu['’]on dit)\b"),
        BlockType.FAQ: cue(r"\b(?:questions|faq|bon à savoir)\b"),
        BlockType.GALLERY: cue(r"\b(?:galerie|images|photos|à voir|collections?)\b"),
        BlockType.STATS: cue(r"\b(?:chiffres|en bref)\b"),
        BlockType.STEPS: cue(r"\b(?:étapes?|comment ça|déroulement|parcours)\b"),
    },
    call=cue(r"\b(?:appel\w*|téléphon\w*)\b"),
    write=cue(r"\b(?:écri\w*|e-?mail|courriel|réserv\w*|inscri\w*|command\w*|demand\w*)\b"),
    instructions=Instructions(
        shorter=cue(r"\b(?:plus court\w*|raccourci\w*|abrège\w*|plus bref|plus brève|concis\w*)\b"),
        longer=cue(r"\b(?:plus long\w*|allonge\w*|développe\w*|plus de détails?|plus détaillée?)\b"),
        formal=cue(r"\b(?:formel\w*|soutenue?|sérieu\w*|professionnel\w*)\b"),
        mention=cue(
            r"\b(?:mentionn\w*|ajout\w*|parle\w* d[eu]|cite\w*)\s+(?:que\s+|les?\s+|la\s+|l['’]|nos\s+|notre\s+)?(.+)"
        ),
        retitle=cue(r"\btitre\b[^\"“”'‘’«»]*?[\"“«]\s*(.+?)\s*[\"”»]\s*[.!]?\s*$"),
    ),
)

FRENCH: Final = Phrasebook(language="fr", printed=_PRINTED, reading=_READING)
