"""The brief of one province: its page one, its own parts of each section, how it reported and what to ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice

import pandas as pd

from ctdp_etl.briefing import annex, commerce, industry, labour, position, revision, summary, trade
from ctdp_etl.briefing.discipline import IN_TIME, late_words
from ctdp_etl.briefing.document import Block, Chart, Column, Paragraph, Row, Runs, Section, Table
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import SIGNS, Figure
from ctdp_etl.briefing.levels import Line, lines
from ctdp_etl.briefing.month import NO_FIGURE, Month, listed
from ctdp_etl.briefing.narrative import lower_first, themed
from ctdp_etl.briefing.numbers import exact, rounded, written
from ctdp_etl.briefing.quality import SEVERITIES, alike, in_short, stated
from ctdp_etl.briefing.tables import table_of
from ctdp_etl.model import Finding, Severity

_ASKED = 6
_REVISIONS = 4
_CELLS, _CELLS_BESIDE_FINDINGS = 10, 5
_FILE_SHARES = {"Tệp": 42.0, "Trang tính": 34.0, "Nhận lúc": 24.0, "SHA-256": 22.0}
_HIGHEST, _LOWEST = 4, 2
_METHOD = (
    "Mỗi con số in ra dẫn được về tệp, trang tính, ô đã báo cáo (tệp lineage.json đính kèm bản PDF này). Ký hiệu: … "
    f"không có số liệu; {'; '.join(f'{sign} {words}' for sign, words in SIGNS.items())}."
)


def points(month: Month) -> tuple[Paragraph, ...]:
    """Return the sentences of page one, each with its theme in bold; what was not reported is left out."""
    retail = "tổng mức bán lẻ hàng hóa và doanh thu dịch vụ tiêu dùng"
    candidates: list[tuple[str, Runs]] = [
        ("Sản xuất công nghiệp", industry.headline(month)),
        ("Vị trí", position.headline(month)),
        ("Ngành công nghiệp", industry.by_section(month)),
        ("Giá trị sản xuất", commerce.output_headline(month)),
        ("Sản phẩm", commerce.products_headline(month)),
        ("Bán lẻ", commerce.headline_of(month, "RETAIL", "TOTAL", retail)),
        ("Xuất nhập khẩu", trade.headline(month)),
        ("Lao động", labour.labour_headline(month)),
    ]
    return themed(candidates)


def of_province(month: Month, board: pd.DataFrame, home: str) -> Month:
    """Return the material of ``month`` as the brief of one province tells it: its own findings, files and decisions."""
    senders = frozenset(board.loc[board["ref_area"] == home, "source"])

    def own(area: str, source: str) -> bool:
        return area == home or source in senders

    return replace(
        month,
        home=home,
        figures=type(month.figures)(),
        worked_out={},
        findings=tuple(one for one in month.findings if own(one.ref_area, one.source)),
        waived=tuple(one for one in month.waived if own(one.finding.ref_area, one.finding.source)),
        receipts=tuple(one for one in month.receipts if own(one.ref_area, one.source)),
    )


def production(month: Month) -> Section | None:
    """Return the section on the industrial index: the line of a year, then the sections and the branches that moved."""
    facts = [fact for fact in month.facts.across("IIP", month.now, "yoy") if fact.ref_area == month.home]
    if not facts:
        return None
    found = industry.industry(month)
    lines = [block for block in (found.blocks if found else ()) if isinstance(block, Chart) and block.kind == "line"]
    heads = [fact for fact in facts if fact.indicator in (*industry.SECTIONS, "TOTAL")]
    branches = sorted((fact for fact in facts if fact not in heads), key=lambda fact: (-fact.value, fact.indicator))
    shown = [*heads, *branches[:_HIGHEST], *branches[max(_HIGHEST, len(branches) - _LOWEST) :]]
    rows = tuple(_index_row(month, fact) for fact in sorted(shown, key=month.order))
    columns = (
        Column("Ngành", 1, numeric=False),
        Column("So với tháng trước"),
        Column("So với cùng kỳ"),
        Column(f"{month.so_far} so với cùng kỳ"),
    )
    left = len(facts) - len(shown)
    note = f"Bảng nêu các ngành tăng cao nhất và thấp nhất; còn {left} ngành khác ở giữa." if left else ""
    title = f"Tăng, giảm IIP {month.period.vietnamese} theo ngành"
    table = Table(title, "%", columns, rows, month.sources(facts), note)
    return Section("Chỉ số sản xuất công nghiệp", (*lines, table))


def _index_row(month: Month, fact: Fact) -> Row:
    growths = (month.growth(month.country("IIP", fact.indicator, one)) for one in ("mom", "yoy", "ytd_yoy"))
    level = 0 if fact.indicator == "TOTAL" else 1 if fact.indicator in industry.SECTIONS else 2
    return Row((month.name(fact), *growths), level)


def levels(month: Month) -> Section | None:
    """Return output, products, retail, exports and imports, and electricity in one table, each group under its name."""
    told = [(name, [replace(line, last=None) for line in chosen(month)], most) for name, chosen, most in _GROUPS]
    groups = [(name, group[:most]) for name, group, most in told]
    found = [line for _, group in groups for line in group]
    left = sum(len(group) for _, group, _ in told) - len(found)
    note = f"Bảng nêu những dòng đầu của mỗi biểu; còn {left} dòng khác." if left else ""
    if not found:
        return None
    whole = table_of(month, found, f"Mức và tốc độ tăng {month.period.vietnamese}")
    rows = iter(whole.rows)
    grouped: list[Row] = []
    for name, group in groups:
        if group:
            grouped.append(Row((name, *[""] * (len(whole.columns) - 1)), 0))
            grouped += [replace(row, level=2) for row in islice(rows, len(group))]
    table = replace(whole, rows=tuple(grouped), note=f"{note} {whole.note}".strip())
    return Section("Sản xuất, thương mại, điện", (table,))


def _flow(flow: str) -> Callable[[Month], Sequence[Line]]:
    return lambda month: lines(month, "TRADE", prefix=f"{flow}.", suffix=".VALUE")


_GROUPS: tuple[tuple[str, Callable[[Month], Sequence[Line]], int], ...] = (
    ("Giá trị sản xuất công nghiệp", lambda month: lines(month, "OUTPUT"), 2),
    ("Sản phẩm chủ yếu", lambda month: [one for one in lines(month, "PRODUCTS") if "." not in one.indicator], 7),
    ("Bán lẻ hàng hóa và dịch vụ tiêu dùng", commerce.whole_and_parts, 5),
    ("Xuất khẩu", _flow("EXPORT"), 3),
    ("Nhập khẩu", _flow("IMPORT"), 3),
    ("Điện", lambda month: lines(month, "ELECTRICITY"), 2),
)
"""The groups of the table of levels: heading, lines, and how many of them at most."""


def revised(month: Month) -> Section | None:
    """Return the section on the province's revisions, the gravest first; page one has the sentence on its index."""
    found = revision.revised(month)
    if found is None:
        return None
    opening = next(block for block in found.blocks if isinstance(block, Paragraph))
    tables = (_own_revisions(block) for block in found.blocks if isinstance(block, Table))
    return replace(found, blocks=(opening, *tables))


