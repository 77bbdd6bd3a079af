"""The tables of one simulated province in one month: rows with their figures, before any layout."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ctdp_etl.catalog import HEADING
from ctdp_etl.catalog.codelist import read_csv
from ctdp_etl.demo.chance import draw
from ctdp_etl.demo.series import Levels, Series, Total, index_values, level_values, series
from ctdp_etl.period import Period

DATA = Path(__file__).with_name("data")
_SECTIONS = {"B": ("05", "06", "07", "08", "09"), "D": ("35",), "E": ("36", "37", "38", "39")}
_CALM = frozenset({"RETAIL", "ELECTRICITY"})
_CALM_GROWTH = 1.06
"""Trade and power use follow industry only half-way."""
_USES = {"AGRICULTURE": 0.04, "INDUSTRY": 0.54, "COMMERCE": 0.06, "RESIDENTIAL": 0.31, "OTHER": 0.05}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its code in the table (``-`` for a heading), level of indentation, two ways to write it, its values.

    ``values`` are by column, rates as indices.
    """

    code: str
    level: int
    unit: str
    labels: tuple[str, str]
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a form; ``form`` is the table key and ``prefix`` and ``suffix`` complete its indicator codes."""

    form: str
    title: str
    unit: str
    rows: tuple[Row, ...]
    prefix: str = ""
    suffix: str = ""

    @property
    def dataflow(self) -> str:
        """The dataflow that the table delivers."""
        return self.form.split("_")[0]

    @property
    def is_index(self) -> bool:
        """Whether the figures are indices without levels."""
        return self.form == "IIP"


@dataclass(frozen=True, slots=True)
class Province:
    """A simulated province: how large its industry is, what it makes and how its office lays out tables."""

    area: str
    kind: str
    size: float
    growth: float
    profile: str
    layout: str
    output: bool

    def series(self, form: str, code: str, base: float, decimals: int = 2, revision: float = 0.012) -> Series:
        """Return the province's hidden series of an indicator; ``base`` is its monthly mean of 2025."""
        growth = (self.growth + _CALM_GROWTH) / 2 if form in _CALM else self.growth
        return series(self.area, form, code, base, growth, decimals=decimals, revision=revision)


@cache
def provinces() -> Mapping[str, Province]:
    """Return the simulated provinces by area code."""
    return {
        row["area"]: Province(
            area=row["area"],
            kind=row["kind"],
            size=float(row["size"]),
            growth=float(row["growth"]),
            profile=row["profile"],
            layout=row["layout"],
            output=row["output"] == "1",
        )
        for row in read_csv(DATA / "provinces.csv")
    }


def month_tables(province: Province, month: Period, digits: int) -> tuple[Table, ...]:
    """Return every table that the province's office reports for the month."""
    found = [_industry(province, month, digits), _products(province, month, digits), _retail(province, month, digits)]
    found += [_trade(province, month, digits, flow) for flow in ("EXPORT", "IMPORT")]
    found.append(_electricity(province, month, digits))
    if province.output:
        found.append(_output(province, month, digits))
    return tuple(found)


def _industry(province: Province, month: Period, digits: int) -> Table:
    branches: Mapping[str, float] = _profile(province)["branches"]
    made = {code: province.series("IIP", code, 100.0 * share, 6, 0.004) for code, share in branches.items()}
    levels: dict[str, Levels] = {}
    for section in "BCDE":
        inside = [code for code in made if _section(code) == section]
        levels[section] = Total(tuple(made[code] for code in inside))
        levels.update((code, made[code]) for code in inside)
    whole: dict[str, Levels] = {"TOTAL": Total(tuple(levels[section] for section in "BCDE"))}
    rows = tuple(_row("IIP", code, "%", index_values(one, month, digits)) for code, one in (whole | levels).items())
    return Table("IIP", "Chỉ số sản xuất công nghiệp", "%", rows)


def _products(province: Province, month: Period, digits: int) -> Table:
    rows = []
    for code in _profile(province)["products"]:
        row = _known_products()[code]
        levels = province.series("PRODUCTS", code, float(row["base"]) * province.size / 10, int(row["decimals"]))
        labels = row["label"], row["other"] or row["label"]
        rows.append(Row(code, 0, row["unit"], labels, level_values(levels, month, digits)))
    return Table("PRODUCTS", "Sản phẩm công nghiệp chủ yếu", "", tuple(rows))


