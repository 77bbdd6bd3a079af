"""Briefing to PDF, with the data attached and the page of every figure known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from ctdp_etl import resources
from ctdp_etl.briefing.document import Briefing
from ctdp_etl.briefing.fonts import Typeface, typeface
from ctdp_etl.briefing.lineage import FACTS_NAME, LINEAGE_NAME, as_json, facts_csv, lineage
from ctdp_etl.briefing.markup import Printer, style

if TYPE_CHECKING:
    from weasyprint import Attachment
    from weasyprint.document import Document, Page
    from weasyprint.text.fonts import FontConfiguration


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF with its lineage; ``warnings`` are Vietnamese lines for the operator."""

    pdf: bytes
    lineage: Mapping[str, Any]
    pages: int
    warnings: tuple[str, ...]


def render(briefing: Briefing) -> bytes:
    """Return the briefing as PDF; raise ``RenderError`` for any fault, ``FontError`` without a font."""
    return lay_out(briefing).pdf


def lay_out(briefing: Briefing) -> Rendered:
    """Return the PDF with the page of every figure; raise ``RenderError`` where WeasyPrint warns."""
    # WeasyPrint takes most of a second to load: who prints nothing goes without it.
    from ctdp_etl.briefing.press import demand, document_of, fonts_of_thread, no_warnings, printed, sheet_of

    demand(briefing.letterhead)
    face = typeface()
    fonts = fonts_of_thread()
    with no_warnings():
        reports = resources.folder("reports")
        printer = Printer(reports, face)
        sheet = sheet_of(style(reports, briefing.report, face), fonts)
        tight = len(document_of(printer.first_page(briefing), sheet, fonts).pages) > 1
        html = printer.html(briefing, tight=tight)
        document = document_of(html, sheet, fonts)
        where = _pages_of_anchors(document)
        pages = {figure: [where[anchor] for anchor in anchors] for figure, anchors in printer.anchors.items()}
        content = lineage(briefing, {figure: min(found) for figure, found in pages.items()}, printer.unprintable)
        _underlay(document.pages, _simulated_pages(briefing, pages), face, fonts)
        pdf = printed(document, html, face.family, _attachments(briefing, content))
    return Rendered(pdf, content, len(document.pages), tuple(filter(None, (face.warning, *_told(printer.unprintable)))))


def _told(unprintable: Sequence[str]) -> list[str]:
    return [f"Phông chữ không có ký tự {', '.join(unprintable)}: in bằng mã của ký tự."] if unprintable else []


def _pages_of_anchors(document: Document) -> dict[str, int]:
    """Return the page of each anchor; an element that goes over several pages stands on its first."""
    pages: dict[str, int] = {}
    for number, page in enumerate(document.pages, 1):
        for anchor in page.anchors:
            pages.setdefault(anchor, number)
    return pages


def _simulated_pages(briefing: Briefing, pages: Mapping[str, Sequence[int]]) -> set[int]:
    return {page for figure in briefing.figures if figure.simulated for page in pages[figure.id]}


def _underlay(pages: Sequence[Page], marked: set[int], face: Typeface, fonts: FontConfiguration) -> None:
    """Draw "SỐ LIỆU MINH HỌA" under the text of the pages ``marked`` (their numbers are known only after layout)."""
    from ctdp_etl.briefing.press import document_of, sheet_of

    printer = Printer(resources.folder("reports"), face)
    sheets: dict[bool, Page] = {}
    for page in (pages[number - 1] for number in sorted(marked)):
        wide = page.width > page.height
        if wide not in sheets:
            (sheets[wide],) = document_of(printer.underlay(wide=wide), sheet_of("", fonts), fonts).pages
        page.paint = _both(sheets[wide], page.paint)


def _both(sheet: Page, paint: Any) -> Any:
    def painted(stream: Any, scale: float = 1) -> None:
        sheet.paint(stream, scale)
        paint(stream, scale)

    return painted


def _attachments(briefing: Briefing, content: Mapping[str, Any]) -> list[Attachment]:
    from weasyprint import Attachment

    moment = datetime.fromisoformat(briefing.as_of)
    files = (
        (LINEAGE_NAME, as_json(content), "Nguồn gốc từng con số"),
        (FACTS_NAME, facts_csv(content), "Số liệu đã dùng"),
    )
    return [
        Attachment(
            file_obj=BytesIO(data),
            name=name,
            description=description,
            relationship="Data",
            created=moment,
            modified=moment,
        )
        for name, data, description in files
    ]
