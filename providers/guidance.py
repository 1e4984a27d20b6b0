"""What makes each kind of section good: told to the model together with the task."""

from typing import Final

from domain.blocks import BlockType

OUTLINE: Final = """\
Plan the page. Answer with its title, slug, language, SEO fields and sections in reading order.

- Think of the visitor's questions in the order they come up: what is it, is it for me, how does it work, what does it
  cost, can I trust it, what do I do now. Plan a section only for a question the brief can answer.
- Four to eight sections for a brief of some substance, three for a sentence or two. Never more than twelve.
- The first section, and only the first, is the hero. The last one lets the visitor act: contact or cta.
- Use only the types listed as possible in the task. After the hero, those listed as required all appear, in that
  order; others may stand between them.
- No type twice, except text. No two sections that would say the same.
- heading: what the section will say, at most 60 characters, in the page's language. The hero's heading is the promise
  of the page in one line.
- purpose: one sentence for the writer of the section: which facts of the brief belong here, and what the reader should
  know or do after it. Facts are given to one section each.
- anchor: one or two short English words in lower-case ASCII for the address bar, such as `prices` or `how-it-works`,
  different for each section.
- title: the name of the business or thing, with what it is if the name does not say so; at most 60 characters.
- slug: the name in lower-case ASCII letters, digits and single hyphens, at most 40 characters; transliterate.
- language: the tag of the task, unchanged.
- seo.title: at most 60 characters, name and offer; place too if the brief has one. seo.description: one or two whole
  sentences of 110 to 155 characters that say what the visitor finds, from the brief.
"""

_SECTION: Final = {
    BlockType.HERO: """\
- heading: the offer and its point in at most 60 characters; the visitor knows what this is without reading on.
- tagline: who or where, at most 40 characters (a trade and a town, an audience, a date). Null when it would repeat.
- text: one or two sentences, at most 220 characters: what the visitor gets, and the one fact that makes it credible.
- action: the next step the brief asks for; second_action: a quieter way to look further, usually an anchor of this
  page. Null when no link fits.""",
    BlockType.FEATURES: """\
- Three to six items, each one thing the visitor gets, most important first; two are enough when the brief has two.
- title: the benefit or the thing itself in at most 50 characters. text: one or two sentences, at most 200 characters,
  with the fact that supports it.
- intro: one sentence only if the items need a frame, else null.
- Items differ in content, begin differently, and have about the same length.""",
    BlockType.STEPS: """\
- Three to five steps in the order they happen, as the brief describes it; leave out what it does not describe.
- title: what the visitor or the business does, a verb first, at most 50 characters. No "Step 1": numbers are drawn.
- text: one or two sentences, at most 200 characters: what happens, and what it takes.
- intro: null, or one sentence on how long or how much effort, if the brief says so.""",
    BlockType.PRICING: """\
- One plan for each price of the brief that belongs here, in its order. price is copied as spelled there, with
  currency, "from" and period.
- name: the item as the brief calls it. text: its note or what is included, at most 160 characters, else null.
- features: only what the brief says is part of it; else empty.
- highlighted: true for one plan at most, and only if the brief recommends it. action: only if a link of <links> leads
  to that very purchase or booking.
- intro: what holds for all prices (taxes, validity, minimum), if the brief says so; else null.""",
    BlockType.TESTIMONIALS: """\
- Every quote of the brief, or the strongest if there are more than six; whole, unchanged, in its language.
- author and role exactly as given; role null when there is none.
- heading: what these people agree on, without quoting them and without praise of our own.""",
    BlockType.STATS: """\
- Only figures that stand in the brief. value: the figure as spelled there, with its unit. label: what it counts, at
  most 60 characters, so that figure and label read as one statement.
- Two to four, the most telling first. A price, a phone number, a postal code or an opening hour is not a statistic.""",
    BlockType.GALLERY: """\
- Three to six tiles for things the brief describes that one could look at: rooms, dishes, works, places, products.
- title: what it is, at most 40 characters. alt: what the picture of it shows, soberly, for somebody who cannot see it.
- caption: one fact of the brief about it, at most 120 characters, else null.
- No people, views, colours or materials the brief does not mention.""",
    BlockType.TEAM: """\
- Each person of the brief, in its order, with name and role as spelled there.
- bio: what the brief says about this person in one or two sentences; null when it says nothing.
- intro: null, or one sentence on how they work together, if the brief says so.""",
    BlockType.FAQ: """\
- Three to six questions visitors of this page really ask and the brief answers: cost, time, place, conditions,
  cancelling, who it is for. Fewer when it answers fewer.
- question: in the visitor's words, at most 100 characters. answer: the answer in its first sentence, then what else is
  needed; at most 400 characters.
- Nothing another section of the outline already answers in full.""",
    BlockType.CONTACT: """\
- phone, email, address and hours exactly as in the brief; null or empty when it has none.
- links: those of <links> that help to get in touch or to get there, labelled by what opens.
- text: one sentence on how or when to get in touch best, if the brief says something about it; else null.
- heading: what one can do here, not just "Contact", when the brief gives a reason to come or call.""",
    BlockType.CTA: """\
- heading: the last and simplest reason to act now, at most 60 characters, without pressure or deadlines the brief does
  not set.
- text: one sentence that removes the last doubt with a fact of the brief, at most 160 characters; else null.
- action: the brief's call to action, to the address of <links> where one can do it.""",
    BlockType.TEXT: """\
- body: two to five short paragraphs, together at most 1,200 characters, first the point, then what supports it. A list
  where the brief enumerates.
- Tell what only this business, person or project can tell: how it came about, how it works, what it cares about, as far
  as the brief says. No summary at the end.""",
}


def guidance_for(block: BlockType) -> str:
    """Return what to mind when writing a section of this type."""
    return _SECTION[block]
