"""Official letters (công văn) to PDF: a folder of ``reports`` with its words, and what stands in the letter."""

from __future__ import annotations

from typing import Any

from ctdp_etl import resources
from ctdp_etl.briefing.fonts import typeface
from ctdp_etl.briefing.inputs import Letterhead
from ctdp_etl.briefing.markup import report_spec, style, templates


def letter_pdf(name: str, letterhead: Letterhead, content: Any, *, as_of: str) -> bytes:
    """Return a letter of ``reports`` as PDF/A-3a: what its template shows, and the instant it tells of.

    Raise ``RenderError`` for any fault, ``FontError`` without a font.
    """
    from ctdp_etl.briefing.press import demand, document_of, fonts_of_thread, no_warnings, printed, sheet_of

    demand(letterhead)
    face = typeface()
    fonts = fonts_of_thread()
    with no_warnings():
        reports = resources.folder("reports")
        template = templates(reports, face.printable).get_template(f"{name}/template.html.j2")
        html = template.render(letter=letterhead, spec=report_spec(reports, name), content=content, as_of=as_of)
        document = document_of(html, sheet_of(style(reports, name, face), fonts), fonts)
        return printed(document, html, face.family)
