"""Sections: who has reported, and which findings are open."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from ctdp_etl.briefing.document import Block, Chart, Column, Paragraph, Row, Runs, Section, Table
from ctdp_etl.briefing.inputs import IN_HAND, STATES, Received
from ctdp_etl.briefing.month import DEPARTMENT, NO_FIGURE, Month
from ctdp_etl.briefing.narrative import capital, joined, lower_first
from ctdp_etl.briefing.pictures import Slot, discipline_map, slot_state
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.model import Finding, Severity

_SHOWN = 14
_MISSING = 15
"""Half a page; the grid of who sent what shows them all."""
_PAGEFUL = 38
"""The grid of more senders than this leaves no room on its page for the signature, so the table comes after it."""
_WORD = 20
_ASKED = re.compile(r"(?:(?<=\.) (?:Hãy|Nếu [^.]*\bhãy)\b.*|; hãy\b[^.;]*\.)$", re.DOTALL)
_LONGEST = 300
"""Characters of a message: with ``_SHOWN`` of them the table is two pages at most."""
SEVERITIES = {Severity.ERROR: "lỗi", Severity.WARNING: "cảnh báo", Severity.NOTICE: "lưu ý"}
_ORDER = {severity.value: index for index, severity in enumerate(SEVERITIES)}


def reporting(month: Month, board: pd.DataFrame) -> Section | None:
    """Return the section on who has reported, or None where nothing is due."""
    due = board[board["state"] != "not due"]
    if due.empty:
        return None
    sentence = reporting_headline(month, board)
    blocks: list[Block] = [Paragraph((*sentence, "."))]
    missing = due[~due["state"].isin(list(IN_HAND))]
    if not missing.empty:
        drawn = _who_sent_what(month, board, sentence)
        table = _missing_table(month, missing, _MISSING if drawn else None)
        told = [one for one in (table, drawn) if one]
        blocks += told if due["source"].nunique() <= _PAGEFUL else reversed(told)
    return Section("Tình hình báo cáo", tuple(blocks))


def reporting_headline(month: Month, board: pd.DataFrame) -> Runs:
    """Return "33/34 đơn vị đã gửi đủ báo cáo" as a sentence without its full stop; nothing where nothing is due."""
    due = board[board["state"] != "not due"]
    if due.empty:
        return ()
    open_ones = set(due.loc[~due["state"].isin(list(IN_HAND)), "source"])
    everyone = sorted(set(due["source"]))
    complete = [source for source in everyone if source not in open_ones]
    files = [item for item in month.receipts if item.source in complete]
    if not files:
        return (f"chưa đơn vị nào trong {len(everyone)} đơn vị gửi đủ báo cáo {month.period.vietnamese}",)
    if len(everyone) == 1:
        return (f"{month.source_name(everyone[0])} đã gửi đủ báo cáo {month.period.vietnamese}",)
    figure = month.figures.tally(f"complete.{month.now}", len(complete), files)
    return (figure, f" trong {len(everyone)} đơn vị đã gửi đủ báo cáo {month.period.vietnamese}")


def _who_sent_what(month: Month, board: pd.DataFrame, title: Runs) -> Chart | None:
    """Return the grid of senders and forms; senders in the order of their areas' codes, forms in that of the board."""
    due_at = board["due_at"] if "due_at" in board else [""] * len(board)
    cells = zip(board["source"], board["dataflow"], board["state"], board["received_at"], due_at, strict=True)
    slots = [
        Slot(
            month.source_name(source).removeprefix(DEPARTMENT),
            month.form_name(form),
            slot_state(state, came or "", due or ""),
        )
        for source, form, state, came, due in cells
    ]
    return discipline_map(slots, capital(title), "Nguồn: sổ nhận báo cáo.")


def _missing_table(month: Month, missing: pd.DataFrame, most: int | None) -> Table:
    rows: list[Row] = []
    grouped = missing.sort_values(["source", "state", "dataflow"]).groupby(["source", "state"], sort=True)
    for (source, state), group in grouped:
        names = [month.form_name(str(code)) for code in dict.fromkeys(group["dataflow"])]
        words = STATES.get(str(state), str(state))
        rows.append(Row((str(len(rows) + 1), month.source_name(str(source)), "; ".join(names), words)))
    columns = (
        Column("TT"),
        Column("Đơn vị", 32, numeric=False),
        Column("Báo cáo còn thiếu", 40, numeric=False),
        Column("Tình trạng", 28, numeric=False),
    )
    left = len(rows[most:]) if most else 0
    note = f"Bảng nêu {most} dòng đầu; hình nêu đủ từng đơn vị, từng biểu." if left else ""
    return Table("Đơn vị chưa gửi đủ báo cáo", "", columns, tuple(rows[:most]), "Nguồn: sổ nhận báo cáo.", note)


