"""Briefing to PDF: WeasyPrint without network or files, PDF/A-3a with the data attached, same input same bytes."""

from __future__ import annotations

import hashlib
import logging
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pydyf
from weasyprint import CSS, HTML, Attachment
from weasyprint.document import Document, Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from ctdp_etl import resources
from ctdp_etl.briefing.document import Briefing
from ctdp_etl.briefing.fonts import Typeface, typeface
from ctdp_etl.briefing.lineage import FACTS_NAME, LINEAGE_NAME, as_json, facts_csv, lineage
from ctdp_etl.briefing.markup import Printer, style
from ctdp_etl.errors import CtdpError

_VARIANT = "pdf/a-3a"
_LEVEL = 6
"""How hard the attachments are compressed: the levels above take three times as long for 4% less."""


class RenderError(CtdpError):
    """The PDF could not be made faultlessly, so none is made; the reason is WeasyPrint's own."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("Không lập được bản PDF không lỗi: " + "; ".join(reasons))


class SealedFetcher(URLFetcher):  # type: ignore[misc]
    """Lets data: addresses through and stops everything else: no network, no file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """Return the content of a data: address; raise ``FatalURLFetchingError`` for any other."""
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(f"địa chỉ bị chặn: {url[:80]}")
        return super().fetch(url, headers)


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
    face = typeface()
    reports = resources.folder("reports")
    printer = Printer(reports, face)
    fonts = FontConfiguration()
    with _no_warnings():
        sheet = _sheet(style(reports, briefing.report, face), fonts)
        tight = len(_document(printer.first_page(briefing), sheet, fonts).pages) > 1
        html = printer.html(briefing, tight=tight)
        document = _document(html, sheet, fonts)
        where = _pages_of_anchors(document)
        pages = {figure: [where[anchor] for anchor in anchors] for figure, anchors in printer.anchors.items()}
        content = lineage(briefing, {figure: min(found) for figure, found in pages.items()})
        _underlay(document.pages, _simulated_pages(briefing, pages), face, fonts)
        pdf = _written(document, briefing, content, hashlib.sha256(html.encode()).digest()[:16])
    return Rendered(pdf, content, len(document.pages), (face.warning,) if face.warning else ())


def _pages_of_anchors(document: Document) -> dict[str, int]:
    """Return the page of each anchor; an element that goes over several pages stands on its first."""
    pages: dict[str, int] = {}
    for number, page in enumerate(document.pages, 1):
        for anchor in page.anchors:
            pages.setdefault(anchor, number)
    return pages


def _sheet(css: str, fonts: FontConfiguration) -> CSS:
    return CSS(string=css, font_config=fonts, url_fetcher=SealedFetcher())


def _document(html: str, sheet: CSS, fonts: FontConfiguration) -> Document:
    source = HTML(string=html, url_fetcher=SealedFetcher(), base_url="about:blank")
    return source.render(stylesheets=[sheet], font_config=fonts, pdf_variant=_VARIANT)


def _simulated_pages(briefing: Briefing, pages: Mapping[str, Sequence[int]]) -> set[int]:
    return {page for figure in briefing.figures if figure.simulated for page in pages[figure.id]}


def _underlay(pages: Sequence[Page], marked: set[int], face: Typeface, fonts: FontConfiguration) -> None:
    """Draw "SỐ LIỆU MINH HỌA" under the text of the pages ``marked`` (their numbers are known only after layout)."""
    if not marked:
        return
    reports = resources.folder("reports")
    (sheet,) = _document(Printer(reports, face).underlay(), _sheet("", fonts), fonts).pages
    for number in marked:
        page = pages[number - 1]
        page.paint = _both(sheet, page.paint)


def _both(sheet: Page, paint: Any) -> Any:
    def painted(stream: Any, scale: float = 1) -> None:
        sheet.paint(stream, scale)
        paint(stream, scale)

    return painted


def _written(document: Document, briefing: Briefing, content: Mapping[str, Any], identifier: bytes) -> bytes:
    """Return the document as PDF/A-3a with its data attached."""
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves the file of its colour profile for the collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = document.write_pdf(
            pdf_variant=_VARIANT,
            pdf_identifier=identifier,
            attachments=_attachments(briefing, content),
            finisher=_finish,
        )
    return pdf


def _attachments(briefing: Briefing, content: Mapping[str, Any]) -> list[Attachment]:
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


def _finish(_: Document, pdf: pydyf.PDF) -> None:
    """Name each attachment once, where WeasyPrint 70 lists it twice in the catalogue's /AF; fix the bytes of all."""
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf.objects[1:] = [_Written(item) for item in pdf.objects[1:]]


class _Written(pydyf.Object):  # type: ignore[misc]
    """An object in its final bytes: pydyf 0.13 asks for them twice, and would compress twice at the highest level."""

    def __init__(self, item: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation = item.number, item.generation
        self._compressible: bool = item.compressible
        if isinstance(item, pydyf.Stream) and item.extra.get("Type") == "/EmbeddedFile":
            item.stream = [zlib.compress(b"".join(item.stream), _LEVEL)]
            item.extra["Filter"] = "/FlateDecode"
            item.compress = False
        self._bytes: bytes = item.data

    @property
    def compressible(self) -> bool:
        """Whether it may go into an object stream."""
        return self._compressible

    @property
    def data(self) -> bytes:
        """The object without its number."""
        return self._bytes


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.reasons: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.reasons.append(record.getMessage())


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Turn whatever WeasyPrint logs as a warning, or fetches and may not, into ``RenderError``."""
    logger, collector = logging.getLogger("weasyprint"), _Warnings()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(collector)
    try:
        yield
    except FatalURLFetchingError as error:
        raise RenderError([str(error)]) from error
    finally:
        logger.removeHandler(collector)
        logger.propagate = propagate
    if collector.reasons:
        raise RenderError(list(dict.fromkeys(collector.reasons)))
