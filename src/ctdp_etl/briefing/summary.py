"""Page one: what happened, in five or six sentences and a few figures."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ctdp_etl.briefing import commerce, industry, labour, quality, revision, trade
from ctdp_etl.briefing.document import Column, Paragraph, Row, Run, Runs, Strong, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.levels import Line, lines
from ctdp_etl.briefing.month import NO_FIGURE, Month
from ctdp_etl.briefing.narrative import AFTER_TET, TET, before, capital, directions, extremes, joined, split, themed
from ctdp_etl.briefing.tables import without_empty_columns
from ctdp_etl.briefing.verbs import HIGH_BASE, LOW_BASE, verb

_MOST = 6
_MERGED: Runs = ("chỉ số của các địa phương mới hợp nhất do nơi gửi tự tính, thứ hạng chỉ để tham khảo",)


def points(month: Month) -> tuple[Paragraph, ...]:
    """Return the sentences of page one, at most six, each with its theme in bold."""
    retail = "tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"
    country = industry.headline(month)
    candidates: list[tuple[str, Runs]] = [
        ("Sản xuất công nghiệp", country),
        ("Ngành công nghiệp", industry.by_section(month)),
        ("Giá trị sản xuất", () if country else commerce.output_headline(month)),
        ("Địa phương", _iip_localities(month)),
        ("Sản phẩm", commerce.products_headline(month)),
        ("Bán lẻ", commerce.headline_of(month, "RETAIL", "TOTAL", retail)),
        ("Xuất nhập khẩu", trade.headline(month)),
        ("Lao động", labour.labour_headline(month)),
        ("Điện", _electricity(month)),
    ]
    return themed(candidates)[:_MOST]


def cautions(month: Month, board: pd.DataFrame) -> tuple[Paragraph, ...]:
    """Return what a reader of page one has to know: Tết, base, merger, revision, coverage, open findings."""
    parts = [
        base_effect(month),
        _MERGED if _rests_on_merged(month) else (),
        revision.headline(month),
        quality.reporting_headline(month, board),
        quality.findings_headline(month),
        quality.held(month),
    ]
    runs = joined([capital(part) for part in parts if part], between=". ", last=". ")
    found = [Paragraph((*runs, "."), "note")] if runs else []
    if month.period.freq == "M" and (tet := {1: TET, 2: TET, 3: AFTER_TET}.get(month.period.number)):
        found.insert(0, Paragraph((Strong("Lưu ý: "), tet), "note"))
    return tuple(found)


def base_effect(month: Month) -> Runs:
    """Return the sentence on an index that grows from a low or a high base, without its full stop; () where none does.

    Only the country's own index tells: its growth a year ago is the base of this year's.
    """
    growth = industry.country_growth(month, "TOTAL", "yoy")
    then = before(month, growth) if growth else None
    if growth is None or then is None or LOW_BASE < then.rounded < HIGH_BASE:
        return ()
    base = "thấp" if then.rounded <= LOW_BASE else "cao"
    words = f"IIP {month.words} so với một nền {base}: cùng kỳ năm {month.period.year - 1} {verb(then)} "
    return (words, month.figures.size(then), "%")


def _rests_on_merged(month: Month) -> bool:
    """Tell whether page one ranks localities that were several a year ago."""
    return any(fact.ref_area in month.merged for fact in month.provinces("IIP", "TOTAL", "yoy"))


def key_figures(month: Month) -> Table:
    """Return the table of page one: levels and changes of the few figures that leadership asks for."""
    rows = [row for row in (*_index_rows(month), *_level_rows(month)) if row]
    if not month.cumulates:
        rows = [replace(row, cells=(*row.cells[:-1], "")) for row in rows]
    table = Table(
        title=f"Một số chỉ tiêu chủ yếu {month.period.vietnamese}",
        unit="",
        columns=(
            Column("Chỉ tiêu", 1, numeric=False),
            Column("Đơn vị tính", numeric=False),
            Column(f"Tháng {month.period.number}"),
            Column("So với tháng trước (%)"),
            Column("So với cùng kỳ (%)"),
            Column(f"{month.so_far} so với cùng kỳ (%)"),
        ),
        rows=tuple(rows),
        source="",
    )
    return without_empty_columns(table)


def _iip_localities(month: Month) -> Runs:
    facts = month.provinces("IIP", "TOTAL", "yoy")
    if not facts:
        return ()
    parts = split(month, facts)
    counts = directions(month, f"IIP.{month.now}.yoy", parts, whole=True)
    ends = joined([counts, *extremes(month, parts)], between="; ", last="; ")
    return (f"IIP {month.words} so với cùng kỳ năm trước ", *ends)


def _electricity(month: Month) -> Runs:
    line = next(iter(lines(month, "ELECTRICITY")), None)
    return commerce.level_sentence(month, line, line.label) if line else ()


def _index_rows(month: Month) -> list[Row]:
    rows = []
    named = (
        ("IIP", "TOTAL", "Chỉ số sản xuất công nghiệp (IIP)"),
        ("IIP", "C", "IIP chế biến, chế tạo"),
        ("LABOUR", "TOTAL", "Lao động công nghiệp"),
    )
    for dataflow, indicator, label in named:
        found = [month.country(dataflow, indicator, measure) for measure in ("mom", "yoy", "ytd_yoy")]
        if any(found):
            growths = [month.growth(fact) for fact in found]
            index = month.figures.index(found[1]) if found[1] else NO_FIGURE
            rows.append(Row((label, "%", index, *growths), 0))
    return rows or _counted_rows(month)


def _counted_rows(month: Month) -> list[Row]:
    """Return the numbers of localities up and down, where the country has no index of its own."""
    facts = month.provinces("IIP", "TOTAL", "yoy")
    if not facts:
        return []
    parts = split(month, facts)
    named = (("tăng", parts.up), ("giảm", parts.down))
    return [
        Row(
            (
                f"Địa phương có IIP {direction} so với cùng kỳ",
                "Địa phương",
                month.figures.count(f"IIP.{month.now}.yoy.{index}", members),
                "",
                "",
                "",
            ),
            0,
        )
        for index, (direction, members) in enumerate(named)
        if members
    ]


def _level_rows(month: Month) -> list[Row]:
    named = (
        ("OUTPUT", "TOTAL", "Giá trị sản xuất công nghiệp"),
        ("RETAIL", "TOTAL", "Tổng mức bán lẻ, dịch vụ"),
        ("TRADE", "EXPORT.TOTAL.VALUE", "Kim ngạch xuất khẩu"),
        ("TRADE", "IMPORT.TOTAL.VALUE", "Kim ngạch nhập khẩu"),
        ("ELECTRICITY", "", ""),
    )
    rows = []
    for dataflow, indicator, label in named:
        found = [line for line in lines(month, dataflow) if line.indicator.startswith(indicator)]
        if found:
            rows.append(_level_row(found[0], label or found[0].label))
    return rows


def _level_row(line: Line, label: str) -> Row:
    figures: list[Figure | None] = [line.now, line.mom, line.yoy, line.ytd_yoy]
    cells: list[Run] = [figure or NO_FIGURE for figure in figures]
    return Row((label, line.unit, *cells), 0)
