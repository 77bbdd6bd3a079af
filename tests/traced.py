"""What a printed report says, worked out again from the workbooks that its lineage names by code of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from io import BytesIO
from math import isclose
from statistics import median
from typing import Any

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from ctdp_etl.catalog import load_catalog
from ctdp_etl.pipeline.trace import trace

Archive = Callable[[str], bytes]
Traced = Mapping[str, Any]
_LEVELS = frozenset({"month", "ytd"})


def differences(pdf: bytes, archive: Archive) -> list[str]:
    """Return, a line each, what of a report is not on its page, not as rounded, or not what its cells give.

    ``archive`` returns the workbook with a sha256.
    """
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]
    figures = trace(pdf)["figures"]
    found = [f"{one['id']}: {wrong}" for one in figures for wrong in _wrong(one, pages)]
    cells = {_place(cell): cell for one in figures for cell in one["observations"]}
    book = cache(lambda sha256: _sheets(archive(sha256)))
    return found + [f"{place}: {cell['value']}" for place, cell in cells.items() if not _stands(cell, book)]


def _wrong(figure: Traced, pages: list[str]) -> Iterator[str]:
    printed = figure["printed"]
    if not figure.get("drawn") and not re.search(
        rf"(?<![\d.,]){re.escape(printed)}(?!\d|[.,]\d)", pages[figure["page"] - 1]
    ):
        yield f"{printed} is not on page {figure['page']}"
    places = len(printed.partition(",")[2])
    told = Decimal(printed.replace(".", "").replace(",", ".").replace("\u2212", "-"))
    if Decimal(str(figure["value"])).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP) != told:
        yield f"{printed} is not {figure['value']} rounded"
    due = _due(figure)
    if due is not None and not isclose(due, figure["value"], rel_tol=1e-9, abs_tol=1e-9):
        yield f"{figure['value']} ({figure['how']}), its cells give {due}"


def _due(figure: Traced) -> float | None:
    """Return the value that the cells give by the words of the figure; None where it is counted from what arrived."""
    how, cells = figure["how"], figure["observations"]
    if how.startswith("|"):
        return abs(_given(how.strip("|"), figure, cells))
    if how == "đếm" and not cells:
        assert figure["receipts"]
        return None
    return _given(how, figure, cells)


def _given(how: str, figure: Traced, cells: list[Traced]) -> float:
    first = cells[0]["value"]
    match how:
        case "":
            return float(first)
        case "đếm":
            return len(cells)
        case "chỉ số \u2212 100":
            return float(first - 100)
        case "hiệu của hai mức tăng đã làm tròn":
            now, then = (_tenth(cell["value"] - 100) for cell in cells)
            return float(abs(now - then))
        case "số điều chỉnh, sau đó số đã báo cáo":
            return float(first)
        case "nay \u2212 đã báo cáo":
            return float(first - cells[1]["value"])
        case "(nay / đã báo cáo \u2212 1) × 100":
            return (_size(cells[0]) / _size(cells[1]) - 1) * 100
        case "xuất khẩu \u2212 nhập khẩu":
            sides = [_total(cell for cell in cells if cell["indicator"].startswith(side)) for side in ("EXP", "IMP")]
            return (sides[0] - sides[1]) / _unit(figure, cells)
        case "tổng mức kỳ này / tổng mức kỳ trước × 100 \u2212 100":
            then, now = sorted({cell["time_period"] for cell in cells})
            of = {month: _total(cell for cell in cells if cell["time_period"] == month) for month in (then, now)}
            return of[now] / of[then] * 100 - 100
        case "tổng mức / tổng (mức / chỉ số × 100) × 100 \u2212 100":
            return _now(cells) / _base(cells) * 100 - 100
        case "tổng cộng dồn / tổng kế hoạch năm × 100":
            plan = _total(cell for cell in cells if cell["measure"] == "plan")
            return _now(cells) / plan * 100
        case "(mức \u2212 cơ sở của phần) / cơ sở của tổng × 100; cơ sở là mức / (1 + tốc độ tăng)":
            part = [cell for cell in cells if f".{cell['indicator']}." in figure["id"]]
            whole = [cell for cell in cells if cell not in part]
            return (_now(part) - _base(part)) / _base(whole) * 100
        case "trung vị của (chỉ số \u2212 100)":
            return median(cell["value"] - 100 for cell in cells)
        case _ if how.startswith("tổng của ") or how.startswith("số báo cáo × 10^"):
            return _total(cells) / _unit(figure, cells)
    raise AssertionError(f"words that nobody can follow: {how}")


def _tenth(value: float) -> Decimal:
    return Decimal(str(round(value, 10))).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _size(cell: Traced) -> float:
    return float(cell["value"] * 10.0 ** cell["unit_mult"])


def _total(cells: Iterable[Traced]) -> float:
    return sum(map(_size, cells))


def _now(cells: list[Traced]) -> float:
    return _total(cell for cell in cells if cell["measure"] in _LEVELS)


def _base(cells: list[Traced]) -> float:
    index = {cell["ref_area"]: cell["value"] for cell in cells if cell["measure"] not in _LEVELS}
    return sum(_size(cell) / index[cell["ref_area"]] * 100 for cell in cells if cell["measure"] in _LEVELS)


def _unit(figure: Traced, cells: list[Traced]) -> float:
    """Return the size of the unit that the figure is printed in: that of its name, else that of its cells."""
    known = [unit.mult for unit in load_catalog().units.values() if unit.name == figure["unit"]]
    return float(10.0 ** (known[0] if known else cells[0]["unit_mult"]))


def _place(cell: Traced) -> tuple[str, ...]:
    return (cell["file"], cell["sha256"], cell["sheet"], cell["cell"], cell["measure"])


def _sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def _stands(cell: Traced, book: Callable[[str], dict[str, list[list[Any]]]]) -> bool:
    """Tell whether the workbook's cell holds the value: as it is, or as growth."""
    letters, number = re.fullmatch(r"([A-Z]+)(\d+)", cell["cell"]).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    written = book(cell["sha256"])[cell["sheet"]][int(number) - 1][column - 1]
    if isinstance(written, str):
        return written.strip() == cell["raw"].strip()
    return any(isclose(written + shift, cell["value"], rel_tol=1e-12, abs_tol=1e-9) for shift in (0, 100))
