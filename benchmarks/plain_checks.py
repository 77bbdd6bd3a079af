"""The plain way's checks: the month's identities row by row, as scripts of this kind are written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pandas as pd

from benchmarks.month import Book

LEVELS = {"plan": "kế hoạch năm", "act_prev": "số tháng trước", "est": "số trong tháng", "ytd": "lũy kế"}
INDICES = {"mom": "chỉ số so với tháng trước", "yoy": "chỉ số so với cùng kỳ", "ytd_yoy": "chỉ số lũy kế"}
_NAMES = {**LEVELS, **INDICES, "plan_pct": "tỷ lệ so với kế hoạch", "prev_yoy": "chỉ số cùng kỳ của tháng trước"}
_PARTS: dict[str, dict[int, Sequence[int]]] = {
    "OUTPUT": {0: (1, 4, 5), 1: (2, 3)},
    "RETAIL": {0: (1, 2, 5, 6), 2: (3, 4)},
    "TRADE_EXPORT": {0: (1, 2)},
    "TRADE_IMPORT": {0: (1, 2)},
}
_SECTIONS = (
    "Khai khoáng",
    "Công nghiệp chế biến, chế tạo",
    "Sản xuất và phân phối điện, khí đốt, nước nóng, hơi nước và điều hòa không khí",
    "Cung cấp nước; hoạt động quản lý và xử lý rác thải, nước thải",
)
_FIRST = {
    "IIP": "Toàn ngành công nghiệp",
    "RETAIL": "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng",
    "ELECTRICITY": "Điện thương phẩm",
}
_COLUMNS = ["rule", "area", "form", "label", "file", "sheet", "cell", "message"]
Finding = dict[str, Any]


def check(wide: pd.DataFrame, before: pd.DataFrame, books: Sequence[Book]) -> pd.DataFrame:
    """Return the findings on the month ``wide`` (a row of a table a row), beside the month ``before``."""
    known = {(row["area"], row["form"], row["label"]): row for _, row in before.iterrows()}
    seen: dict[tuple[str, str, str], pd.Series] = {}
    found: list[Finding] = []
    for _, row in wide.iterrows():
        key = (row["area"], row["form"], row["label"])
        found += _inside(row)
        if key in known:
            found += _with_last_month(row, known[key])
        if key in seen:
            found += _twice(row, seen[key])
        seen[key] = row
    filled = {(area, form) for area, form, _ in seen}
    for key, old in known.items():
        if key not in seen and key[:2] in filled:
            found.append(_finding("missing", old, "yoy", "kỳ trước có báo cáo dòng này, kỳ này không có"))
    for _, table in wide.groupby(["area", "form"]):
        found += _parts(table)
        found += _sections(table)
    return pd.DataFrame([*found, *_empty(filled, seen, books)], columns=_COLUMNS)


def _inside(row: pd.Series) -> list[Finding]:
    found = []
    for measure, above, below in (("mom", "est", "act_prev"), ("plan_pct", "ytd", "plan")):
        due = _ratio(row[above], row[below])
        if abs(row[measure] - due) > 0.1:
            where = f"({row[f'{above}_cell']} chia {row[f'{below}_cell']})"
            found.append(_finding(measure, row, measure, f"tính lại {where} được {number(due)}%"))
    for measure in INDICES:
        if row[measure] < 20 or row[measure] > 500:
            found.append(_finding("rate", row, measure, "không phải là chỉ số: ghi mức tăng, hoặc sai hàng"))
    return found


def _with_last_month(row: pd.Series, old: pd.Series) -> list[Finding]:
    found = []
    due = old["ytd"] - old["est"] + row["act_prev"] + row["est"]
    if abs(row["ytd"] - due) > 0.05:
        found.append(_finding("ytd", row, "ytd", f"lũy kế kỳ trước nối sang được {number(due)}"))
    if row["ytd"] < old["ytd"]:
        found.append(_finding("falling", row, "ytd", f"thấp hơn lũy kế kỳ trước {number(old['ytd'])}"))
    for measure, term in (("plan", "plan"), ("act_prev", "est"), ("est", "est"), ("ytd", "ytd")):
        factor = _slip(_ratio(row[measure], old[term]) / 100)
        if factor:
            found.append(_finding("unit", row, measure, f"gấp khoảng {factor:g} lần kỳ trước, sai đơn vị"))
    change = _ratio(row["act_prev"], old["est"]) - 100
    if abs(change) > 20:
        found.append(_finding("restated", row, "act_prev", f"điều chỉnh {number(change)}% so với số đã báo cáo"))
    if row["unit"] != old["unit"]:
        found.append(_finding("unit_changed", row, "est", f"đơn vị tính “{row['unit']}”, kỳ trước “{old['unit']}”"))
    return found + _implied(row, old) + _between_neighbours(row, old)


def _implied(row: pd.Series, old: pd.Series) -> list[Finding]:
    """The month and the cumulative of a year ago, as the cumulatives and their indices of both reports imply them."""
    found = []
    year_ago = _ratio(row["ytd"], row["ytd_yoy"]) - _ratio(old["ytd"], old["ytd_yoy"])
    due = _ratio(row["est"], year_ago)
    if abs(_ratio(row["yoy"], due) - 100) > 2:
        found.append(_finding("yoy", row, "yoy", f"tính lại từ hai lũy kế được {number(due)}%"))
    due = _ratio(row["ytd"], _ratio(old["ytd"], old["ytd_yoy"]) + _ratio(row["est"], row["yoy"]))
    if abs(_ratio(row["ytd_yoy"], due) - 100) > 2:
        found.append(_finding("ytd_yoy", row, "ytd_yoy", f"tính lại từ lũy kế kỳ trước được {number(due)}%"))
    return found


def _between_neighbours(row: pd.Series, old: pd.Series) -> list[Finding]:
    """The cumulative index of a table without levels lies between last month's and the month's."""
    if not pd.isna(row["est"]):
        return []
    low, high = min(old["ytd_yoy"], row["yoy"]), max(old["ytd_yoy"], row["yoy"])
    moved = 0.0 if pd.isna(row["prev_yoy"]) else abs(row["prev_yoy"] - old["yoy"])
    if low - moved - 0.2 <= row["ytd_yoy"] <= high + moved + 0.2:
        return []
    return [_finding("between", row, "ytd_yoy", f"nằm ngoài khoảng {number(low)}–{number(high)}%")]


def _twice(row: pd.Series, other: pd.Series) -> list[Finding]:
    return [
        _finding("twice", row, measure, f"ô {other[f'{measure}_cell']} ghi {number(other[measure])}")
        for measure in _NAMES
        if abs(row[measure] - other[measure]) > 0
    ]


def _parts(table: pd.DataFrame) -> list[Finding]:
    rows = {row["line"]: row for _, row in table.iterrows()}
    found = []
    for total, parts in _PARTS.get(table["form"].iloc[0], {}).items():
        if not all(line in rows for line in (total, *parts)):
            continue
        for measure in LEVELS:
            summed = sum(rows[line][measure] for line in parts)
            if abs(rows[total][measure] - summed) > 0.03:
                cells = ", ".join(rows[line][f"{measure}_cell"] for line in parts)
                found.append(_finding("parts", rows[total], measure, f"các ô {cells} cộng được {number(summed)}"))
    return found


def _sections(table: pd.DataFrame) -> list[Finding]:
    if table["form"].iloc[0] not in ("IIP", "LABOUR"):
        return []
    rows = {row["label"]: row for _, row in table.iterrows()}
    sections = [rows[label] for label in _SECTIONS if label in rows]
    if _FIRST["IIP"] not in rows or len(sections) < 3:
        return []
    found = []
    for measure in INDICES:
        values = [row[measure] for row in sections]
        total = rows[_FIRST["IIP"]]
        if total[measure] < min(values) - 0.1 or total[measure] > max(values) + 0.1:
            span = f"{number(min(values))}–{number(max(values))}%"
            found.append(_finding("sections", total, measure, f"nằm ngoài khoảng {span} của các ngành cấp 1"))
    return found


def _empty(
    filled: Collection[tuple[str, str]], seen: Collection[tuple[str, str, str]], books: Sequence[Book]
) -> list[Finding]:
    found = []
    for book in books:
        for place in book.places:
            at = {"area": book.area, "form": place.form, "file": book.file_name, "sheet": place.sheet}
            first = _FIRST.get(place.form)
            if (book.area, place.form) not in filled:
                found.append({**at, "rule": "empty", "message": f"Trang “{place.sheet}” không có số liệu."})
            elif first and (book.area, place.form, first) not in seen:
                message = f"Trang “{place.sheet}” thiếu chỉ tiêu bắt buộc “{first}”."
                found.append({**at, "rule": "expected", "label": first, "message": message})
    return found


def _finding(rule: str, row: pd.Series, measure: str, why: str) -> Finding:
    cell = row[f"{measure}_cell"]
    where = f"Trang “{row['sheet']}”, ô {cell}, “{row['label']}”"
    message = f"{where}, {_NAMES[measure]} ghi {number(row[measure])}: {why}. Đề nghị kiểm tra lại."
    return {**row[["area", "form", "label", "file", "sheet"]], "rule": rule, "cell": cell, "message": message}


def _ratio(above: float, below: float) -> float:
    return above / below * 100 if below else float("nan")


def _slip(ratio: float) -> float:
    """Return the power of ten, up to 10^9 and down to 10^-9, that a ratio is near to; 0 where it is none."""
    for power in range(1, 10):
        for factor in (10.0**power, 10.0**-power):
            if 0.5 < ratio / factor < 2:
                return factor
    return 0.0


def number(value: float, digits: int = 2) -> str:
    """Return a number as printed in Vietnam."""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,")).replace("-", "−")
