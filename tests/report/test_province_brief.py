"""The brief of a province: its page one, its place among those that reported, its own findings and files."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import province_material
import pytest
from province_material import finding, province
from pypdf import PdfReader
from report_material import MISSING, TAY_NINH, WRONG

from ctdp_etl.briefing import Briefing, Rendered, compose
from ctdp_etl.briefing.document import Paragraph, Row, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.catalog.dataflow import Blocking
from ctdp_etl.pipeline.reports import report
from kept import kept

GOLDEN = Path(__file__).parent / "golden" / "province_brief.txt"


def text_of(cells: tuple[str | Figure, ...]) -> list[str]:
    return [cell.printed if isinstance(cell, Figure) else cell for cell in cells]


def said(briefing: Briefing) -> str:
    blocks = [*briefing.points, *(block for one in briefing.sections for block in one.blocks)]
    return "\n".join("".join(text_of(one.runs)) for one in blocks if isinstance(one, Paragraph))


def table(briefing: Briefing, title: str) -> list[list[str]]:
    found = [block for one in briefing.sections for block in one.blocks if isinstance(block, Table)]
    (chosen,) = [one for one in found if one.title.startswith(title)]
    return [text_of(row.cells) for row in chosen.rows]


def test_what_follows_page_one_reads_as_kept(province_brief: Rendered) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(province_brief.pdf)).pages]
    whole = "\n".join(line.strip() for page in pages for line in page.splitlines() if line.strip())
    text = whole[whole.index("I. TÂY NINH SO VỚI") :]
    text = re.sub(r" Tệp số [^.]* trong Phụ\s+lục( \w+)?\.", "", text)
    assert text.split() == kept(GOLDEN, text).split()


def test_the_brief_has_two_to_four_pages_and_no_empty_value(province_brief: Rendered) -> None:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(province_brief.pdf)).pages)
    assert 2 <= province_brief.pages <= 4
    assert not any(word in text for word in ("nan", "None", "inf", "{"))


def test_the_sections_are_those_of_the_report(province_brief_briefing: Briefing) -> None:
    assert report("province_brief").sections == province_material.SECTIONS
    assert [section.title for section in province_brief_briefing.sections] == [
        "Tây Ninh so với cả nước và trong vùng",
        "Chỉ số sản xuất công nghiệp",
        "Sản xuất, thương mại, điện",
        "Số liệu điều chỉnh so với tháng trước",
        "Kỷ luật báo cáo",
        "Phát hiện còn mở",
        "Nguồn số liệu",
    ]


def test_the_place_is_that_among_the_sound_reports_and_says_how_many_they_are(
    province_brief_briefing: Briefing,
) -> None:
    data = province_material.rows()
    yoy = data[(data["dataflow"] == "IIP") & (data["indicator"] == "TOTAL") & (data["measure"] == "yoy")]
    yoy = yoy[(yoy["time_period"] == "2026-04") & (yoy["ref_area"] != WRONG)].set_index("ref_area")["value"]
    place = 1 + int((yoy > yoy[TAY_NINH]).sum())
    row = table(province_brief_briefing, "Vị trí của Tây Ninh")[0]
    assert row[0] == "IIP so với cùng kỳ"
    assert row[3:5] == [str(place), "32"]
    assert f"xếp thứ {place} trong 32 địa phương đã có số liệu (trên 34)" in said(province_brief_briefing)
    note = next(block.note for block in province_brief_briefing.sections[0].blocks if isinstance(block, Table))
    assert "Hà Nội" in note
    assert "Cà Mau" in note


def test_growths_that_print_alike_share_a_place() -> None:
    data = province_material.rows()
    alike = (data["measure"] == "yoy") & (data["dataflow"] == "RETAIL")
    assert data.loc[alike, "value"].nunique() == 1
    row = next(one for one in table(compose(province(data=data)), "Vị trí") if one[0].startswith("Bán lẻ"))
    assert row[3:5] == ["1", "33"]


def test_few_provinces_give_no_place_and_a_province_in_doubt_has_none() -> None:
    data = province_material.rows()
    few = data[data["ref_area"].isin([TAY_NINH, "VN34_79", "VN34_75", "VN34_82"])]
    assert "xếp thứ" not in said(compose(province(data=few)))
    doubtful = compose(province(WRONG))
    assert "IIP so với cùng kỳ" not in [row[0] for row in table(doubtful, "Vị trí")]


@pytest.mark.parametrize(("area", "is_told"), [(WRONG, True), (TAY_NINH, False)])
def test_only_its_own_numbers_are_said_to_be_held_back(area: str, is_told: bool) -> None:
    given = province(area)
    iip = replace(given.catalog.dataflows["IIP"], blocking=Blocking("hold", "vì"))
    held = compose(replace(given, catalog=replace(given.catalog, dataflows={**given.catalog.dataflows, "IIP": iip})))
    first = "".join(run for one in held.cautions for run in one.runs if isinstance(run, str))
    assert ("số đang có lỗi chưa xử lý của biểu IIP" in first) == is_told


def test_only_its_own_findings_are_asked_about(province_brief_briefing: Briefing) -> None:
    rows = table(province_brief_briefing, "Phát hiện còn mở")
    assert [row[3:] for row in rows] == [[finding().message, "1.234,5", "1.200"]]


def test_only_its_own_revisions_are_told(province_brief_briefing: Briefing) -> None:
    rows = table(province_brief_briefing, "Số liệu các kỳ trước được điều chỉnh")
    assert rows == [["IIP: toàn ngành", "3/2026: so với cùng kỳ", "110,84", "108,30", "−2,54"]]
    assert "có 1 số liệu của các kỳ trước" in said(province_brief_briefing)


def test_a_late_form_is_told_with_its_days(province_brief_briefing: Briefing) -> None:
    assert table(province_brief_briefing, "Biểu gửi muộn") == [
        ["1", "Bán lẻ", "22/04/2026", "09:00 24/04/2026", "muộn 2 ngày"]
    ]
    in_time = compose(province("VN34_79"))
    assert "Sở đã gửi đúng hạn 2 biểu" in said(in_time)
    missing = table(compose(province(MISSING)), "Biểu gửi muộn")
    assert [row[-1] for row in missing] == ["quá hạn, chưa nhận"] * 2


def test_the_sources_name_only_the_provinces_own_files_and_cells(province_brief_briefing: Briefing) -> None:
    files = table(province_brief_briefing, "Các tệp có số liệu")
    assert [row[1] for row in files] == [f"SCT_{TAY_NINH}-2026-04.xlsx", f"SCT_{TAY_NINH}-2026-03.xlsx"]
    cells = table(province_brief_briefing, "Ô gốc của các số")
    assert cells[3] == ["4", "IIP: chế biến, chế tạo, 4/2026: so với cùng kỳ", "112,30", "IIP, D10", "112.3"]


@pytest.mark.parametrize("flow", ["IIP", "RETAIL", "TRADE"])
def test_a_form_that_did_not_come_leaves_no_empty_place(flow: str) -> None:
    data = province_material.rows()
    briefing = compose(province(data=data[data["dataflow"] != flow]))
    rows = [row for one in briefing.sections for block in one.blocks if isinstance(block, Table) for row in block.rows]
    assert rows
    assert all(isinstance(row, Row) and any(text_of(row.cells)) for row in rows)
    assert briefing.figures
