"""What the renderer refuses. One tree: catch `RenderError` for all of it."""


class RenderError(ValueError):
    """The document cannot become a page. The message names the part and what to change."""


class RefusedDocumentError(RenderError):
    """The document's shape cannot be rendered.

    Its first section is not the only hero, two sections share an anchor, its language is not BCP 47, or a text holds
    nothing that can be shown.
    """


class RefusedLinkError(RenderError):
    """A link is neither an in-page anchor nor http, https, mailto or tel."""
