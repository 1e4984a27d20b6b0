"""What a published page's Content-Security-Policy needs to know about it."""

import base64
import hashlib
import re
from typing import Final

_STYLE: Final = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def style_hash(html: str) -> str:
    """Return the base64 SHA-256 of the text of a rendered page's one style element, for `style-src 'sha256-...'`.

    Raises ValueError when the page has no style element or more than one.
    """
    texts = _STYLE.findall(html)
    if len(texts) != 1:
        message = f"a rendered page has one <style> element; this one has {len(texts)}"
        raise ValueError(message)
    return base64.b64encode(hashlib.sha256(texts[0].encode()).digest()).decode()
