"""The report on quality: who sent what and when, what was revised, which findings are open, what was decided, by Sở."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from ctdp_etl.briefing import quality, revision
from ctdp_etl.briefing.document import Column, Paragraph, Row, Run, Runs, Section, Table
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.inputs import IN_HAND, BriefingInput, Received
from ctdp_etl.briefing.month import DEPARTMENT, NO_FIGURE, Month
from ctdp_etl.briefing.narrative import joined, themed
from ctdp_etl.briefing.numbers import exact
from ctdp_etl.briefing.rulings import rulings
from ctdp_etl.model import DecisionKind, Severity
from ctdp_etl.period import days_late

_TITLE = 120
"""Characters of the message that stands for a check without a name of its own."""
_OTHER = "Đọc và nhận tệp"
_COUNTED = (
    ("reports", "Biểu đã gửi", 0),
    ("missing", "Không gửi", 0),
    ("late", "Muộn", 0),
    ("days_late", "Ngày muộn", 1),
    ("first_right", "Đúng ngay (%)", 0),
    ("resends", "Gửi lại", 0),
    ("level_mar", "Đ.chỉnh mức (%)", 2),
    ("index_mar", "Đ.chỉnh chỉ số (điểm)", 2),
)
"""The columns of the table of senders (``series.senders``): name, heading, decimals."""
_LEGEND = (
    "Ngày muộn: bình quân của các biểu đã gửi. Đúng ngay: phần các biểu mà tệp đầu tiên không có lỗi. Đ.chỉnh "
    "(điều chỉnh): độ lớn bình quân của số sau cùng so với số báo cáo đầu. {months}."
)


def points(month: Month, given: BriefingInput) -> tuple[Paragraph, ...]:
    """Return the sentences of page one: coverage, time, findings, revisions, decisions."""
    found: list[tuple[str, Runs]] = [
        ("Bao phủ", quality.reporting_headline(month, given.board)),
        ("Đúng hạn", _in_time(month, given.board)),
        ("Phát hiện", _open(month, given.families)),
        ("Điều chỉnh", _revised(month)),
        ("Quyết định", _decided(month, given)),
    ]
    return themed(found)


def key_figures(month: Month, given: BriefingInput) -> Table:
    """Return the table of page one: how many reports were due, came, were late; how many findings are open."""
    due = given.board[given.board["state"] != "not due"]
    came = due[due["state"].isin(list(IN_HAND))]
    late = [days > 0 for days in _days(came)]
    counted = [
        ("Biểu phải gửi", "Biểu", len(due), due),
        ("Biểu đã nhận", "Biểu", len(came), came),
        ("Biểu gửi muộn", "Biểu", sum(late), came[late]),
        ("Biểu chưa nhận", "Biểu", len(due) - len(came), due),
    ]
    rows = [Row((name, unit, _tally(month, name, number, part["source"]))) for name, unit, number, part in counted]
    for severity, word in quality.SEVERITIES.items():
        mine = [one for one in month.findings if one.severity == severity]
        figure = _tally(month, f"open {severity}", len(mine), {one.source for one in mine})
        rows.append(Row((f"{word.capitalize()} đang mở", "Phát hiện", figure)))
    columns = (Column("Nội dung", 1, numeric=False), Column("Đơn vị tính", numeric=False), Column("Số lượng"))
    return Table(f"Chất lượng báo cáo {month.period.vietnamese}", "", columns, tuple(rows), "")


def senders(month: Month, given: BriefingInput) -> Section | None:
    """Return the table of senders over the last months, the most missing and late first; None where none is known."""
    table = given.senders
    if table is None or table.empty:
        return None
    order = ["missing", "late", "first_right", "source"]
    ranked = table.sort_values(order, ascending=[False, False, True, True], kind="stable")
    open_ones = Counter((one.source, one.severity) for one in month.findings)
    rows = []
    for number, one in enumerate(ranked.to_dict("records"), start=1):
        source = str(one["source"])
        name = month.source_name(source).removeprefix(DEPARTMENT)
        cells = (_cell(month, source, column, one[column], places) for column, _, places in _COUNTED)
        found = (str(open_ones[source, severity]) for severity in (Severity.ERROR, Severity.WARNING))
        rows.append(Row((str(number), name, *cells, *found)))
    columns = (
        Column("TT"),
        Column("Đơn vị", 17, numeric=False),
        *(Column(heading, 9) for _, heading, _ in _COUNTED),
        Column("Lỗi mở", 6),
        Column("Cảnh báo mở", 8),
    )
    note = _LEGEND.format(months=f"Lỗi, cảnh báo mở là của {month.period.vietnamese}")
    whole = Table("Kỷ luật và chất lượng báo cáo theo đơn vị, 12 tháng gần nhất", "", columns, tuple(rows), "", note)
    return Section("Theo đơn vị báo cáo", (whole,))


def families(month: Month, given: BriefingInput) -> Section | None:
    """Return the open findings by family and code; None where none is open."""
    if not month.findings:
        return None
    count = Counter((_family(given.families, one.code), one.code, one.severity) for one in month.findings)
    codes = sorted({key[:2] for key in count}, key=lambda key: (-sum(_of(count, *key)), key))
    rows = []
    for family, code in codes:
        offices = {one.source for one in month.findings if one.code == code}
        numbers = [str(number) for number in _of(count, family, code)]
        title = given.families.get(code, ("", ""))[1] or _example(month, code)
        rows.append(Row((family[:1].upper() + family[1:], code, title, *numbers, str(len(offices)))))
    columns = (
        Column("Nhóm kiểm tra", 24, numeric=False),
        Column("Mã", numeric=False),
        Column("Nội dung", 40, numeric=False),
        *(Column(word.capitalize()) for word in quality.SEVERITIES.values()),
        Column("Số đơn vị"),
    )
    table = Table("Phát hiện đang mở theo nhóm kiểm tra", "", columns, tuple(rows), "Nguồn: kết quả kiểm tra số liệu.")
    return Section("Phát hiện theo nhóm", (table,))


def _example(month: Month, code: str) -> str:
    """Return what one finding of a code says that names no check: it may be about one file."""
    said = quality.stated(next(one.message for one in month.findings if one.code == code))
    return f"Ví dụ: {quality.in_short(said, _TITLE)}"


def decisions(month: Month) -> Section | None:
    """Return every waiver and correction that holds about the month, by whom and why; None for none."""
    facts = (month.facts.get(*key) for key in month.facts)
    table = rulings(month, [fact for fact in facts if fact and fact.decisions])
    return Section("Quyết định", (table,)) if table else None


def _of(count: Mapping[tuple[str, str, str], int], family: str, code: str) -> list[int]:
    return [count.get((family, code, severity), 0) for severity in quality.SEVERITIES]


def _family(known: Mapping[str, tuple[str, str]], code: str) -> str:
    return known.get(code, (_OTHER, ""))[0]


def _in_time(month: Month, board: pd.DataFrame) -> Runs:
    came = board[board["state"].isin(list(IN_HAND))]
    days = _days(came)
    late = [one > 0 for one in days]
    if came.empty:
        return ()
    good = came[[not one for one in late]]
    runs: Runs = (_tally(month, "in time", len(good), good["source"]), " biểu đã nhận đúng hạn")
    if not any(late):
        return runs
    worst = int(max(days))
    who = sorted(set(came["source"][[one == worst for one in days]]))
    named = f"muộn nhất {worst} ngày: {', '.join(map(month.source_name, who[:3]))}"
    return (*runs, ", ", _tally(month, "late forms", sum(late), came[late]["source"]), f" biểu muộn ({named})")


def _open(month: Month, known: Mapping[str, tuple[str, str]]) -> Runs:
    head = quality.findings_headline(month)
    most = Counter(_family(known, one.code) for one in month.findings).most_common(2)
    named = ", ".join(f"{family.lower()} ({number})" for family, number in most)
    return (*head, f"; nhiều nhất thuộc nhóm {named}") if most else head


def _revised(month: Month) -> Runs:
    found = revision.revisions(month)
    if not found:
        return ()
    facts = [one.new for one in found]
    offices = len({fact.source for fact in facts})
    figure = month.figures.count(f"quality.revised.{month.now}", facts)
    return (figure, f" số liệu các kỳ trước của {offices} đơn vị được điều chỉnh so với báo cáo tháng trước")


def _decided(month: Month, given: BriefingInput) -> Runs:
    corrected = sum(one.kind == DecisionKind.CORRECT for one in given.decisions)
    parts: list[Runs] = [
        (f"{number} {words}",)
        for number, words in (
            (len(month.waived), "phát hiện được chấp nhận"),
            (corrected, "số được sửa theo quyết định"),
        )
        if number
    ]
    return joined(parts)


def _days(lines: pd.DataFrame) -> list[int]:
    due = lines["due_at"] if "due_at" in lines else [""] * len(lines)
    return [days_late(came, until or "") for came, until in zip(lines["received_at"], due, strict=True)]


def _cell(month: Month, source: str, column: str, value: Any, decimals: int) -> Run:
    """Return a number of the table of senders with the sender's files behind it, or the sign for none."""
    if pd.isna(value):
        return NO_FIGURE
    number = exact(value) * (100 if column == "first_right" else 1)
    files = _files(month, [source])
    if not files:
        return str(int(number)) if decimals == 0 else NO_FIGURE
    about = f"quality.{source}.{column}"
    return month.figures.number(about, number, [], decimals=decimals, how="từ sổ nhận", receipts=files, counted=True)


def _tally(month: Month, about: str, number: int, sources: Iterable[str]) -> Figure | str:
    files = _files(month, sources)
    if not number or not files:
        return str(number)
    return month.figures.number(
        f"count.quality.{about}.{month.now}", Decimal(number), [], decimals=0, how="đếm", receipts=files, counted=True
    )


def _files(month: Month, sources: Iterable[str]) -> Sequence[Received]:
    chosen = set(sources)
    return [one for one in month.receipts if one.source in chosen]
