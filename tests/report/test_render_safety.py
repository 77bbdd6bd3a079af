"""Text from outside is printed as it stands; nothing is fetched; a fault stops the PDF."""

from __future__ import annotations

import importlib
import io
import socket
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
import report_material as material
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from ctdp_etl.briefing import Briefing, RenderError, compose, fonts, lay_out, render
from ctdp_etl.briefing.document import Chart, Mark, Paragraph
from ctdp_etl.briefing.lineage import facts_csv, lineage
from ctdp_etl.briefing.press import SealedFetcher
from ctdp_etl.model import Finding

HOSTILE = (
    "{{7*7}} {% for x in y %} <script>alert(1)</script> <img src=file:///etc/passwd> "
    '<link rel=attachment href="file:///etc/passwd"> <style>@import "http://169.254.169.254/";</style> &amp;'
)


@pytest.fixture
def no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def hostile_briefing(text: str) -> Briefing:
    """Return a small briefing that prints ``text`` as file name, sheet, label, finding and area."""
    rows = material.frame(
        [
            {
                "dataflow": "PRODUCTS",
                "ref_area": "VN",
                "indicator": "KHONG_CO_MA",
                "label": text,
                "time_period": "2026-04",
                "measure": measure,
                "obs_status": "A",
                "value": value,
                "unit": "T",
                "unit_mult": 3,
                "sheet": text,
                "cell": "D8",
                "vintage": "2026-04",
                "file_name": text,
            }
            for measure, value in (("month", 5.0), ("yoy", 104.0))
        ]
    )
    finding = Finding("K01", "warning", "record", text, source="NSO", sheet=text, cell="A1")
    return compose(material.inputs(rows, "2026-04", [], [finding]))


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def add_style(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    module = importlib.import_module("ctdp_etl.briefing.render")
    styled = module.style
    monkeypatch.setattr(module, "style", lambda *args: f"{styled(*args)}\n{rule}")


@pytest.mark.usefixtures("no_socket")
def test_hostile_text_is_printed_literally() -> None:
    pdf = render(hostile_briefing(HOSTILE))
    reader = PdfReader(io.BytesIO(pdf))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for part in ("{{7*7}}", "{%forxiny%}", "<script>alert(1)</script>", "<imgsrc=file:///etc/passwd>", "&amp;"):
        assert text.count(part) >= 4, part
    assert "49" not in text.replace("1949", "")
    assert sorted(reader.attachments) == ["lineage.json", "so-lieu.csv"]
    (table,) = reader.attachments["so-lieu.csv"]
    assert b"root:" not in pdf
    assert b"\n=" not in table


@pytest.mark.parametrize("text", ["=1+1", "+CMD", "@SUM(A1)", "-2+3"])
def test_the_attached_table_holds_no_formula(text: str) -> None:
    briefing = hostile_briefing(text)
    content = lineage(briefing, {figure.id: 1 for figure in briefing.figures})
    for line in facts_csv(content).decode().splitlines()[1:]:
        assert not any(field.startswith(text[0]) and field == text for field in line.split(","))


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "http://localhost/", "HTTPS://x/", "ftp://x/", "FILE:///etc/passwd", "about:x"]
)
def test_only_data_addresses_are_fetched(address: str) -> None:
    with pytest.raises(FatalURLFetchingError):
        SealedFetcher().fetch(address)


def test_a_character_without_a_glyph_is_shown_as_its_code() -> None:
    text = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(render(hostile_briefing("thép \U0001f4ca")))).pages
    )
    assert "thép [U+1F4CA]" in " ".join(text.split())


def test_decomposed_letters_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "thép mạ kẽm")
    assert "thép mạ kẽm" in text_of(render(hostile_briefing(decomposed)))


def test_a_fault_of_layout_stops_the_pdf_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    add_style(monkeypatch, "p { no-such-property: 1 }")
    for _ in range(2):
        with pytest.raises(RenderError, match="no-such-property"):
            render(hostile_briefing("x"))


def test_a_style_that_reaches_out_stops_the_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    add_style(monkeypatch, "body { background: url(file:///etc/passwd) }")
    with pytest.raises(RenderError, match="bị chặn"):
        render(hostile_briefing("x"))


def test_a_map_that_does_not_place_every_locality_stops_the_pdf(provinces_briefing: Briefing) -> None:
    section = provinces_briefing.sections[0]
    (chart,) = [block for block in section.blocks if isinstance(block, Chart) and block.kind == "tiles"]
    wrong = replace(chart, marks=(*chart.marks[:-1], Mark("Nơi khác", None, "VN34_99")))
    blocks = tuple(wrong if block is chart else block for block in section.blocks)
    broken = replace(provinces_briefing, sections=(replace(section, blocks=blocks), *provinces_briefing.sections[1:]))
    with pytest.raises(RenderError, match="VN34_99"):
        lay_out(broken)


def test_a_machine_without_the_times_metric_gets_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    fallback = {family: files for family, files in fonts._installed().items() if family == "DejaVu Serif"}
    if not fallback:
        pytest.skip("DejaVu Serif is not installed")
    monkeypatch.setattr(fonts, "_installed", lambda: fallback)
    fonts.typeface.cache_clear()
    try:
        rendered = lay_out(hostile_briefing("thép"))
    finally:
        fonts.typeface.cache_clear()
    assert "fonts-liberation2" in rendered.warnings[0]
    fonts_used = {
        str(font["/BaseFont"]) for page in PdfReader(io.BytesIO(rendered.pdf)).pages for font in _fonts_of(page)
    }
    assert all("DejaVu" in name for name in fonts_used)


def _fonts_of(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"].get_object()["/Font"].get_object().values()]


def test_a_machine_without_vietnamese_letters_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_installed", dict)
    fonts.typeface.cache_clear()
    try:
        with pytest.raises(fonts.FontError, match="fonts-liberation2"):
            render(hostile_briefing("thép"))
    finally:
        fonts.typeface.cache_clear()


def test_bold_lead_words_are_escaped_too() -> None:
    briefing = hostile_briefing("x")
    lead = Paragraph((briefing.points[0].runs[0], "<b>không đậm</b>"), "point")
    pdf = render(replace(briefing, points=(lead, *briefing.points)))
    text = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "<b>không đậm</b>" in " ".join(text.split())
