"""Structured data (schema.org as JSON-LD) of a page: what the document says, and nothing else."""

from pydantic import JsonValue

from domain.blocks import Faq
from domain.page import PageDocument
from rendering.language import PageLanguage
from rendering.markdown import to_text


def structured_data(document: PageDocument, language: PageLanguage) -> dict[str, JsonValue]:
    """Return the JSON-LD of a page: a WebPage, which is a FAQPage when it answers questions."""
    questions: list[JsonValue] = [
        {
            "@type": "Question",
            "name": item.question,
            "acceptedAnswer": {"@type": "Answer", "text": to_text(item.answer)},
        }
        for section in document.sections
        if isinstance(section, Faq)
        for item in section.items
    ]
    page: dict[str, JsonValue] = {
        "@context": "https://schema.org",
        "@type": ["WebPage", "FAQPage"] if questions else "WebPage",
        "name": document.seo.title,
        "description": document.seo.description,
        "inLanguage": language.tag,
    }
    return {**page, "mainEntity": questions} if questions else page
