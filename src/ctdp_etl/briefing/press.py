"""The press: HTML to PDF/A-3a by WeasyPrint, without network or files; a warning is a refusal, chance has no part."""

from __future__ import annotations

import hashlib
import logging
import re
import threading
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pydyf
from jinja2 import TemplateSyntaxError, UndefinedError
from weasyprint import CSS, HTML, Attachment
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from ctdp_etl.briefing.faults import RenderError
from ctdp_etl.briefing.inputs import Letterhead
from ctdp_etl.briefing.signature import add_signature_field
from ctdp_etl.errors import CtdpError

_VARIANT = "pdf/a-3a"
_DATA, _LONGEST = re.compile(r"data:[^\s\"']*"), 300
_MOST = 2_000_000
"""Characters of HTML that are laid out at most, some 200 pages: what is larger comes from a faulty report."""
_OF_THREAD = threading.local()
LEVEL = 6
"""How hard the attachments are compressed: the levels above take three times as long for 4% less."""


class SealedFetcher(URLFetcher):  # type: ignore[misc]
    """Lets data: addresses through and stops everything else: no network, no file."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False, fail_on_errors=True)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """Return the content of a data: address; raise ``FatalURLFetchingError`` for any other."""
        if not url.lower().startswith("data:"):
            raise FatalURLFetchingError(f"địa chỉ bị chặn: {url[:80]}")
        return super().fetch(url, headers)


def demand(letterhead: Letterhead) -> None:
    """Raise ``RenderError`` where the settings lack what a paper of the decree has to say."""
    if letterhead.lacking:
        raise RenderError([f"thể thức văn bản thiếu {', '.join(letterhead.lacking)}"])


def fonts_of_thread() -> FontConfiguration:
    """Return the fonts, gathered once: Pango finds one faster again, and lets no two threads share them."""
    if not hasattr(_OF_THREAD, "fonts"):
        _OF_THREAD.fonts = FontConfiguration()
    found: FontConfiguration = _OF_THREAD.fonts
    return found


@lru_cache(maxsize=16)
def sheet_of(css: str, fonts: FontConfiguration) -> CSS:
    """Return a style sheet, read once: one that WeasyPrint warns of is forgotten (``no_warnings``)."""
    return CSS(string=css, font_config=fonts, url_fetcher=SealedFetcher())


def document_of(html: str, sheet: CSS, fonts: FontConfiguration) -> Document:
    """Return the document laid out on pages; raise ``RenderError`` where it is too large to be a report."""
    if len(html) > _MOST:
        raise RenderError([f"tài liệu dài {len(html):,} ký tự, quá {_MOST:,}".replace(",", ".")])
    source = HTML(string=html, url_fetcher=SealedFetcher(), base_url="about:blank")
    return source.render(stylesheets=[sheet], font_config=fonts, pdf_variant=_VARIANT)


def printed(document: Document, html: str, family: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return a laid-out document as PDF/A-3a; its identifier comes from the ``html`` it was made from.

    Raise ``RenderError`` where another font than ``family`` stands in it.
    """
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves the file of its colour profile for the collector to close.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = document.write_pdf(
            pdf_variant=_VARIANT,
            pdf_identifier=hashlib.sha256(html.encode()).digest()[:16],
            attachments=list(attachments),
            finisher=_finish,
        )
    if foreign := sorted({font.family for font in document.fonts.values()} - {family}):
        raise RenderError([f"có chữ in bằng phông {', '.join(foreign)}, không phải {family}"])
    return pdf


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    """Add the field to sign in; name each attachment once, where WeasyPrint 70 lists it twice; fix the bytes of all."""
    add_signature_field(document, pdf)
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
            item.stream = [zlib.compress(b"".join(item.stream), LEVEL)]
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


def _told(error: Exception) -> str:
    match error:
        case TemplateSyntaxError():
            return f"mẫu {error.name} viết sai ở dòng {error.lineno} ({error.message})"
        case UndefinedError():
            return f"mẫu dùng thứ không có ({error.message})"
        case OSError():
            return f"thiếu hoặc không đọc được {Path(str(error.filename)).name}"
        case _:
            return f"không lập được trang ({type(error).__name__}: {error})"


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.reasons: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.reasons.append(_DATA.sub("data:…", record.getMessage())[:_LONGEST])


@contextmanager
def no_warnings() -> Iterator[None]:
    """Turn whatever goes wrong inside into ``RenderError``: what WeasyPrint logs as a warning, or fetches and may not,
    and any fault of templates, charts and data.
    """
    logger, collector = logging.getLogger("weasyprint"), _Warnings()
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(collector)
    try:
        yield
    except FatalURLFetchingError as error:
        raise RenderError([str(error)]) from error
    except CtdpError:
        raise
    except Exception as error:
        raise RenderError([_told(error)]) from error
    finally:
        logger.removeHandler(collector)
        logger.propagate = propagate
        if collector.reasons:
            sheet_of.cache_clear()
    if collector.reasons:
        raise RenderError(list(dict.fromkeys(collector.reasons)))
