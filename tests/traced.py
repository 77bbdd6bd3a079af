"""What a printed report says, worked out again from the workbooks that its lineage names by code of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from io import BytesIO
from math import isclose
from statistics import median
from typing import Any

from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect import archive
from ctdp_etl.period import Period
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.trace import trace
from explained import unexplained
from recounted import Ledger

Traced = Mapping[str, Any]
_LEVELS = frozenset({"month", "ytd"})


def differences(pdf: bytes, site: Site) -> list[str]:
    """Return, a line each, what of a report is not on its page, not as rounded, or not what its cells give.

    ``site`` is the one that printed it: the workbooks are in its archive, and what is counted is counted again from its
    ledger. Of a number on a page that is no figure some reason has to be known.
    """
    content = trace(pdf)
    texts = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    found = wrong_figures(content, texts)
    cells = {_place(cell): cell for one in content["figures"] for cell in one["observations"]}
    book = cache(lambda sha256: _sheets(archive.load(site.settings.archive, sha256)))
    found += [f"{place}: {cell['value']}" for place, cell in cells.items() if not _stands(cell, book)]
    month = Period.parse(content["period"]).last_month
    ledger = Ledger(site, month, content["ref_area"], content["as_of"], content["report"])
    return found + unexplained(texts, content, ledger)


def wrong_figures(content: Traced, texts: Sequence[str]) -> list[str]:
    """Return which figures are not on their page, not as rounded, or not what the cells of their lineage give."""
    pages = [" ".join(text.split()) for text in texts]
    return [f"{one['id']}: {wrong}" for one in content["figures"] for wrong in _wrong(one, pages)]


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
    """Return the value that the cells give by the words of the figure; None where the ledger is counted (recounted)."""
    how, cells = figure["how"], figure["observations"]
    if how.startswith("|"):
        return abs(_given(how.strip("|"), figure, cells))
    if not cells:
        assert figure["receipts"] and how in ("đếm", "từ sổ nhận")
        return None
    return _given(how, figure, cells)


def _given(how: str, figure: Traced, cells: list[Traced]) -> float:
    first = cells[0]["value"]
    match how:
        case "":
            return float(first)
        case "đếm" if ".revised." in figure["id"]:
            return len(cells)
        case "đếm" | "đếm địa phương":
            return len({cell["ref_area"] for cell in cells if _goes(cell, figure["id"])})
        case "1 + số địa phương có mức tăng in ra cao hơn":
            (own,) = [cell for cell in cells if figure["id"].removesuffix(".region").endswith(f".{cell['ref_area']}")]
            return 1 + sum(_grown(cell) > _grown(own) for cell in cells)
        case "hiệu của hai số đã in":
            country = [cell for cell in cells if cell["ref_area"] == "VN"]
            middle = median(Decimal(repr(cell["value"])) - 100 for cell in country or cells)
            return float(abs(_grown(cells[0]) - middle.quantize(Decimal("0.1"), ROUND_HALF_UP)))
        case "chỉ số \u2212 100":
            return float(first - 100)
        case "hiệu của hai mức tăng đã làm tròn":
            now, then = map(_grown, cells)
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


def _grown(cell: Traced) -> Decimal:
    """Return the growth that an index says, as printed."""
    return Decimal(str(round(cell["value"] - 100, 10))).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _goes(cell: Traced, name: str) -> bool:
    """Tell whether a locality goes the way that a count is about: up (0), down (1), neither (2); any else counts."""
    way = re.search(r"\.(?:ytd_)?yoy\.([012])$", name)
    growth = _grown(cell) if way else Decimal(0)
    return way is None or (growth > 0, growth < 0, growth == 0)[int(way[1])]


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
