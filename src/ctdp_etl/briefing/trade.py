"""Section: exports and imports."""

from __future__ import annotations

from collections.abc import Sequence

from ctdp_etl.briefing.commerce import growth_bars, level_sentence
from ctdp_etl.briefing.contribution import alike, contributed, contributions
from ctdp_etl.briefing.document import Block, Paragraph, Runs, Section
from ctdp_etl.briefing.levels import Line, lines
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import closed, joined, lower_first, moved
from ctdp_etl.briefing.numbers import exact
from ctdp_etl.briefing.tables import table_of

_ITEMS = 12
_TRADE_HEADS = frozenset({"TOTAL", "DOMESTIC", "FDI"})


def trade(month: Month) -> Section | None:
    """Return the section on exports and imports, or None."""
    blocks: list[Block] = []
    runs = headline(month)
    if runs:
        blocks.append(Paragraph(closed(runs)))
    for flow, words in (("EXPORT", "xuất khẩu"), ("IMPORT", "nhập khẩu")):
        found = lines(month, "TRADE", prefix=f"{flow}.", suffix=".VALUE")
        if found:
            blocks += [Paragraph(runs) for runs in [_sectors(month, found, words)] if runs]
            largest = _largest_commodities(month, found)
            title = f"Trị giá {words} {month.period.vietnamese} và {len(largest)} mặt hàng lớn nhất"
            blocks.append(table_of(month, [*_heads(found), *largest], title))
            blocks += growth_bars(month, largest, f"mặt hàng {words} lớn nhất")
    return Section("Xuất khẩu, nhập khẩu hàng hóa", tuple(blocks)) if blocks else None


def _sectors(month: Month, found: Sequence[Line], flow: str) -> Runs:
    """Return what the sectors of the economy contribute to exports or imports; nothing where they do not add up."""
    kinds = {line.indicator.split(".")[1]: line for line in found}
    total = kinds.get("TOTAL")
    sectors = [kinds[name] for name in ("DOMESTIC", "FDI") if name in kinds]
    shares = contributions(month, total, alike(month, "TRADE", total, sectors))
    parts: list[Runs] = [
        (
            f"khu vực {lower_first(one.line.label)} ",
            *moved(month, one.line.yoy),
            *contributed(month, total, one, first=one is shares[0]),
        )
        for one in shares
        if total and one.line.yoy
    ]
    return (f"Trong {flow}, so với cùng kỳ năm trước: ", *joined(parts, between="; ", last="; "), ".") if parts else ()


def headline(month: Month) -> Runs:
    """Return exports, imports and the balance as one sentence without its full stop."""
    totals = {
        flow: next(iter(lines(month, "TRADE", prefix=f"{flow}.TOTAL", suffix=".VALUE")), None)
        for flow in ("EXPORT", "IMPORT")
    }
    exports, imports = totals["EXPORT"], totals["IMPORT"]
    parts = [
        level_sentence(month, line, subject)
        for line, subject in ((exports, "Kim ngạch xuất khẩu hàng hóa"), (imports, "nhập khẩu"))
        if line
    ]
    return joined([*parts, _balance(month, exports, imports)], between="; ", last="; ")


def _balance(month: Month, exports: Line | None, imports: Line | None) -> Runs:
    """Return "xuất siêu 1.986,8 triệu USD"; nothing where a side is missing, summed otherwise or under an error."""
    if not exports or not imports or not exports.now or not imports.now or exports.areas or imports.areas:
        return ()
    value = exact(exports.now.value) - exact(imports.now.value)
    facts = [*exports.now.facts, *imports.now.facts]
    if exports.unit != imports.unit or not value:
        return ()
    figure = month.figures.number(
        f"TRADE.BALANCE.{month.now}",
        abs(value),
        facts,
        decimals=1,
        unit=exports.unit,
        how="|xuất khẩu \u2212 nhập khẩu|",
    )
    unit = exports.unit[:1].lower() + exports.unit[1:]
    return ("xuất siêu " if value > 0 else "nhập siêu ", figure, f" {unit}")


def _heads(found: Sequence[Line]) -> list[Line]:
    """Return the total and the sectors of the economy."""
    return [line for line in found if line.indicator.split(".")[1] in _TRADE_HEADS]


def _largest_commodities(month: Month, found: Sequence[Line]) -> list[Line]:
    """Return the largest commodities by value of the month; parts of a commodity and groups are none."""
    items = [line for line in found if line.now and _is_commodity(month, line)]
    return sorted(items, key=lambda line: (-line.now.value if line.now else 0, line.indicator))[:_ITEMS]


def _is_commodity(month: Month, line: Line) -> bool:
    """Tell a commodity from the total, a sector of the economy, a group of commodities or a part of one."""
    code = line.indicator.split(".")[1]
    known = month.code("TRADE", line.indicator)
    if code in _TRADE_HEADS or code.startswith("GROUP_"):
        return False
    return known is None or known.parent in ("TOTAL", "")
