"""From a printed figure back to its cells: reads the lineage that travels inside the PDF."""

from __future__ import annotations

import io
import json
from typing import Any

from ctdp_etl.briefing.lineage import LINEAGE_NAME, resolved
from ctdp_etl.errors import CtdpError


class TraceError(CtdpError):
    """A PDF without lineage, or a figure that it does not print."""


def trace(pdf: bytes, figure: str | None = None) -> dict[str, Any]:
    """Return the lineage of a briefing, or of the figures that ``figure`` names by id or by printed text.

    Raise ``TraceError`` where the file is no briefing of ours or prints no such figure.
    """
    content = lineage_of(pdf)
    if figure is None:
        return resolved(content)
    chosen = [item for item in content["figures"] if figure in (item["id"], item["printed"])]
    if not chosen:
        raise TraceError(f"Báo cáo không in số nào là {figure!r}. Xem danh sách: ctdp trace TỆP.pdf.")
    return resolved(content | {"figures": chosen})


def lineage_of(pdf: bytes) -> dict[str, Any]:
    """Return the lineage as it travels in a briefing; raise ``TraceError`` where there is none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        attached = PdfReader(io.BytesIO(pdf)).attachments.get(LINEAGE_NAME)
        content = json.loads(attached[0]) if attached else None
    except (PyPdfError, ValueError, KeyError) as error:
        raise TraceError("Không đọc được tệp PDF này. Hãy kiểm tra tệp có nguyên vẹn không.") from error
    if not isinstance(content, dict) or not {"figures", "observations"} <= content.keys():
        raise TraceError("Tệp PDF này không kèm nguồn gốc số liệu; đây không phải báo cáo do ctdp lập.")
    return content
