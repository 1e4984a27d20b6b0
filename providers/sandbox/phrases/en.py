"""English."""

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
        BlockType.FEATURES: ("Worth knowing", "In more detail", "Good to know"),
        BlockType.STEPS: ("How it works", "Step by step"),
        BlockType.PRICING: ("Prices", "What it costs"),
        BlockType.TESTIMONIALS: ("In their words", "What people say"),
        BlockType.STATS: ("In figures", "By the numbers"),
        BlockType.GALLERY: ("A closer look", "A look around"),
        BlockType.TEAM: ("The people behind it", "The people"),
        BlockType.FAQ: ("Questions and answers", "Questions people ask"),
        BlockType.CONTACT: ("Get in touch", "Contact"),
        BlockType.CTA: ("Ready when you are", "The next step"),
        BlockType.TEXT: ("The story", "More about it"),
    },
    named={
        BlockType.TEXT: ("About {name}",),
    },
    visit=("Where to find us", "Find us"),
    ordinals=("First", "Then", "Next", "After that", "Later", "Further on", "Towards the end", "Finally"),
    labels=Labels(write="Write to us", call="Call us", contact="Get in touch", prices="See prices"),
    questions=Questions(
        hours="When are you open?",
        address="Where do I find you?",
        reach="How can I reach you?",
        price="{item}: what does it cost?",
        audience="Who is it for?",
        about="What is it about?",
    ),
)

_BRIEF_TALK: Final = talk(
    page=r"\b(?:web ?site|web ?page|landing ?page|home ?page|one-pager"
    r"|headline|hero section|call to action|tone of voice|"
    r"brand voice|seo|(?:an?|the) faq|section (?:about|on|for|with)|"
    r"(?:the|this|our|my|a|one|new) (?:page|site|copy|brief))\b",
    wish=r"\b(?:needs?|wants?|would like|i'd like|we'd like|looking for|should|must|please|"
    r"(?:do not|don't|don’t|never|avoid) (?:use|mention|say|call|write|put|show|make|saying|using|mentioning))\b",
    more=r"\b(?:please|pls|plz) (?:do not|don't|don’t|avoid|mention|include|keep it|make it|make sure|write"
    r"|use the word)\b"
    r"|^\s*(?:do not|don't|don’t|never) (?:mention|include|use the words?)\b|\bavoid the (?:words?|phrase|term)\b"
    r"|^\s*(?:the )?(?:tone|style|voice|wording|copy) (?:should|must|needs to|has to)\b"
    r"|^\s*(?:can|could) you (?:please )?(?:put|add|include)\b"
    r"|\b(?:ignore|disregard|forget) (?:all|any|the above|everything|previous|above|prior|your)\b"
    r"|\b(?:system prompt|language model|as an ai|you are an? (?:ai|assistant))\b"
    r"|^\s*(?:system|assistant|user|tone|audience|language|keywords|note to (?:the )?(?:writer|designer|editor))\s*:",
)

_STOPWORDS: Final = words(
    "a an the and or but nor so yet as at by for from in into of off on onto out over per to up with without within "
    "who which that whose where when while since until till than then because if though although each every all both "
    "is are was were be been being has have had do does did can could will would shall should may might must "
    "he she it they we you i his her its their our your my this these those there here not no only also just still "
    "under above below between through during before after about around against along across behind near plus"
)

