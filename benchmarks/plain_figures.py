"""The plain way's figures: every printed number with the cells that it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from benchmarks.plain_checks import number

Source = tuple[str, str, str]
"""File, sheet, cell."""
PRINTED = {"OUTPUT": 44, "PRODUCTS": 40, "RETAIL": 20, "TRADE_EXPORT": 15, "TRADE_IMPORT": 15, "ELECTRICITY": 20}
RANKED = ("IIP", "LABOUR")
_REVISIONS = 20


class Figures:
    """What is printed, by id: the number, its text, and its sources."""

    def __init__(self) -> None:
        self.entries: dict[str, dict[str, Any]] = {}

    def add(self, name: str, value: float, sources: Sequence[Source], digits: int = 1) -> str:
        """Note a figure and return its id."""
        printed = "…" if pd.isna(value) else number(value, digits)
        self.entries[name] = {"printed": printed, "value": None if pd.isna(value) else value, "sources": sources}
        return name

    def text(self, name: str) -> str:
        """Return the figure as printed."""
        return str(self.entries[name]["printed"])

    def value(self, name: str) -> float:
        """Return the number, NaN where there is none."""
        value = self.entries[name]["value"]
        return float("nan") if value is None else float(value)


def national(figures: Figures, wide: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the six level tables (form, line, label, unit), the largest first; their figures noted.

    Growth is made again from the sums, of the areas that have both the level and the rate.
    """
    rows = []
    for form, count in PRINTED.items():
        table = wide[wide["form"] == form]
        largest = table.groupby("line")["est"].sum().sort_values(ascending=False).head(count)
        for line in largest.index:
            group = table[table["line"] == line]
            name = f"{form}.{line}"
            for measure in ("act_prev", "est", "ytd"):
                figures.add(f"{name}.{measure}", group[measure].sum(), _sources(group, measure))
            figures.add(f"{name}.mom", _growth(group["est"], group["act_prev"]), _sources(group, "est", "act_prev"))
            for rate, level in (("yoy", "est"), ("ytd_yoy", "ytd")):
                both = group.dropna(subset=[rate, level])
                base = both[level] / both[rate] * 100
                figures.add(f"{name}.{rate}", _growth(both[level], base), _sources(both, level, rate))
            figures.add(f"{name}.count", len(group), _sources(group, "est"), digits=0)
            rows.append({"form": form, "line": line, "label": group["label"].iloc[0], "unit": group["unit"].iloc[0]})
    return pd.DataFrame(rows, columns=["form", "line", "label", "unit"])


def ranking(figures: Figures, wide: pd.DataFrame, form: str) -> list[str]:
    """Return the areas by the growth of their total, the fastest first; their figures noted."""
    totals = wide[(wide["form"] == form) & (wide["line"] == 0)].sort_values("yoy", ascending=False)
    for _, row in totals.iterrows():
        for measure in ("mom", "yoy", "ytd_yoy"):
            source = (row["file"], row["sheet"], row[f"{measure}_cell"])
            figures.add(f"{form}.{row['area']}.{measure}", row[measure] - 100, [source])
    return list(totals["area"])


def revised(figures: Figures, wide: pd.DataFrame, before: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the largest changes of what was reported last month, and how many changed at all."""
    both = wide.merge(before, on=["area", "form", "line"], suffixes=("", "_old")).dropna(subset=["act_prev", "est_old"])
    both["change"] = (both["act_prev"] / both["est_old"] - 1) * 100
    changed = both[both["change"] != 0]
    largest = changed.sort_values("change", key=abs, ascending=False).head(_REVISIONS)
    for place, row in largest.iterrows():
        old = (row["file_old"], row["sheet_old"], row["est_cell_old"])
        now = (row["file"], row["sheet"], row["act_prev_cell"])
        figures.add(f"revised.{place}.old", row["est_old"], [old], digits=2)
        figures.add(f"revised.{place}.now", row["act_prev"], [now], digits=2)
        figures.add(f"revised.{place}.change", row["change"], [old, now], digits=2)
    return largest, len(changed)


def counts(figures: Figures, wide: pd.DataFrame, form: str) -> None:
    """Note in how many areas the total rises and falls."""
    totals = wide[(wide["form"] == form) & (wide["line"] == 0)]
    rising, falling = totals[totals["yoy"] > 100], totals[totals["yoy"] < 100]
    figures.add(f"{form}.rising", len(rising), _sources(rising, "yoy"), digits=0)
    figures.add(f"{form}.falling", len(falling), _sources(falling, "yoy"), digits=0)


def _growth(values: pd.Series, base: pd.Series) -> float:
    return float(values.sum() / base.sum() * 100 - 100) if base.sum() else float("nan")


def _sources(rows: pd.DataFrame, *measures: str) -> list[Source]:
    found: list[Source] = []
    for measure in measures:
        cells = rows[["file", "sheet", f"{measure}_cell"]].dropna()
        found += cells.itertuples(index=False, name=None)
    return found