def findings(month: Month) -> Section | None:
    """Return the section on open findings, and how many were accepted; None where there is neither."""
    waived = _waived(month)
    if not month.findings:
        return Section("Phát hiện đã được chấp nhận", waived) if waived else None
    opening = findings_headline(month)
    groups = alike(month.findings)
    shown = groups[:_SHOWN]
    rest = len(groups) - len(shown)
    note = f"Bảng nêu {len(shown)} nhóm phát hiện nặng nhất; còn {rest} nhóm khác trong hệ thống." if rest else ""
    rows = tuple(Row(_cells(month, index, group)) for index, group in enumerate(shown, start=1))
    columns = (
        Column("TT"),
        Column("Mức", numeric=False),
        Column("Đơn vị", 14, numeric=False),
        Column("Nội dung", 58, numeric=False),
        Column("Trang tính, ô", 16, numeric=False),
    )
    table = Table("Phát hiện đang mở", "", columns, rows, "Nguồn: kết quả kiểm tra số liệu.", note)
    return Section("Phát hiện còn mở", (Paragraph((*opening, ".")), table, *waived))


def _waived(month: Month) -> tuple[Paragraph, ...]:
    if not month.waived:
        return ()
    files = _files(month, [one.finding for one in month.waived])
    count = month.figures.tally(f"waived.{month.now}", len(month.waived), files)
    return (
        Paragraph((count, " phát hiện được chấp nhận theo quyết định, có tên và lý do ở bảng quyết định về số liệu.")),
    )


def findings_headline(month: Month) -> Runs:
    """Return "còn mở 4 lỗi, 10 cảnh báo và 9 lưu ý" as a sentence without its full stop; nothing where none is open."""
    parts: list[Runs] = []
    for severity, word in SEVERITIES.items():
        mine = [item for item in month.findings if item.severity == severity]
        if mine:
            figure = month.figures.tally(f"findings.{severity}.{month.now}", len(mine), _files(month, mine))
            parts.append((figure, f" {word}"))
    return ("Kiểm tra số liệu còn mở ", *joined(parts)) if parts else ()


def held(month: Month) -> Runs:
    """Return which forms' numbers under an open error are not printed at all; nothing where none is.

    A province's brief tells its own.
    """
    own = {one.dataflow for one in month.findings if one.severity == Severity.ERROR}
    names = [name for name in month.facts.held if month.home == NATIONAL or name in own]
    forms = ", ".join(lower_first(month.form_name(name)) for name in names)
    return (f"chưa in những số đang có lỗi chưa xử lý của biểu {forms}",) if forms else ()


def _files(month: Month, mine: Sequence[Finding]) -> list[Received]:
    hashes = {item.sha256 for item in mine}
    return [item for item in month.receipts if item.sha256 in hashes]


def alike(found: Sequence[Finding]) -> list[list[Finding]]:
    """Return the findings grouped by severity, sender and check; errors first, large groups before small."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for item in sorted(found, key=lambda item: (item.sheet, item.cell, item.message)):
        groups.setdefault((item.severity, item.source, item.code), []).append(item)
    ordered = sorted(groups.items(), key=lambda pair: (_ORDER.get(pair[0][0], 9), -len(pair[1]), pair[0]))
    return [group for _, group in ordered]


def _cells(month: Month, index: int, group: Sequence[Finding]) -> tuple[str, ...]:
    item = group[0]
    where = ", ".join(filter(None, (item.sheet, item.cell))) or "cả tệp"
    word = SEVERITIES[Severity(item.severity)] if item.severity in _ORDER else item.severity
    more = f" (và {len(group) - 1} phát hiện cùng loại)" if len(group) > 1 else ""
    return (str(index), word, _who(month, item), in_short(stated(item.message)) + more, where)


def stated(message: str) -> str:
    """Return what a finding's message states, without what it asks of the department that sent the number."""
    found = _ASKED.search(message)
    return f"{message[: found.start()].rstrip('.')}." if found else message


def in_short(message: str, longest: int = _LONGEST) -> str:
    """Return a message as it is printed: what a workbook's cell held may be of any length."""
    if len(message) <= longest:
        return message
    start, word = message[: longest - 2], message[: longest - 2].rpartition(" ")[2]
    return f"{start.removesuffix(word).rstrip() if len(word) < _WORD else start} …"


def _who(month: Month, item: Finding) -> str:
    """Return whose file a finding is about; one without a sender is told by the receipt of its file."""
    source = item.source or next((one.source for one in month.receipts if one.sha256 == item.sha256), "")
    return month.source_name(source).removeprefix(DEPARTMENT) if source else month.area_name(item.ref_area) or NO_FIGURE