_READING: Final = Reading(
    abbreviations=words(
        "e.g i.e mr mrs ms dr st vs etc approx no nos dept prof jr sr co inc ltd fig cf a.m p.m u.s u.k"
    ),
    stopwords=_STOPWORDS,
    linking=words("of"),
    joining=words("of and or to but nor"),
    determiners=words("the our these those all my their its his her your both"),
    qualifiers=("more than", "over", "around", "about", "nearly", "almost", "up to", "at least", "some", "fewer than"),
    uncounted=cue(
        r"(?:am|pm|a\.m|p\.m|o'clock|o’clock|noon|january|february|march|april|may|june|july|august|september|"
        r"october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec|st|nd|rd|th|(?:mon|tues|wednes|thurs|fri|satur|sun)day)$"
    ),
    before_label=words(
        "january february march april may june july august september october november december number no room route "
        "line page chapter version street platform bus gate"
    ),
    brief_talk=_BRIEF_TALK,
    page_for=cue(
        r"^\s*(?:(?:we|i)(?: would|'d|’d)? (?:need|want|like|am looking for|are looking for) |please |could you )*"
        r"(?:make|build|create|write|design|do)?(?: me| us)? ?(?:an?|the|our|my|one)? ?(?:\w+ ){0,2}?"
        r"(?:(?:landing|web|home)[ -]?)?(?:page|site|website|one-pager) (?:for|about) "
    ),
    calling=called(r"\b(?:called|named)"),
    naming=re.compile(
        r"^(?P<name>(?!(?:We|I|It|This|That|Our|My|Your|They|There|Here|In|At|On|A|An|Every|Each|For|From|Since|When|"
        r"If|Small|Old|New|Best|Most|Some|Many|All"
        r"|No)\b)[A-Z][\w'’&.-]*(?: (?:[A-Z][\w'’&.-]*|&|of|the|and|de|la)){0,5}?)"
        r"(?=,| is | are | – | — | - |: )"
    ),
    topics={
        BlockType.PRICING: cue(
            r"\b(?:prices?|pricing|cost|costs|fees?|rates?|tickets?|admission|gifts?|donations?|pays for)\b"
        ),
        BlockType.CONTACT: cue(
            r"\b(?:contact|find(?:ing)? (?:us|the|our)|visit|visiting"
            r"|directions|getting here|opening hours|how to get|where we are|"
            r"get in touch|come by|the venue)\b"
        ),
        BlockType.TEAM: cue(
            r"\b(?:team|people|who we are|crew|speakers|members|staff"
            r"|line-?up|maintainers|teachers|instructors|behind)\b"
        ),
        BlockType.TESTIMONIALS: cue(
            r"\b(?:people say|voices|reviews|testimonials|in their words|said about|guests say)\b"
        ),
        BlockType.FAQ: cue(r"\b(?:questions?|faq|good to know|people ask)\b"),
        BlockType.GALLERY: cue(
            r"\b(?:gallery|pictures|photos|to see|on the shelves|on show|collection|specialities)\b"
        ),
        BlockType.STATS: cue(r"\b(?:numbers|figures|at a glance|so far)\b"),
        BlockType.STEPS: cue(r"\b(?:how it works|step by step|how to|first visit)\b"),
    },
    call=cue(r"\b(?:call|phone|ring|telephone)\b"),
    write=cue(
        r"\b(?:e-?mail|write|ask us|ask for|enquire|message|apply|volunteer|sign up|enrol|pre-?order|order|book)\b"
    ),
    contractions={
        "we're": "we are",
        "you're": "you are",
        "they're": "they are",
        "it's": "it is",
        "that's": "that is",
        "there's": "there is",
        "don't": "do not",
        "doesn't": "does not",
        "didn't": "did not",
        "isn't": "is not",
        "aren't": "are not",
        "wasn't": "was not",
        "can't": "cannot",
        "won't": "will not",
        "we've": "we have",
        "you've": "you have",
        "we'll": "we will",
        "you'll": "you will",
        "i'm": "I am",
        "let's": "let us",
        "couldn't": "could not",
        "wouldn't": "would not",
        "they've": "they have",
        "i've": "I have",
        "we'd": "we would",
    },
    instructions=Instructions(
        shorter=cue(r"\b(?:short|shorter|shorten|brief|briefer|concise|trim|tighten|cut (?:it|this|down)|less text)\b"),
        longer=cue(r"\b(?:longer|more detail|more details|expand|elaborate|extend|lengthen|say more)\b"),
        formal=cue(r"\b(?:formal|formally|professional|serious|businesslike)\b"),
        mention=cue(
            r"\b(?:mention|include|add|talk about|bring up|refer to"
            r"|say something about)\s+(?:that\s+|the\s+|our\s+)?(.+)"
        ),
        retitle=cue(r"\b(?:heading|headline|title)\b[^\"“”'‘’«»]*?[\"“'‘«](.+?)[\"”'’»]\s*[.!]?\s*$"),
    ),
)

ENGLISH: Final = Phrasebook(language="en", printed=_PRINTED, reading=_READING)
