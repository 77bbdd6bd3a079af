"""The country's briefing is 12 to 25 pages; a month in which everything is full stays within them."""

from __future__ import annotations

import pytest
from full_month import full_month
from weasyprint.text.fonts import FontConfiguration

from ctdp_etl import resources
from ctdp_etl.briefing import Briefing, compose
from ctdp_etl.briefing.document import Table
from ctdp_etl.briefing.fonts import typeface
from ctdp_etl.briefing.markup import Printer, style
from ctdp_etl.briefing.press import document_of, sheet_of

MOST = 25


@pytest.fixture(scope="module")
def briefing() -> Briefing:
    return compose(full_month())


def pages(briefing: Briefing) -> int:
    reports, face, fonts = resources.folder("reports"), typeface(), FontConfiguration()
    sheet = sheet_of(style(reports, briefing.report, face), fonts)
    return len(document_of(Printer(reports, face).html(briefing), sheet, fonts).pages)


def test_a_full_month_is_no_longer_than_leadership_reads(briefing: Briefing) -> None:
    assert 12 <= pages(briefing) <= MOST


def test_what_is_cut_short_says_how_much_and_where_the_rest_is(briefing: Briefing) -> None:
    tables = [block for section in briefing.sections for block in section.blocks if isinstance(block, Table)]
    tables += [block for block in briefing.annex if isinstance(block, Table)]
    told = {table.title: (len(table.rows), table.note) for table in tables}
    for title, rows, said in (
        (
            "Sản phẩm công nghiệp chủ yếu tháng 4 năm 2026",
            40,
            "Bảng nêu 40 sản phẩm nhiều địa phương báo cáo nhất; còn 30",
        ),
        ("Đơn vị chưa gửi đủ báo cáo", 15, "hình nêu đủ từng đơn vị, từng biểu."),
        ("Phát hiện đang mở", 14, "Bảng nêu 14 nhóm phát hiện nặng nhất; còn 88 nhóm khác trong hệ thống."),
        ("Các tệp có số liệu được in trong báo cáo", 72, "tệp khác có tên trong so-lieu.csv đính kèm."),
        ("Số được sửa, phát hiện được chấp nhận theo quyết định", 12, "48 quyết định khác nêu ở báo cáo chất lượng"),
    ):
        assert told[title][0] == rows
        assert said in told[title][1]


def test_a_cell_of_any_length_is_told_in_short(briefing: Briefing) -> None:
    words = [
        cell
        for section in briefing.sections
        for block in section.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row.cells
        if isinstance(cell, str)
    ]
    assert max(map(len, words)) < 400
    assert any(word.startswith("Ô ghi “20116,") and " … (và " in word for word in words)
