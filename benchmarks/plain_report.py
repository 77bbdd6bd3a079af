"""The plain way's briefing: frames to HTML tables with the default style, bars as SVG, WeasyPrint to PDF."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

import pandas as pd
from weasyprint import HTML

_LEVELS = {"TRADE_EXPORT": 15, "TRADE_IMPORT": 15, "OUTPUT": 44, "PRODUCTS": 40, "RETAIL": 20, "ELECTRICITY": 20}
_COLUMNS = ["label", "plan", "act_prev", "est", "ytd", "mom", "yoy", "ytd_yoy"]
_STYLE = (
    "@page { size: A4; margin: 20mm 20mm 20mm 30mm } body { font: 13pt 'Liberation Serif' } table { font-size: 11pt }"
)


def html(wide: pd.DataFrame, before: pd.DataFrame, found: pd.DataFrame, files: pd.DataFrame) -> str:
    """Return the page of the month's figures (one row a line and area) with the tables beside them."""
    national = {form: _national(wide, form) for form in _LEVELS}
    tables = [("Số liệu chính", _key_figures(national))]
    tables += [(form, _ranking(wide, form)) for form in ("IIP", "LABOUR")]
    tables += [(form, frame.head(_LEVELS[form])) for form, frame in national.items()]
    tables += [("Điều chỉnh", _revised(wide, before)), ("Phát hiện", found.head(15)), ("Tệp", files)]
    charts = [_bars(_latest(wide, form), 34) for form in ("IIP", "LABOUR")]
    charts += [_bars(_by_area(wide, form), 12) for form in ("PRODUCTS", "RETAIL", "TRADE_EXPORT", "TRADE_IMPORT")]
    body = "".join([*_sentences(national), *(f"<h2>{name}</h2>{_html(table)}" for name, table in tables), *charts])
    style = f'<meta charset="utf-8"><style>{_STYLE}</style>'
    return f'<html lang="vi"><head>{style}</head><body>{body}</body></html>'


def render(page: str) -> tuple[bytes, int]:
    """Return (PDF, number of pages)."""
    document = HTML(string=page).render()
    return document.write_pdf(), len(document.pages)


def cells(wide: pd.DataFrame, before: pd.DataFrame, found: pd.DataFrame, files: pd.DataFrame) -> int:
    """Return the number of cells in the tables."""
    frames = [_national(wide, form).head(rows) for form, rows in _LEVELS.items()]
    frames += [_ranking(wide, "IIP"), _ranking(wide, "LABOUR"), _revised(wide, before), found.head(15), files]
    return sum(frame.size for frame in frames) + 36


def _national(wide: pd.DataFrame, form: str) -> pd.DataFrame:
    """Return the sums of all areas by line, rates computed again."""
    groups = wide[wide["form"] == form].groupby("line")
    sums = groups[["plan", "act_prev", "est", "ytd"]].sum()
    sums.insert(0, "label", groups["label"].first().str.strip(" -"))
    rates = groups[["mom", "yoy", "ytd_yoy"]].mean().round(1)
    return pd.concat([sums.round(1), rates], axis=1).sort_values("est", ascending=False)[_COLUMNS]


def _ranking(wide: pd.DataFrame, form: str) -> pd.DataFrame:
    totals = wide[(wide["form"] == form) & (wide["line"] == 0)].sort_values("yoy", ascending=False)
    return totals[["area", "prev_yoy", "mom", "yoy", "ytd_yoy"]].head(22)


def _revised(wide: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    both = wide.merge(before, on=["area", "form", "line"], suffixes=("", "_before"))
    both["change"] = (both["act_prev"] - both["est_before"]).abs()
    columns = ["area", "form", "label", "est_before", "act_prev", "change"]
    return both.sort_values("change", ascending=False)[columns].head(20).round(2)


def _key_figures(national: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([frame.head(1) for frame in national.values()])[["label", "est", "ytd", "mom", "yoy", "ytd_yoy"]]


def _latest(wide: pd.DataFrame, form: str) -> pd.Series:
    totals = wide[(wide["form"] == form) & (wide["line"] == 0)]
    return totals.set_index("area")["yoy"] - 100


def _by_area(wide: pd.DataFrame, form: str) -> pd.Series:
    return wide[wide["form"] == form].groupby("area")["est"].sum().sort_values(ascending=False)


def _html(frame: pd.DataFrame) -> str:
    return frame.to_html(index=False, na_rep="", decimal=",")


def _sentences(national: Mapping[str, pd.DataFrame]) -> Sequence[str]:
    return [
        f"<p>{row['label']}: ước {row['est']:,.1f}, bằng {row['yoy']:.1f}% so với cùng kỳ năm trước; lũy kế "
        f"{row['ytd']:,.1f}, bằng {row['ytd_yoy']:.1f}%.</p>"
        for frame in national.values()
        for _, row in frame.head(4).iterrows()
    ]


def _bars(values: pd.Series, count: int) -> str:
    shown = values.head(count)
    scale = 90 / max(shown.abs().max(), 1e-9)
    bars = "".join(
        f'<text x="30" y="{6 * at + 4}" text-anchor="end">{name}</text>'
        f'<rect x="32" y="{6 * at}" width="{abs(value) * scale:.2f}" height="4.5" fill="#2f6ea5"/>'
        f'<text x="{34 + abs(value) * scale:.2f}" y="{6 * at + 4}">{value:,.1f}</text>'
        for at, (name, value) in enumerate(shown.items())
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 {6 * len(shown)}" width="160mm" '
        f'height="{6 * len(shown)}mm" font-size="3.5" font-family="Liberation Serif">{bars}</svg>'
    )
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}">'