def _own_revisions(block: Table) -> Table:
    """Return the table of revisions without the column that names the province, cut to the first rows."""
    note = "Chênh lệch: điểm phần trăm đối với chỉ số, % đối với mức."
    if len(block.rows) > _REVISIONS:
        note += f" Bảng nêu {_REVISIONS} điều chỉnh đáng chú ý nhất."
    own = _without("Địa phương", block)
    return replace(own, rows=own.rows[:_REVISIONS], note=note)


def _without(heading: str, table: Table) -> Table:
    """Return a table without a column that would say the same in each row; the others share its place."""
    kept = [index for index, column in enumerate(table.columns) if column.heading != heading]
    rows = tuple(replace(row, cells=tuple(row.cells[index] for index in kept)) for row in table.rows)
    left = (table.columns[index] for index in kept)
    columns = tuple(replace(column, share=_FILE_SHARES.get(column.heading, column.share)) for column in left)
    return replace(table, columns=columns, rows=rows)


def reporting(month: Month, board: pd.DataFrame) -> Section | None:
    """Return the section on how the province reported; a table only of forms that are late or missing."""
    own = board[(board["ref_area"] == month.home) & (board["state"] != "not due")]
    if own.empty:
        return None
    told = [
        (str(one["dataflow"]), late_words(one)) for one in own.sort_values(["source", "dataflow"]).to_dict("records")
    ]
    bad = [(flow, words) for flow, words in told if words[-1] != IN_TIME]
    if not bad:
        last = max(words[1] for _, words in told)
        names = listed([lower_first(month.form_name(flow)) for flow, _ in told])
        text = f"Sở đã gửi đúng hạn {len(told)} biểu: {names}; tệp cuối nhận lúc {last}."
        return Section("Kỷ luật báo cáo", (Paragraph((text,)),))
    rows = tuple(Row((str(number), month.form_name(flow), *words)) for number, (flow, words) in enumerate(bad, start=1))
    columns = (
        Column("TT"),
        Column("Biểu", 30, numeric=False),
        Column("Hạn gửi", 16, numeric=False),
        Column("Nhận lúc", 22, numeric=False),
        Column("Tình trạng", 32, numeric=False),
    )
    table = Table("Biểu gửi muộn hoặc chưa nhận", "", columns, rows, "Nguồn: sổ nhận báo cáo.")
    return Section(
        "Kỷ luật báo cáo", (Paragraph((f"{len(bad)} trong {len(told)} biểu gửi muộn hoặc chưa nhận.",)), table)
    )


