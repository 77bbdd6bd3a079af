"""The PDF: layout in millimetres, every figure on its page, lineage, sameness, conformance."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import report_material as material
from period_material import briefing_of
from pypdf import PdfReader
from quality_material import quality_report

from ctdp_etl.briefing import Briefing, Rendered, compose, render
from ctdp_etl.briefing.lineage import resolved
from ctdp_etl.catalog import load_catalog
from ctdp_etl.pipeline.trace import TraceError, trace
from kept import kept

MILLIMETRE = 72 / 25.4
GOLDEN = Path(__file__).parent / "golden" / "national_page_one.txt"
MARK = "SỐ LIỆU MINH HỌA"


@cache
def page_texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def plain(text: str) -> str:
    return " ".join(text.split())


def number(printed: str) -> Decimal:
    return Decimal(printed.replace(".", "").replace(",", ".").replace("−", "-"))


def places(pdf: bytes) -> list[list[tuple[float, float, str]]]:
    """Return for each page the texts with their distance from the left and upper edge in millimetres."""
    pages = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        found: list[tuple[float, float, str]] = []

        def visit(text: str, cm: Any, tm: Any, font: Any, size: Any, found: list[Any] = found) -> None:
            if text.strip() and tm[1] == 0:
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                found.append((x / MILLIMETRE, 297 - y / MILLIMETRE, text.strip()))

        page.extract_text(visitor_text=visit)
        pages.append(found)
    return pages


def test_page_one_reads_as_kept(national: Rendered) -> None:
    text = "\n".join(line.strip() for line in page_texts(national.pdf)[0].splitlines() if line.strip())
    assert plain(text) == plain(kept(GOLDEN, text))


def test_the_page_is_a4_with_the_margins_of_the_decree(national: Rendered) -> None:
    for page in PdfReader(io.BytesIO(national.pdf)).pages:
        assert float(page.mediabox.width) == pytest.approx(210 * MILLIMETRE, abs=0.5)
        assert float(page.mediabox.height) == pytest.approx(297 * MILLIMETRE, abs=0.5)
    for index, page_places in enumerate(places(national.pdf)):
        body = [(x, y) for x, y, _ in page_places if y > 20]
        if any("Hình" in text for _, _, text in page_places):
            continue
        assert min(x for x, _ in body) >= 30 - 0.2, f"page {index + 1}"
        assert max(x for x, _ in body) < 210 - 15, f"page {index + 1}"
        assert max(y for _, y in body) < 297 - 20, f"page {index + 1}"
        assert min(x for x, _ in body) == pytest.approx(31, abs=1.5), f"page {index + 1}"


def test_page_numbers_stand_in_the_top_margin_but_not_on_the_first_pages(national: Rendered) -> None:
    margins = [[text for _, y, text in page if y <= 20] for page in places(national.pdf)]
    annex = next(index for index, text in enumerate(page_texts(national.pdf)) if text.startswith("Phụ lục"))
    assert margins[0] == []
    assert margins[annex] == []
    assert margins[1:annex] == [[str(index + 1)] for index in range(1, annex)]


def test_the_annex_counts_its_own_pages(provinces: Rendered) -> None:
    texts = page_texts(provinces.pdf)
    annex = next(index for index, text in enumerate(texts) if "NGUỒN SỐ LIỆU VÀ CÁCH LẬP SỐ LIỆU" in text)
    end = next(index for index, text in enumerate(texts) if "Phụ lục II" in text)
    numbers = [[text for _, y, text in page if y <= 20] for page in places(provinces.pdf)][annex:end]
    assert numbers == [[], *([str(index)] for index in range(2, len(numbers) + 1))]


def test_page_one_is_one_page_and_ends_as_documents_end(national: Rendered) -> None:
    texts = page_texts(national.pdf)
    assert "I. SẢN XUẤT CÔNG NGHIỆP" in texts[1]
    assert "Số: 07/BC-CTĐP" in plain(texts[0])
    assert "Hà Nội, ngày 05 tháng 11 năm 2024" in plain(texts[0])
    closing = next(text for text in texts if "./." in text)
    assert "Nơi nhận:" in closing
    assert "CỤC TRƯỞNG" in closing
    assert not re.search(r"\bnan\b|None|inf\b|\{\{", "\n".join(texts), re.IGNORECASE)


def above_the_signature(pdf: bytes) -> list[str]:
    """Return the lines of text on the page of the signature, down to the closing sentence."""
    (page,) = [text for text in page_texts(pdf) if "Nơi nhận:" in text]
    lines = [line.strip() for line in page[: page.index("Trên đây là")].splitlines()]
    return [line for line in lines if line and line != MARK and not line.isdecimal()]


@pytest.mark.parametrize("name", ["national", "provinces", "province_brief"])
def test_two_lines_of_text_or_more_stand_above_the_signature(name: str, request: pytest.FixtureRequest) -> None:
    rendered: Rendered = request.getfixturevalue(name)
    assert len(above_the_signature(rendered.pdf)) >= 2


def test_a_grid_of_63_senders_fills_its_page_so_a_table_stands_above_the_signature() -> None:
    areas = [area.code for area in load_catalog().areas.at("2024-10")]
    board = [
        (f"SCT_{area}", area, "IIP", "late" if place % 9 == 0 else "received", "") for place, area in enumerate(areas)
    ]
    lines = above_the_signature(render(compose(material.inputs(material.national_rows().head(0), "2024-10", board))))
    assert lines[0] == "Bảng 1. Đơn vị chưa gửi đủ báo cáo"


@pytest.mark.parametrize("name", ["national", "provinces", "province_brief"])
def test_every_figure_is_found_on_its_page_and_recomputed_from_its_cells(
    name: str, request: pytest.FixtureRequest
) -> None:
    rendered: Rendered = request.getfixturevalue(name)
    briefing: Briefing = request.getfixturevalue(f"{name}_briefing")
    content = trace(rendered.pdf)
    assert content == json.loads(json.dumps(resolved(rendered.lineage)))
    about = (content["report"], content["period"], content["ref_area"])
    assert about == (briefing.report, briefing.period, briefing.ref_area)
    assert [item["id"] for item in content["figures"]] == [figure.id for figure in briefing.figures]
    texts = page_texts(rendered.pdf)
    for item in content["figures"]:
        assert item["printed"] in texts[item["page"] - 1], item["id"]
        assert item["observations"] or item["receipts"], item["id"]
        decimals = len(item["printed"].partition(",")[2])
        assert abs(number(item["printed"]) - Decimal(repr(item["value"]))) <= Decimal(1).scaleb(-decimals) / 2
        cells = item["observations"]
        if item["how"] == "chỉ số − 100":
            assert item["value"] == pytest.approx(cells[0]["value"] - 100)
        elif item["how"].startswith("tổng của"):
            powers = {"Tỷ đồng": 9, "Triệu USD": 6}
            total = sum(cell["value"] * 10 ** (cell["unit_mult"] - powers[item["unit"]]) for cell in cells)
            assert item["value"] == pytest.approx(total)
        elif not item["how"]:
            assert item["value"] == cells[0]["value"]


def test_trace_leads_from_the_revised_index_to_both_cells(national: Rendered) -> None:
    (figure,) = trace(national.pdf, "108,30")["figures"]
    assert [(cell["sheet"], cell["cell"], cell["value"]) for cell in figure["observations"]] == [
        ("2.IIPthang", "B10", 108.3),
        ("7.IIPthang", "D9", 110.84),
    ]
    assert trace(national.pdf, figure["id"])["figures"] == [figure]
    (before,) = trace(national.pdf, "110,84")["figures"]
    assert [cell["cell"] for cell in before["observations"]] == ["D9"]


def test_trace_refuses_what_it_does_not_know(national: Rendered) -> None:
    with pytest.raises(TraceError, match="không in số nào"):
        trace(national.pdf, "f-khong-co")
    with pytest.raises(TraceError, match="Không đọc được"):
        trace(b"khong phai pdf")


def test_pages_with_simulated_figures_and_no_others_carry_the_mark(
    provinces: Rendered, provinces_briefing: Briefing, national: Rendered
) -> None:
    marked = {index for index, text in enumerate(page_texts(provinces.pdf), 1) if _large_mark(text)}
    simulated = {figure.id for figure in provinces_briefing.figures if figure.simulated}
    pages = {item["page"] for item in provinces.lineage["figures"] if item["id"] in simulated}
    assert pages <= marked
    assert len(marked) < provinces.pages
    assert not any(MARK in text for text in page_texts(national.pdf))


def _large_mark(text: str) -> bool:
    """Tell the large letters, which stand alone, from the words under the title."""
    return any(line.strip() == MARK for line in text.splitlines())


def test_an_open_error_is_marked_in_print(provinces: Rendered) -> None:
    assert any("1.100,0†" in plain(text).replace(" †", "†") for text in page_texts(provinces.pdf))


_RENDER = """
import hashlib, sys
sys.path.insert(0, {folder!r})
import period_material, province_material, quality_material, report_material
from ctdp_etl.briefing import compose, render
quarter, quality = period_material.briefing_of("2024-Q2"), quality_material.quality_report()
for inputs in (report_material.provinces(), province_material.province(), quarter, quality):
    print(hashlib.sha256(render(compose(inputs))).hexdigest())
