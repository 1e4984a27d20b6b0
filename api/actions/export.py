"""A page to take away: one zip file with the page, its document and the receipt of the job that made it."""

import io
import zipfile
from datetime import datetime

from api.schemas.job import Receipt
from storage.page import PageVersionRow


def zipped(version: PageVersionRow, receipt: Receipt | None) -> bytes:
    """Return index.html, document.json and receipt.json; the same version gives the same bytes."""
    files = {
        "index.html": version.html,
        "document.json": version.document.model_dump_json(indent=2),
    }
    if receipt is not None:
        files["receipt.json"] = receipt.model_dump_json(indent=2)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(_entry(name, version.created_at), text)
    return buffer.getvalue()


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