def questions(month: Month) -> Section | None:
    """Return the section on the province's open findings: what to ask it by phone, the gravest first; None for none."""
    if not month.findings:
        return None
    groups = alike(month.findings)
    shown = groups[:_ASKED]
    rows = tuple(Row(_asked(month, number, group)) for number, group in enumerate(shown, start=1))
    columns = (
        Column("TT"),
        Column("Mức", numeric=False),
        Column("Trang tính, ô", 14, numeric=False),
        Column("Cần hỏi lại", 62, numeric=False),
        Column("Đã ghi"),
        Column("Có lẽ là"),
    )
    rest = len(groups) - len(shown)
    note = f"Còn {rest} nhóm phát hiện khác trong hệ thống." if rest else ""
    table = Table("Phát hiện còn mở, cần gọi hỏi lại", "", columns, rows, "Nguồn: kết quả kiểm tra số liệu.", note)
    return Section("Phát hiện còn mở", (table,))


def _asked(month: Month, number: int, group: Sequence[Finding]) -> tuple[str, ...]:
    one = group[0]
    more = f" (và {len(group) - 1} chỗ cùng loại)" if len(group) > 1 else ""
    observed, expected = (_short(value) for value in (one.observed, one.expected))
    where = ", ".join(filter(None, (one.sheet, one.cell)))
    return (
        str(number),
        SEVERITIES[Severity(one.severity)],
        where,
        in_short(stated(one.message)) + more,
        observed,
        expected,
    )


def _short(value: float | None) -> str:
    """Return a number with two decimals at most; what is expected was reckoned, to more than anybody reads."""
    return NO_FIGURE if value is None else written(float(rounded(exact(value), 2)))


def cautions(month: Month, board: pd.DataFrame) -> tuple[Paragraph, ...]:
    """Return what a reader of page one has to know of the province's figures."""
    return summary.cautions(month, board[board["ref_area"] == month.home])


def sources(month: Month, figures: Iterable[Figure], first: Iterable[Figure]) -> Section:
    """Return the last section: the cells of page one's numbers, the province's files, what was decided, the method."""
    printed = tuple(figures)
    own = [one for one in printed if all(fact.ref_area == month.home for fact in one.facts)]
    tables = [_of_one_sender(block) for block in annex.annex(month, own) if isinstance(block, Table)]
    others = len({fact.ref_area for one in printed for fact in one.facts} - {month.home})
    words = f" Thứ hạng và trung vị tính từ số liệu của {others} địa phương khác." if others else ""
    return Section("Nguồn số liệu", (*_cells(month, first), *tables, Paragraph((_METHOD + words,), "note")))


def _of_one_sender(table: Table) -> Table:
    """Return a table of the annex without the column of senders, whose star tells a simulated file."""
    own = _without(annex.SENDER, table)
    return replace(own, note=own.note.replace("* ", "")) if len(own.columns) < len(table.columns) else table


def _cells(month: Month, figures: Iterable[Figure]) -> tuple[Block, ...]:
    """Return the stored cell behind each number of page one that is one cell's own, once."""
    found: dict[Fact, Figure] = {}
    for figure in figures:
        if len(figure.facts) == 1 and not figure.counted and figure.facts[0].ref_area == month.home:
            found.setdefault(figure.facts[0], figure)
    rows = []
    most = _CELLS_BESIDE_FINDINGS if month.findings else _CELLS
    for number, (fact, figure) in enumerate(islice(found.items(), most), start=1):
        what, _, when = revision.subject(month, fact)
        rows.append(Row((str(number), f"{what}, {when}", figure, f"{fact.sheet}, {fact.cell}", fact.raw)))
    columns = (
        Column("TT"),
        Column("Số liệu, kỳ và số đo", 70, numeric=False),
        Column("Số in"),
        Column("Trang tính, ô", 18, numeric=False),
        Column("Ghi trong tệp", 18, numeric=False),
    )
    title = "Ô gốc của các số ở trang một"
    note = "Ô của mọi số khác nằm trong tệp lineage.json." if len(found) > len(rows) else ""
    return (Table(title, "", columns, tuple(rows), "Nguồn: tệp do Sở gửi.", note),) if rows else ()


def titled(month: Month) -> str:
    """Return the province as it stands in the title: "tỉnh Tây Ninh", "thành phố Hà Nội"."""
    return lower_first(month.catalog.areas.by_code[month.home].full_name)