"""


def test_the_same_input_gives_the_same_bytes_in_any_zone_and_language(
    provinces: Rendered, province_brief: Rendered
) -> None:
    code = _RENDER.format(folder=str(Path(__file__).parent))
    environment = {**os.environ, "TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    others = [render(compose(inputs)) for inputs in (briefing_of("2024-Q2"), quality_report())]
    wanted = [hashlib.sha256(pdf).hexdigest() for pdf in (provinces.pdf, province_brief.pdf, *others)]
    assert other.stdout.split() == wanted, other.stderr


def test_the_file_carries_its_data_and_the_date_of_what_it_knows(national: Rendered) -> None:
    with pikepdf.open(io.BytesIO(national.pdf)) as pdf:
        assert sorted(str(item.UF) for item in pdf.Root.AF) == ["lineage.json", "so-lieu.csv"]
        assert {str(item.AFRelationship) for item in pdf.Root.AF} == {"/Data"}
        assert "20241024" in str(pdf.docinfo["/CreationDate"])


def test_attached_data_lists_each_observation_once(national: Rendered) -> None:
    (content,) = PdfReader(io.BytesIO(national.pdf)).attachments["so-lieu.csv"]
    lines = content.decode().splitlines()
    assert lines[0].startswith("source,dataflow,ref_area,indicator")
    assert len(set(lines)) == len(lines)
    told = list(csv.reader(lines))
    assert told[0] == list(national.lineage["observations"]["columns"])
    assert [[one.removeprefix("'") for one in row] for row in told[1:]] == [
        [str(value) for value in row] for row in national.lineage["observations"]["rows"]
    ]


def test_bookmarks_name_the_sections(national: Rendered, national_briefing: Briefing) -> None:
    titles = [item.title for item in PdfReader(io.BytesIO(national.pdf)).outline if not isinstance(item, list)]
    wanted = [f"{section.numeral}. {section.title.upper()}" for section in national_briefing.sections]
    assert [title for title in titles if re.match(r"[IVX]+\. ", title)] == wanted
    assert " ".join(titles[0].split()) == (
        "BÁO CÁO Tình hình sản xuất công nghiệp và hoạt động thương mại tháng 10 năm 2024"
    )


def test_localities_stand_from_the_highest_growth_down(national: Rendered) -> None:
    ranked = [
        number(item["printed"])
        for item in resolved(national.lineage)["figures"]
        if item["observations"]
        and item["observations"][0]["dataflow"] == "LABOUR"
        and item["observations"][0]["measure"] == "yoy"
        and item["observations"][0]["ref_area"] != "VN"
        and item["id"].endswith(".growth")
    ]
    assert len(ranked) == 63
    table = next(text for text in page_texts(national.pdf) if "các địa phương xếp theo mức tăng" in plain(text))
    first = [table.index(name) for name in ("Quảng Nam", "Đắk Lắk", "Bắc Giang", "Hưng Yên")]
    assert all(before < after for before, after in pairwise(first))
