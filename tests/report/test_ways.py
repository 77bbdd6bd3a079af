"""Ways through a long paper: the table of contents, and from what is printed to its files in the annex."""

from __future__ import annotations

import io
import re
from typing import Any

from pypdf import PdfReader

from ctdp_etl.briefing import Briefing, Rendered
from ctdp_etl.briefing.behind import file_rows
from ctdp_etl.briefing.document import Table, printed_in


def ways(pdf: bytes) -> dict[str, set[int]]:
    """Return the pages (from 1) that lead to each named place."""
    found: dict[str, set[int]] = {}
    for number, page in enumerate(PdfReader(io.BytesIO(pdf)).pages, 1):
        for one in page.get("/Annots", ()):
            link: Any = one.get_object()
            if link["/Subtype"] == "/Link":
                found.setdefault(str(link["/Dest"]), set()).add(number)
    return found


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_long_paper_says_on_which_page_each_section_begins(national: Rendered, national_briefing: Briefing) -> None:
    pages = texts(national.pdf)
    contents = pages[1].partition("MỤC LỤC")[2].partition("I. SẢN XUẤT CÔNG NGHIỆP")[0]
    told = dict(re.findall(r"\b([IVX]+)\. [^.]*\.*\s*\.* ?(\d+)(?= |$)", contents))
    heads = {one.numeral: f"{one.numeral}. {one.title.upper()}" for one in national_briefing.sections}
    assert told == {
        numeral: str(next(number for number, text in enumerate(pages, 1) if head in text))
        for numeral, head in heads.items()
    }
    assert {f"muc-{numeral}" for numeral in heads} | {"phu-luc-1"} <= ways(national.pdf).keys()


def test_a_short_paper_has_no_table_of_contents(provinces: Rendered) -> None:
    assert not any("MỤC LỤC" in text for text in texts(provinces.pdf))


def test_every_table_leads_to_the_files_behind_it(provinces: Rendered, provinces_briefing: Briefing) -> None:
    rows = file_rows(provinces_briefing.annex)
    pages = texts(provinces.pdf)
    reader = PdfReader(io.BytesIO(provinces.pdf))
    leading = {name: where for name, where in ways(provinces.pdf).items() if name.startswith("tep-")}
    assert leading
    for name in leading:
        target = reader.get_destination_page_number(reader.named_destinations[name])
        row = rows[int(name.removeprefix("tep-")) - 1]
        assert str(row.cells[-1]) in pages[target], name
    tables = [block for part in provinces_briefing.sections for block in part.blocks if isinstance(block, Table)]
    numbers = {str(row.cells[-1]): index for index, row in enumerate(rows, 1)}
    for table in tables:
        files = {numbers[fact.sha256[:12]] for figure in printed_in(table) for fact in figure.facts}
        page = next(number for number, text in enumerate(pages, 1) if table.title in text and number > 1)
        assert not files or any({page, page + 1} & leading[f"tep-{one}"] for one in (min(files), max(files))), (
            table.title
        )


def test_the_localities_stand_on_pages_on_their_side_with_numbers_of_their_own(
    provinces: Rendered, provinces_briefing: Briefing, national_briefing: Briefing
) -> None:
    table = provinces_briefing.wide
    assert table is not None
    assert national_briefing.wide is None, "there is nothing to show"
    assert [len(row.cells) for row in table.rows] == [8] * 34
    pages = PdfReader(io.BytesIO(provinces.pdf)).pages
    told = texts(provinces.pdf)
    lying = [number for number, page in enumerate(pages) if page.mediabox.width > page.mediabox.height]
    assert lying == list(range(lying[0], len(pages)))
    found = [told[number].removeprefix("SỐ LIỆU MINH HỌA ") for number in lying]
    assert found[0].startswith(f"Phụ lục II {table.title.upper()}")
    for number, text in enumerate(found[1:], start=2):
        assert text.startswith("TT Địa phương"), "the heading comes again"
        assert text.endswith(f" {number}"), "it has its own number"
    assert "Phụ lục I NGUỒN SỐ LIỆU" in " ".join(told)
