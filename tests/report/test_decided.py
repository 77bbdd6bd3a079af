"""What was decided, in print: corrected figures carry a sign, waivers are declared, held figures stay out."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
import report_material as material
from pypdf import PdfReader

from ctdp_etl.briefing import Briefing, BriefingInput, compose, lay_out
from ctdp_etl.briefing.document import Block, Chart, Paragraph, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.lineage import facts_csv, lineage, resolved
from ctdp_etl.catalog.dataflow import Blocking
from ctdp_etl.model import Decision, DecisionKind, Finding

PLACE = {"ref_area": "VN34_79", "dataflow": "IIP", "measure": "yoy"}


def decided(kind: DecisionKind, finding: Finding, **more: Any) -> Decision:
    """Return a decision about a finding of April."""
    signed = ("Trần Bình", "Sở đã xác nhận", "2026-04-24T18:30:00Z")
    return Decision("0123456789ab", kind, "2026-04", "ba9876543210", finding, *signed, **more)


def corrected(value: float = 112.5) -> BriefingInput:
    """Return the provinces' April where a growth was reported ten times too large, and corrected."""
    given = material.provinces()
    place = given.current
    row = place[(place["ref_area"] == material.WRONG) & (place["measure"] == "yoy") & (place["dataflow"] == "IIP")]
    values = place["value"].mask(place.index == row.index[0], value)
    decision = decided(
        DecisionKind.CORRECT,
        given.findings[0],
        obs_submission_id=row["submission_id"].iloc[0],
        obs_sheet=row["sheet"].iloc[0],
        obs_cell=row["cell"].iloc[0],
        obs_measure="yoy",
        obs_value=1200.0,
        value=value,
        value_source="Công văn 12/SCT-KH",
    )
    return replace(given, current=place.assign(value=values), findings=(), decisions=(decision,))


def blocks(briefing: Briefing) -> list[Block]:
    """Return every block in the order of print."""
    return [block for section in briefing.sections for block in section.blocks] + list(briefing.annex)


def annex_rows(briefing: Briefing) -> list[tuple[Any, ...]]:
    """Return the cells of the table of decisions."""
    tables = [block for block in briefing.annex if isinstance(block, Table) and block.source == "Nguồn: sổ quyết định."]
    return [row.cells for table in tables for row in table.rows]


def said(briefing: Briefing) -> str:
    """Return the running text of the annex and of the quality declaration."""
    runs = [run for block in blocks(briefing) if isinstance(block, Paragraph) for run in block.runs]
    return " ".join(run.printed if isinstance(run, Figure) else run for run in runs)


def test_a_corrected_figure_carries_its_sign_everywhere_and_the_annex_says_who_and_why() -> None:
    briefing = compose(corrected())
    marked = {figure.printed: figure.marks for figure in briefing.figures if figure.marks}
    assert marked["12,5"] == "‡"
    assert set(marked.values()) == {"‡"}
    drawn = [mark.figure for block in blocks(briefing) if isinstance(block, Chart) for mark in block.marks]
    assert any(figure is not None and figure.marks for figure in drawn)
    assert annex_rows(briefing) == [
        (
            "1",
            "IIP: toàn ngành, Hà Nội, 4/2026: so với cùng kỳ",
            "Sửa 1.200 thành 112,5%",
            "Sở đã xác nhận; căn cứ: Công văn 12/SCT-KH",
            "Trần Bình, 25/04/2026",
        )
    ]
    assert "Ký hiệu ‡: số đã được sửa" in said(briefing)


def test_the_sign_stands_behind_the_unit() -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(lay_out(compose(corrected(130.5))).pdf)).pages]
    assert "HàNội(tăng30,5%‡)" in "".join(" ".join(pages).split())


def test_the_lineage_tells_the_decisions_of_each_observation_and_nothing_where_there_are_none() -> None:
    briefing = compose(corrected())
    content = lineage(briefing, {figure.id: 1 for figure in briefing.figures})
    found = [cell for figure in resolved(content)["figures"] for cell in figure["observations"] if cell["decisions"]]
    assert {(cell["ref_area"], cell["value"], cell["raw"]) for cell in found} == {(material.WRONG, 112.5, "")}
    assert found[0]["decisions"] == [
        {
            "id": "0123456789ab",
            "kind": "correct",
            "who": "Trần Bình",
            "reason": "Sở đã xác nhận",
            "until": "",
            "reported": 1200.0,
            "value": 112.5,
            "source": "Công văn 12/SCT-KH",
            "decided_at": "2026-04-24T18:30:00Z",
            "finding": "ba9876543210",
            "code": "U01",
        }
    ]
    told = {row["decisions"] for row in csv.DictReader(io.StringIO(facts_csv(content).decode()))}
    assert told == {"", "correct: Trần Bình: Sở đã xác nhận"}
    plain = compose(replace(corrected(), decisions=()))
    content = lineage(plain, {figure.id: 1 for figure in plain.figures})
    assert "decisions" not in content
    assert "decisions" not in next(csv.reader(io.StringIO(facts_csv(content).decode())))


@pytest.mark.parametrize(("until", "words"), [("2026-04-30", "Chấp nhận đến hết 30/04/2026"), ("", "Chấp nhận")])
def test_a_waived_figure_is_not_in_question_and_the_waiver_is_declared(until: str, words: str) -> None:
    given = material.provinces()
    waiver = decided(DecisionKind.WAIVE, given.findings[0], until=until)
    briefing = compose(replace(given, findings=(), decisions=(waiver,)))
    assert not any(figure.marks for figure in briefing.figures)
    assert "1.100,0" in {figure.printed for figure in briefing.figures}
    (row,) = annex_rows(briefing)
    assert row[1:] == (
        "Sở Công Thương Hà Nội: Chỉ số 1200 gấp mười lần mức thường thấy.",
        words,
        "Sở đã xác nhận",
        "Trần Bình, 25/04/2026",
    )
    assert "1  phát hiện được chấp nhận theo quyết định" in said(briefing)
    assert "Ký hiệu ‡" not in said(briefing)


def test_a_form_says_whether_a_figure_under_an_open_error_is_marked_or_held_out() -> None:
    given = material.provinces()
    marked = compose(given)
    assert [figure.printed for figure in marked.figures if figure.questioned] == ["1.100,0"]
    assert "được giữ lại" not in said(marked)
    iip = replace(given.catalog.dataflows["IIP"], blocking=Blocking("hold", "vì"))
    held = compose(replace(given, catalog=replace(given.catalog, dataflows={**given.catalog.dataflows, "IIP": iip})))
    assert "1.100,0" not in {figure.printed for figure in held.figures}
    assert not any(figure.questioned for figure in held.figures)
    first = "".join(run for block in held.cautions for run in block.runs if isinstance(run, str))
    assert "Chưa in những số đang có lỗi chưa xử lý của biểu IIP." in first
    assert "Số đang có lỗi chưa xử lý của biểu IIP được giữ lại, nơi đó in ký hiệu “…”." in said(held)
