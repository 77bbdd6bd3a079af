"""Section: exports and imports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ctdp_etl.briefing.commerce import growth_bars, level_sentence
from ctdp_etl.briefing.contribution import alike, contributed, contributions
from ctdp_etl.briefing.document import Block, Paragraph, Runs, Section
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.levels import Line, lines
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.narrative import capital, closed, joined, lower_first, moved
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
            largest = largest_commodities(month, found, lambda line: line.now)
            title = titled(f"Trị giá {words} {month.period.vietnamese}", largest)
            blocks.append(table_of(month, [*heads(found), *largest], title))
            blocks += growth_bars(month, largest, f"mặt hàng {words} lớn nhất", str(capital((words,))[0]))
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
    return joined([*parts, *_balances(month, exports, imports)], between="; ", last="; ")


def _balances(month: Month, exports: Line | None, imports: Line | None) -> list[Runs]:
    """Return "tháng 10 xuất siêu 1.986,8 triệu USD" and "tính chung 10 tháng …"; none of sums over other localities."""
    if not exports or not imports or exports.areas or imports.areas or exports.unit != imports.unit:
        return []
    sides = [(month.words, "", exports.now, imports.now)]
    if month.cumulates:
        sides.append((f"tính chung {month.so_far}", ".ytd", exports.ytd, imports.ytd))
    unit = lower_first(exports.unit)
    return [_balance(month, *side, unit) for side in sides]


def _balance(month: Month, when: str, about: str, out: Figure | None, back: Figure | None, unit: str) -> Runs:
    if not out or not back or out.value == back.value:
        return ()
    value = exact(out.value) - exact(back.value)
    how = "|xuất khẩu \u2212 nhập khẩu|"
    facts = [*out.facts, *back.facts]
    figure = month.figures.number(
        f"TRADE.BALANCE.{month.now}{about}", abs(value), facts, decimals=1, unit=out.unit, how=how
    )
    return (f"{when} {'xuất siêu' if value > 0 else 'nhập siêu'} ", figure, f" {unit}")


def titled(title: str, largest: Sequence[Line]) -> str:
    """Return the title of a table of trade with how many commodities it shows."""
    return f"{title} và {len(largest)} mặt hàng lớn nhất" if largest else title


def heads(found: Sequence[Line]) -> list[Line]:
    """Return the total and the sectors of the economy."""
    return [line for line in found if line.indicator.split(".")[1] in _TRADE_HEADS]


def largest_commodities(month: Month, found: Sequence[Line], value_of: Callable[[Line], Figure | None]) -> list[Line]:
    """Return the largest commodities by ``value_of``; parts of a commodity and groups are none."""
    told = [(line, value_of(line)) for line in found if _is_commodity(month, line)]
    ranked = sorted((-value.value, line.indicator, line) for line, value in told if value)
    return [line for *_, line in ranked[:_ITEMS]]


def _is_commodity(month: Month, line: Line) -> bool:
    """Tell a commodity from the total, a sector of the economy, a group of commodities or a part of one."""
    code = line.indicator.split(".")[1]
    known = month.code("TRADE", line.indicator)
    if code in _TRADE_HEADS or code.startswith("GROUP_"):
        return False
    return known is None or known.parent in ("TOTAL", "")
