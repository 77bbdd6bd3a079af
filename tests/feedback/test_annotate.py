"""A workbook comes back as it was, with marks, notes and a list; whatever the texts, nothing of ours is a formula."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlwt
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st
from marked_books import (
    LIST,
    contents,
    finding,
    formulas,
    layouts,
    links,
    listed,
    office_book,
    opened,
    reference,
    saved,
)
from openpyxl import Workbook

from ctdp_etl.catalog import load_catalog
from ctdp_etl.demo.published import labour_files, tay_ninh_files
from ctdp_etl.errors import WorkbookError
from ctdp_etl.feedback import annotate
from ctdp_etl.model import OBSERVATION_COLUMNS, WorkbookReading
from ctdp_etl.reading import read_workbook

CATALOG = load_catalog()
REAL = Path(__file__).resolve().parents[3] / "shared" / "real"


def read(content: bytes) -> WorkbookReading:
    return read_workbook(content, file_name="a.xlsx", source="S", area=None, period="2026-04", catalog=CATALOG)


def figures(content: bytes) -> list[tuple[object, ...]]:
    return [tuple(getattr(one, name) for name in OBSERVATION_COLUMNS) for one in read(content).observations]


def test_cells_are_marked_by_severity_and_everything_else_stays() -> None:
    content = office_book()
    found = [finding("B3"), finding("C3", severity="warning"), finding("B4", severity="notice")]
    before, after = opened(content), opened(annotate(content, found))
    assert after.sheetnames == [LIST, *before.sheetnames]
    marks = {("Biểu 1", cell) for cell in ("B3", "C3", "B4")}
    was, now = contents(before), contents(after)
    assert {place: look for place, look in now.items() if place not in marks} == {
        place: look for place, look in was.items() if place not in marks
    }
    assert layouts(after) == layouts(before)
    sheet = after["Biểu 1"]
    assert {place: now[place][:2] for place in marks} == {place: was[place][:2] for place in marks}
    assert len({sheet[cell].fill.fgColor.rgb for _, cell in marks}) == 3
    assert {sheet[cell].border.left.style for _, cell in marks} == {"thick", "medium", "mediumDashed"}
    assert sheet["B3"].number_format == "#,##0.00"
    assert sheet["B3"].font.name == "Arial"
    assert sheet["B3"].font.color is None, "white letters would not be seen on the light fill"


def test_one_note_tells_all_findings_of_a_cell_and_the_sender_s_own_note_stays() -> None:
    content = office_book()
    found = [finding("B3"), finding("B3", severity="warning", code="C02", message="Lệch năm trước."), finding("A4")]
    sheet = opened(annotate(content, found))["Biểu 1"]
    note = sheet["B3"].comment
    assert note is not None
    assert note.text == "— Phòng số liệu CTĐP —\nLỖI A01: Tổng không bằng các phần.\nCẢNH BÁO C02: Lệch năm trước."
    own = sheet["A4"].comment
    assert own is not None
    assert own.text.startswith("Số của phòng thống kê")
    assert "LỖI A01: Tổng không bằng các phần." in own.text
    assert own.author == "Văn thư"


def test_the_drawing_of_notes_is_sound_whatever_prefixes_the_sender_s_program_used() -> None:
    marked = annotate(office_book(), [finding("B3"), finding("A4")])
    with zipfile.ZipFile(io.BytesIO(marked)) as package:
        (drawing,) = [package.read(name) for name in package.namelist() if b"ClientData" in package.read(name)]
    excel = "{urn:schemas-microsoft-com:office:excel}"
    shapes = fromstring(drawing).findall("{urn:schemas-microsoft-com:vml}shape")
    places = [(one.findtext(f".//{excel}Row"), one.findtext(f".//{excel}Column")) for one in shapes]
    assert sorted(places) == [("2", "1"), ("3", "0")]


def test_other_cells_of_a_finding_point_to_it_and_cells_of_other_files_are_left_alone() -> None:
    content = office_book()
    cells = (reference(content, "Biểu 1", "B4"), reference(b"another file", "Biểu 1", "C4"))
    sheet = opened(annotate(content, [finding("B3", cells=cells)]))["Biểu 1"]
    assert "ô B3" in sheet["B4"].comment.text
    assert sheet["B4"].fill.fgColor.rgb not in {"00000000", sheet["B3"].fill.fgColor.rgb}
    assert sheet["C4"].comment is None


def test_the_list_has_every_finding_the_gravest_first_with_links_that_lead_to_the_cells() -> None:
    content = office_book()
    found = [
        finding("B2", "Ẩn 'đi", severity="warning"),
        finding("", "", severity="notice", message="Cả tệp."),
        finding("C4", label="Khai khoáng", observed=160.0, expected=1234.5),
        finding("B9"),
    ]
    book = opened(annotate(content, found, {("Biểu 1", "C4"): "160,0"}))
    assert links(book) == [("Biểu 1", "C4"), ("Biểu 1", "B9"), ("Ẩn 'đi", "B2")]
    assert all(sheet in book.sheetnames for sheet, _ in links(book))
    rows = listed(book)
    assert [row[1] for row in rows] == ["LỖI", "LỖI", "CẢNH BÁO", "LƯU Ý"]
    assert rows[0][4:9] == ("Khai khoáng", "160,0", "1.234,5", "Tổng không bằng các phần.", "A01")
    assert rows[3][3] == "cả tệp"
    assert book[LIST]["A2"].value == "Tổng cộng 4 phát hiện: 2 lỗi, 1 cảnh báo, 1 lưu ý."
    page = book[LIST]
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.print_title_rows) == ("landscape", 9, "$5:$5")
    assert book["Biểu 1"]["B9"].comment is not None, "a cell that the workbook does not have yet"


def test_a_finding_inside_a_merged_range_is_marked_at_its_first_cell() -> None:
    sheet = opened(annotate(office_book(), [finding("B1")]))["Biểu 1"]
    assert sheet["A1"].comment is not None
    assert sheet["A1"].border.left.style == "thick"


def test_parts_that_are_not_concerned_keep_their_bytes_with_the_stored_results_of_formulas() -> None:
    with zipfile.ZipFile(io.BytesIO(office_book())) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    first = "xl/worksheets/sheet1.xml"
    parts[first] = parts[first].replace(b"<f>B3-B4</f><v></v>", b"<f>B3-B4</f><v>60</v>")
    parts["xl/media/image1.png"], parts["xl/charts/chart1.xml"] = b"\x89PNG picture", b"<chart/>"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, plain in parts.items():
            package.writestr(name, plain)
    with zipfile.ZipFile(io.BytesIO(annotate(stream.getvalue(), [finding("B3")]))) as package:
        after = {name: package.read(name) for name in package.namelist()}
    changed = {name for name in parts if after[name] != parts[name]}
    assert {name for name in changed if name.startswith(("xl/media", "xl/charts", "xl/theme", "docProps"))} == set()
    assert b"<f>B3-B4</f><v>60</v>" in after[first]


TEXTS = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "_x003D_1",
        "\x00\x1f<&>\"'",
        "]]>",
        "\r\n=2",
        "=HYPERLINK(0)",
    ]
)
NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\\/?*[]:", exclude_categories=("Cc", "Cs")), max_size=31
)


@settings(max_examples=60, deadline=None)
@given(message=TEXTS, label=TEXTS, written=TEXTS, name=NAMES)
def test_no_text_becomes_a_formula_and_every_text_can_be_read(
    message: str, label: str, written: str, name: str
) -> None:
    name = name.strip("' ") or "a"
    content = office_book(name)
    real = opened(content).sheetnames[0]
    found = [finding("B3", real, message=message, label=label, code="=A1")]
    book = opened(annotate(content, found, {(real, "B3"): written}))
    assert formulas(book) == {(real, "B5")}
    assert links(book, book.sheetnames[0]) == [(real, "B3")]
    (row,) = listed(book, book.sheetnames[0])
    if message and message.isprintable() and not message.startswith("_x"):
        assert row[7] == message


def test_marking_is_repeatable_to_the_byte_and_does_not_depend_on_the_order_of_findings() -> None:
    content = office_book()
    found = [finding("B3"), finding("C4", severity="warning"), finding("A4", severity="notice")]
    assert annotate(content, found) == annotate(content, list(reversed(found)))


def test_a_list_of_the_sender_s_own_with_our_name_stays() -> None:
    content = office_book(LIST)
    book = opened(annotate(content, [finding("B3", LIST)]))
    assert book.sheetnames == [f"{LIST} (2)", LIST, "Ẩn 'đi"]
    assert links(book, f"{LIST} (2)") == [(LIST, "B3")]


def test_a_marked_workbook_that_comes_back_is_marked_anew_and_old_marks_go() -> None:
    again = opened(annotate(annotate(office_book(), [finding("B3"), finding("A4")]), [finding("C3")]))
    assert again.sheetnames == [LIST, "Biểu 1", "Ẩn 'đi"]
    sheet = again["Biểu 1"]
    assert sheet["B3"].comment is None
    assert sheet["A4"].comment.text.strip() == "Số của phòng thống kê"
    assert sheet["B3"].border.left.style == "thin"
    assert sheet["C3"].comment is not None
    assert len(listed(again)) == 1


def test_a_marked_workbook_saved_by_another_program_is_known_again() -> None:
    book = opened(annotate(office_book(), [finding("B3")]))
    book["Biểu 1"]["B3"].comment.author = " "  # LibreOffice drops the authors
    first = saved(book)
    again = opened(annotate(first, [finding("C3")]))
    assert again.sheetnames == [LIST, "Biểu 1", "Ẩn 'đi"]
    assert again["Biểu 1"]["B3"].comment is None


def test_findings_of_sheets_and_cells_that_are_not_there_stand_in_the_list_alone() -> None:
    book = opened(annotate(office_book(), [finding("B3", "Không có"), finding("ZZZ99999999"), finding("tổng")]))
    assert len(listed(book)) == 3
    assert links(book) == []


def test_a_thousand_findings() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in range(1, 501):
        sheet.append([f"dòng {row}", float(row), float(row)])
    found = [finding(f"{column}{row}", sheet.title) for row in range(1, 501) for column in "BC"]
    after = opened(annotate(saved(book), found))
    assert len(links(after)) == 1000
    assert sum(cell.comment is not None for row in after[sheet.title].iter_rows() for cell in row) == 1000


def test_an_old_workbook_comes_back_as_a_new_one_with_the_same_cells() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Biểu 1")
    style = xlwt.easyxf("font: name .VnTime, bold on; borders: left thin", num_format_str="0.000")
    sheet.write_merge(0, 0, 0, 2, "=không phải công thức")
    sheet.write(1, 1, 107.68678160919542, style)
    sheet.write(2, 1, xlwt.Formula("B2*2"))
    sheet.col(0).width = 256 * 33
    stream = io.BytesIO()
    book.save(stream)
    marked = opened(annotate(stream.getvalue(), [finding("B2")]))
    after = marked["Biểu 1"]
    assert after["A1"].value == "=không phải công thức"
    assert after["A1"].data_type == "s"
    assert (after["B2"].value, after["B2"].font.name, after["B2"].number_format) == (
        107.68678160919542,
        ".VnTime",
        "0.000",
    )
    assert after["B2"].border.left.style == "thick"
    assert [str(one) for one in after.merged_cells.ranges] == ["A1:C1"]
    assert after.column_dimensions["A"].width == 33
    assert formulas(marked) == set()
    assert ".xls" in str(marked[LIST]["A4"].value)
    assert annotate(stream.getvalue(), [finding("B2")]) == annotate(stream.getvalue(), [finding("B2")])


@pytest.mark.parametrize("content", [b"PK\x03\x04 nothing", b"\xd0\xcf\x11\xe0 nothing"], ids=["xlsx", "xls"])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises((WorkbookError, zipfile.BadZipFile)):
        annotate(content, [])


@pytest.mark.parametrize("file", [*tay_ninh_files("2026-04"), *labour_files("2025-02")], ids=lambda one: one.name)
def test_a_marked_workbook_says_to_our_reader_what_the_sender_s_said(file: object) -> None:
    content: bytes = file.content  # type: ignore[attr-defined]
    assert said(marked_here_and_there(content)) == said(content)


@pytest.mark.skipif(not REAL.is_dir(), reason="no real workbooks here")
@pytest.mark.parametrize("path", sorted(REAL.rglob("*.xls*")), ids=lambda path: path.name)
def test_a_marked_real_workbook_says_what_the_sender_s_said(path: Path) -> None:
    content = path.read_bytes()
    assert said(marked_here_and_there(content)) == said(content)


def marked_here_and_there(content: bytes) -> bytes:
    """Return the workbook with the findings of reading it and one more at some thirty of its figures."""
    before = read(content)
    some = before.observations[:: max(1, len(before.observations) // 30)]
    found = [
        finding(one.cell, one.sheet, message=f"“{one.label}” chỉ số sản xuất công nghiệp tháng 4", label=one.label)
        for one in some
    ]
    return annotate(content, [*before.findings, *found])


def said(content: bytes) -> tuple[object, object]:
    """Return the figures and the findings that our reader takes from a workbook."""
    return figures(content), read(content).findings
