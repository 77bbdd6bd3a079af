"""The report on quality: coverage, time, senders, findings by family, decisions."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from quality_material import quality_report, senders

from ctdp_etl.briefing import Briefing, BriefingInput, compose, lay_out
from ctdp_etl.briefing.document import Paragraph, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.pipeline.reports import report
from kept import kept

GOLDEN = Path(__file__).parent / "golden" / "quality_report.txt"


@pytest.fixture(scope="module")
def inputs() -> BriefingInput:
    return quality_report()


@pytest.fixture(scope="module")
def briefing(inputs: BriefingInput) -> Briefing:
    return compose(inputs)


def cells(briefing: Briefing, title: str) -> list[list[str]]:
    tables = [block for one in briefing.sections for block in one.blocks if isinstance(block, Table)]
    (found,) = [one for one in (briefing.key_figures, *tables) if one.title.startswith(title)]
    return [[one.printed if isinstance(one, Figure) else one for one in row.cells] for row in found.rows]


def said(paragraph: Paragraph) -> str:
    return "".join(run.printed if isinstance(run, Figure) else run for run in paragraph.runs)


def test_page_one_counts_what_came_and_when(briefing: Briefing) -> None:
    assert cells(briefing, "Chất lượng báo cáo")[:4] == [
        ["Biểu phải gửi", "Biểu", "68"],
        ["Biểu đã nhận", "Biểu", "66"],
        ["Biểu gửi muộn", "Biểu", "1"],
        ["Biểu chưa nhận", "Biểu", "2"],
    ]
    texts = [said(one) for one in briefing.points]
    assert "Đúng hạn: 65 biểu đã nhận đúng hạn, 1 biểu muộn (muộn nhất 2 ngày: Sở Công Thương Tây Ninh)." in texts
    assert any("nhiều nhất thuộc nhóm cộng dồn (2), đơn vị và tỷ lệ (1)" in text for text in texts)


def test_senders_stand_from_the_least_reliable_on(briefing: Briefing) -> None:
    rows = cells(briefing, "Kỷ luật và chất lượng")
    assert [row[1] for row in rows] == ["Cà Mau", "Hải Phòng", "Tây Ninh"]
    assert rows[0][2:5] == ["0", "8", "0"]
    assert rows[1][2:8] == ["8", "0", "3", "1,3", "63", "0"]
    assert rows[2][8:] == ["0,46", "1,20", "0", "1"]


def test_findings_are_counted_by_family_and_code(briefing: Briefing) -> None:
    assert cells(briefing, "Phát hiện đang mở theo nhóm") == [
        ["Cộng dồn", "C04", "Lũy kế khác tổng các tháng", "0", "2", "0", "2"],
        ["Đơn vị và tỷ lệ", "U01", "Sai bậc đơn vị", "1", "0", "0", "1"],
    ]


def test_a_month_without_findings_and_senders_says_nothing_of_them(inputs: BriefingInput) -> None:
    quiet = compose(replace(inputs, findings=(), senders=senders().head(0)))
    titles = [section.title for section in quiet.sections]
    assert "Phát hiện theo nhóm" not in titles
    assert "Theo đơn vị báo cáo" not in titles


def test_it_reads_as_kept(inputs: BriefingInput) -> None:
    rendered = lay_out(compose(replace(inputs, sections=report("quality_report").sections)))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(rendered.pdf)).pages]
    whole = "\n".join(line.strip() for page in pages for line in page.splitlines() if line.strip())
    text = whole[whole.index("II. THEO ĐƠN VỊ") : whole.index("Trên đây là")]
    text = re.sub(r" Tệp số [^.]* trong Phụ\s+lục( \w+)?\.", "", text)
    assert text.split() == kept(GOLDEN, text).split()


@pytest.mark.parametrize(
    ("message", "kept_of_it"),
    [
        ("Ô D8 ghi 12. Hãy sửa ô này.", "Ô D8 ghi 12."),
        ("Số gấp đôi. Nếu số đúng, hãy nêu nguyên nhân (ví dụ a); nếu sai, hãy sửa.", "Số gấp đôi."),
        (
            "Cả bảng khác tổng. Một trong hai biểu sai; hãy gửi lại biểu đúng.",
            "Cả bảng khác tổng. Một trong hai biểu sai.",
        ),
        ("Tệp Hãy xem. Nếu.xlsx bị hỏng.", "Tệp Hãy xem. Nếu.xlsx bị hỏng."),
    ],
)
def test_leadership_reads_what_was_found_and_not_what_a_department_is_asked(
    inputs: BriefingInput, message: str, kept_of_it: str
) -> None:
    (finding, *_) = inputs.findings
    briefing = compose(replace(inputs, findings=(replace(finding, message=message),)))
    tables = [block for one in briefing.sections for block in one.blocks if isinstance(block, Table)]
    assert [row.cells[3] for one in tables if one.title == "Phát hiện đang mở" for row in one.rows] == [kept_of_it]