def _retail(province: Province, month: Period, digits: int) -> Table:
    unit, scale = ("Triệu đồng", 1000.0) if draw(province.area, "million") < 0.3 else ("Tỷ đồng", 1.0)
    base = (2500 + 5200 * province.size) * scale

    def part(code: str, share: float) -> Levels:
        return province.series("RETAIL", code, base * share, 2)

    lodging = {"ACCOMMODATION": part("ACCOMMODATION", 0.01), "FOOD": part("FOOD", 0.105)}
    both: dict[str, Levels] = {"ACCOMMODATION_FOOD": Total(tuple(lodging.values()))}
    parts = {"GOODS": part("GOODS", 0.77)} | both | {"TRAVEL": part("TRAVEL", 0.01), "OTHER": part("OTHER", 0.105)}
    levels: dict[str, Levels] = {"TOTAL": Total(tuple(parts.values()))}
    for code, one in parts.items():
        levels |= {code: one} | (lodging if code == "ACCOMMODATION_FOOD" else {})
    rows = tuple(_row("RETAIL", code, unit, level_values(one, month, digits)) for code, one in levels.items())
    return Table("RETAIL", "Tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng", unit, rows)


def _trade(province: Province, month: Period, digits: int, flow: str) -> Table:
    form = f"TRADE_{flow}"
    base = (220 if flow == "EXPORT" else 190) * province.size + 8
    foreign = _profile(province)["foreign"]
    sectors = {
        "DOMESTIC": province.series(form, "DOMESTIC", base * (1 - foreign)),
        "FDI": province.series(form, "FDI", base * foreign),
    }
    goods: Mapping[str, float] = _profile(province)[f"{flow.lower()}s"]
    levels: dict[str, Levels] = {"TOTAL": Total(tuple(sectors.values())), **sectors}
    rows = [_row("TRADE", code, "Triệu USD", level_values(one, month, digits)) for code, one in levels.items()]
    rows.append(_row("TRADE", HEADING, "", {}))
    for code, share in goods.items():
        one = province.series(form, code, base * share * 0.85)
        rows.append(_row("TRADE", code, "Triệu USD", level_values(one, month, digits)))
    name = "xuất khẩu" if flow == "EXPORT" else "nhập khẩu"
    return Table(form, f"Kim ngạch {name} hàng hóa", "Triệu USD", tuple(rows), f"{flow}.", ".VALUE")


def _electricity(province: Province, month: Period, digits: int) -> Table:
    base = 60 + 110 * province.size
    uses = {code: province.series("ELECTRICITY", code, base * share) for code, share in _USES.items()}
    made = province.series("ELECTRICITY", "GENERATION", base * (0.4 + 1.4 * draw(province.area, "power")))
    levels: dict[str, Levels] = {"GENERATION": made, "SALES": Total(tuple(uses.values())), **uses}
    rows = tuple(
        _row("ELECTRICITY", code, "Triệu kWh", level_values(one, month, digits)) for code, one in levels.items()
    )
    return Table("ELECTRICITY", "Điện sản xuất và điện thương phẩm", "Triệu kWh", rows)


def _output(province: Province, month: Period, digits: int) -> Table:
    base = 900 + 5600 * province.size

    def part(code: str, share: float) -> Levels:
        return province.series("OUTPUT", code, base * share)

    state = {"STATE_CENTRAL": part("STATE_CENTRAL", 0.09), "STATE_LOCAL": part("STATE_LOCAL", 0.02)}
    parts: dict[str, Levels] = {"STATE": Total(tuple(state.values()))}
    parts |= {"NONSTATE": part("NONSTATE", 0.36), "FDI": part("FDI", 0.53)}
    levels: dict[str, Levels] = {"TOTAL": Total(tuple(parts.values()))}
    for code, one in parts.items():
        levels |= {code: one} | (state if code == "STATE" else {})
    rows = [_row("OUTPUT", code, "Tỷ đồng", level_values(one, month, digits)) for code, one in levels.items()]
    rows.insert(1, _row("OUTPUT", HEADING, "", {}))
    title = "Giá trị sản xuất công nghiệp (giá so sánh 2010)"
    return Table("OUTPUT", title, "Tỷ đồng", tuple(rows), suffix=".P2010")


def _section(branch: str) -> str:
    return next((section for section, inside in _SECTIONS.items() if branch in inside), "C")


def _row(form: str, code: str, unit: str, values: Mapping[str, float]) -> Row:
    level, label, other = _labels()[form, code]
    return Row(code, level, unit, (label, other), values)


@cache
def _labels() -> Mapping[tuple[str, str], tuple[int, str, str]]:
    return {
        (row["form"], row["code"]): (int(row["level"]), row["label"], row["other"] or row["label"])
        for row in read_csv(DATA / "labels.csv")
    }


@cache
def _known_products() -> Mapping[str, Mapping[str, str]]:
    return {row["code"]: row for row in read_csv(DATA / "products.csv")}


@cache
def _profiles() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "profiles.toml").read_text(encoding="utf-8"))


def _profile(province: Province) -> Mapping[str, Any]:
    profile: Mapping[str, Any] = _profiles()[province.profile]
    return profile
