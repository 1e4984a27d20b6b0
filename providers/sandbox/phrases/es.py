"""Spanish."""

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
        BlockType.FEATURES: ("Conviene saber", "Más en detalle", "En detalle"),
        BlockType.STEPS: ("Cómo funciona", "Paso a paso"),
        BlockType.PRICING: ("Precios", "Cuánto cuesta"),
        BlockType.TESTIMONIALS: ("En sus palabras", "Voces"),
        BlockType.STATS: ("En cifras", "Los números"),
        BlockType.GALLERY: ("Una mirada de cerca", "Para mirar despacio"),
        BlockType.TEAM: ("Las personas", "Quiénes somos"),
        BlockType.FAQ: ("Preguntas y respuestas", "Preguntas frecuentes"),
        BlockType.CONTACT: ("Contacto", "Hablemos"),
        BlockType.CTA: ("El siguiente paso", "Cuando quieras"),
        BlockType.TEXT: ("La historia", "Más detalles"),
    },
    named={BlockType.TEXT: ("Sobre {name}",)},
    visit=("Dónde estamos", "Cómo llegar"),
    ordinals=(
        "Primero",
        "Después",
        "Luego",
        "A continuación",
        "Más tarde",
        "Más adelante",
        "Hacia el final",
        "Por último",
    ),
    labels=Labels(write="Escribir un correo", call="Llamar", contact="Ponerse en contacto", prices="Ver precios"),
    questions=Questions(
        hours="¿Cuál es el horario?",
        address="¿Cuál es la dirección?",
        reach="¿Cómo me pongo en contacto?",
        price="{item}: ¿cuánto cuesta?",
        audience="¿Para quién es?",
        about="¿De qué se trata?",
    ),
)

_BRIEF_TALK: Final = talk(
    page=r"\b(?:sitio web|página web|página de inicio|landing page|seo|eslogan|"
    r"(?:la|esta|una|nuestra) (?:nueva )?página|(?:el|este|un|nuestro) (?:nuevo )?sitio)\b",
    wish=r"\b(?:quer\w+|quier\w+|necesit\w+|debe|deben|debería|tiene que|por favor|gustaría)\b",
    more=r"\bpor favor,? (?:no (?:us|pong|escrib|digá?)\w*|menciona\w*|evita\w*|incluye\w*)"
    r"|\b(?:evit(?:a|ad|e|en|ar)|no us(?:es|e|éis|en|ar)) (?:la palabra|las palabras|el término)\b"
    r"|^\s*(?:el )?(?:tono|estilo)\b(?=.*\b(?:debe|debería|tiene que|ha de|por favor)\b)"
    r"|\b(?:ignora|olvida)\w* (?:todo|todas|las instrucciones|lo anterior)\b"
    r"|^\s*(?:sistema|system|assistant|tono|público|idioma)\s*:",
)

_STOPWORDS: Final = words(
    "el la los las un una unos unas lo al del de y e o u pero ni que como a ante bajo con contra desde en entre hacia "
    "hasta para por según sin sobre tras es son era eran fue fueron ha han había hay está están tiene tienen puede "
    "pueden debe deben se su sus mi mis tu tus nuestro nuestra nuestros nuestras este esta estos estas ese esa quien "
    "quienes donde cuando si no más muy también ya solo cada todo toda todos todas le les nos te me"
)

_READING: Final = Reading(
    abbreviations=words("sr sra srta dr dra d da ud uds av avda c pág núm tel aprox etc p ej n.º ee.uu"),
    stopwords=_STOPWORDS,
    linking=words("de"),
    joining=words("de del y e o u"),
    determiners=words("los las nuestros nuestras estos estas sus mis tus"),
    qualifiers=("más de", "cerca de", "unos", "unas", "casi", "hasta", "al menos", "alrededor de", "menos de"),
    uncounted=cue(
        r"(?:h|horas?|de|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)$"
    ),
    before_label=words("número sala línea página calle autobús piso"),
    brief_talk=_BRIEF_TALK,
    page_for=cue(
        r"^\s*(?:queremos|necesitamos|quiero|necesito|quisiera)? ?(?:una?"
        r"|la|el) ?(?:página|sitio)(?: web)? (?:para|sobre) "
    ),
    calling=called(r"\b(?:llamad[oa]|llama|llamamos)"),
    naming=re.compile(
        r"^(?P<name>(?!(?:Nosotros|Yo|Es|Este|Esta|Nuestro|Nuestra|En|Desde|Cada|Una?|Aquí|Los|Las|Somos)\b)"
        r"[A-ZÁÉÍÓÚÑ][\w'’&.-]*(?: (?:[A-ZÁÉÍÓÚÑ][\w'’&.-]*|&|de"
        r"|del|la|el|los|las|y)){0,6}?)(?=,| es | son | – | — |: )"
    ),
    topics={
        BlockType.PRICING: cue(r"\b(?:precios?|tarifas?|cuesta|entradas?|matrícula)\b"),
        BlockType.CONTACT: cue(r"\b(?:contacto|cómo llegar|dirección|horarios?|dónde estamos|visítanos)\b"),
        BlockType.TEAM: cue(r"\b(?:equipo|quiénes somos|personas|profesores|profesorado|docentes)\b"),
        BlockType.TESTIMONIALS: cue(r"\b(?:opiniones|testimonios|voces|lo que dicen)\b"),
        BlockType.FAQ: cue(r"\b(?:preguntas|faq|dudas)\b"),
        BlockType.GALLERY: cue(r"\b(?:galería|imágenes|fotos|colección)\b"),
        BlockType.STATS: cue(r"\b(?:cifras|números|de un vistazo)\b"),
        BlockType.STEPS: cue(r"\b(?:paso a paso|cómo funciona|pasos)\b"),
    },
    call=cue(r"\b(?:llam\w*|teléfono)\b"),
    write=cue(r"\b(?:escrib\w*|correo|e-?mail|reserv\w*|inscri\w*|pid\w*|solicit\w*)\b"),
    instructions=Instructions(
        shorter=cue(r"\b(?:más cort\w*|acort\w*|abrevi\w*|más breve|resum\w*)\b"),
        longer=cue(r"\b(?:más larg\w*|alarg\w*|ampl[ií]\w*|más detalles?)\b"),
        formal=cue(r"\b(?:formal\w*|seri[oa]|profesional\w*)\b"),
        mention=cue(
            r"\b(?:mencion\w*|añad\w*|inclu[iy]\w*|habla de)\s+(?:que\s+|los?\s+|las?\s+|el\s+|nuestr\w+\s+)?(.+)"
        ),
        retitle=cue(r"\b(?:título|encabezado)\b[^\"“”'‘’«»]*?[\"“«](.+?)[\"”»]\s*[.!]?\s*$"),
    ),
)

SPANISH: Final = Phrasebook(language="es", printed=_PRINTED, reading=_READING)
