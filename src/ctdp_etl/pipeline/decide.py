"""The operator's word on a finding: waive it, correct the figure, or undo what was decided; never without a name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pandas import Series

from ctdp_etl.checks import wording
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import CellRef, Decision, DecisionKind
from ctdp_etl.period import Period
from ctdp_etl.pipeline import accept
from ctdp_etl.pipeline.check import as_finding, check, findings
from ctdp_etl.pipeline.decided import today
from ctdp_etl.pipeline.site import Site
from ctdp_etl.reading.numbers import parse_number
from ctdp_etl.warehouse.decisions import (
    corrections,
    decisions,
    observations_at,
    record_decision,
    recorded_findings,
)
from ctdp_etl.warehouse.engine import reading

_WRITTEN = re.compile(r"[+\-−–]?[\d.,\s]+")
_WORDS = {DecisionKind.WAIVE: "chấp nhận", DecisionKind.CORRECT: "sửa số"}


@dataclass(frozen=True, slots=True)
class Decided:
    """An entry about a finding of ``period``, ``new`` unless it was there, in ``words``; and the findings as of now."""

    entry: Decision
    new: bool
    words: str
    period: Period
    findings: list[dict[str, Any]]

    @property
    def finding(self) -> dict[str, Any] | None:
        """The finding as it now is; None where it is there no more."""
        return next((one for one in self.findings if one["id"] == self.entry.finding_id), None)


def waive(site: Site, finding_id: str, said: accept.Decision, *, until: str = "") -> Decided:
    """Let a finding stand as it is: it no longer blocks, up to and including the day ``until`` ("" without end).

    Raise ``CtdpError`` for a finding that is not there or decided upon, and for a day that has passed.
    """
    period, found = named_finding(site, finding_id)
    last = _last_day(until, today(site)) if until else ""
    if found["decision"] and found["decision"]["kind"] == DecisionKind.CORRECT:
        raise CtdpError(f"Phát hiện {found['id']} đã hết vì số đã được sửa; không còn gì để chấp nhận.")
    made = _entry(DecisionKind.WAIVE, period, found, said, until=last)
    entry, new = record_decision(site.engine, made, today=today(site))
    words = f"Chấp nhận phát hiện {found['id']} {f'đến hết ngày {_day(last)}' if last else 'không thời hạn'}."
    return Decided(entry, new, words, period, findings(site, period))


def correct(site: Site, finding_id: str, said: accept.Decision, *, value: str, source: str, cell: str = "") -> Decided:
    """Let ``value``, written in the unit of the figure and known from ``source``, count instead of what was reported.

    The cell is the finding's own, or another of its cells ("Sheet!D10"). What was reported stays stored. The checks run
    again. Raise ``CtdpError`` where there is no such cell or nothing to correct in it, or ``value`` is no number.
    """
    period, found = named_finding(site, finding_id)
    if not source.strip():
        raise CtdpError('Sửa số phải nói rõ số mới từ đâu, ví dụ --source "Công văn 12/SCT-KH ngày 24/04/2026".')
    number = written_number(value)
    place = _place(found, cell)
    at = _observation(site, place, found, str(period))
    reported = None if at["value"] != at["value"] else float(at["value"])
    if number == reported and not at["conflict"]:
        raise CtdpError(f"Số ở {place.sheet}!{place.cell} đã là {value}; không có gì để sửa.")
    made = _entry(
        DecisionKind.CORRECT,
        period,
        found,
        said,
        obs_submission_id=at["submission_id"],
        obs_sheet=place.sheet,
        obs_cell=place.cell,
        obs_measure=at["measure"],
        obs_value=reported,
        value=number,
        value_source=source.strip(),
    )
    entry, new = record_decision(site.engine, made, today=today(site))
    before = at["text"] or "không có số" if reported is None else wording.number(reported)
    after = f"{wording.number(number)}{wording.unit(site.catalog, at)}"
    words = f"Sửa {place.sheet}!{place.cell} từ {before} thành {after}."
    return _checked(site, entry, new, words, period, [str(at["vintage"])])


def undo(site: Site, finding_id: str, said: accept.Decision) -> Decided:
    """Undo the last decision that holds about a finding; raise ``CtdpError`` where there is none."""
    with reading(site.engine) as connection:
        standing = [one for one in decisions(connection) if one.is_in_force(today(site))]
        corrected = corrections(connection)
    mine = [one for one in standing if finding_id and one.finding_id.startswith(finding_id.lower())]
    if len({one.finding_id for one in mine}) > 1:
        raise _ambiguous(finding_id, [(one.finding_id, one.vintage) for one in mine])
    if not mine:
        _, found = named_finding(site, finding_id)
        raise CtdpError(f"Không có quyết định nào đang có hiệu lực về phát hiện {found['id']}.")
    last = mine[-1]
    made = Decision(
        "",
        DecisionKind.UNDO,
        last.vintage,
        last.finding_id,
        last.finding,
        said.who.strip(),
        said.reason.strip(),
        said.at,
        obs_submission_id=last.obs_submission_id,
        obs_sheet=last.obs_sheet,
        obs_cell=last.obs_cell,
        obs_measure=last.obs_measure,
        undoes=last.id,
    )
    entry, new = record_decision(site.engine, made, today=today(site))
    words = f"Gỡ quyết định {last.id} ({_WORDS[DecisionKind(last.kind)]}) về phát hiện {last.finding_id}."
    period = Period.parse(last.vintage)
    if last.kind == DecisionKind.WAIVE:
        return Decided(entry, new, words, period, findings(site, period))
    vintages = corrected.loc[corrected["decision_id"] == last.id, "vintage"]
    return _checked(site, entry, new, words, period, vintages)


def named_finding(site: Site, finding_id: str) -> tuple[Period, dict[str, Any]]:
    """Return the period and the finding in force whose id begins like that; raise ``CtdpError`` for none or several.

    A finding of several periods is taken in the last of them.
    """
    wanted = finding_id.strip().lower()
    with site.engine.connect() as connection:
        recorded = recorded_findings(connection, wanted) if wanted else []
    periods = sorted({period for _, period in recorded})
    there = {
        one["id"]: (Period.parse(period), one)
        for period in periods
        for one in findings(site, Period.parse(period))
        if one["id"].startswith(wanted)
    }
    if wanted in there:
        return there[wanted]
    if len(there) > 1:
        raise _ambiguous(finding_id, [(name, str(period)) for name, (period, _) in there.items()])
    if not there:
        known = f"Phát hiện {finding_id} không còn" if recorded else f"Không có phát hiện {finding_id!r}"
        raise CtdpError(f"{known}. Xem mã số: ctdp findings KỲ.")
    return next(iter(there.values()))


def written_number(text: str) -> float:
    """Return the number that an operator wrote, Vietnamese or English; raise ``CtdpError`` where it is none or either.

    Which of the two it is the reader of workbooks says: 1.234,5 and 1,234.5 prove it, 1.234 could be both.
    """
    found = parse_number(text) if _WRITTEN.fullmatch(text.strip()) else None
    if found is not None and found.ambiguous:
        whole = text.strip().replace(".", "").replace(",", "")
        raise CtdpError(f"{text!r} không rõ dấu nào là dấu thập phân. Hãy viết {whole} hoặc {text.strip()}0.")
    if found is None or found.value is None:
        raise CtdpError(f"{text!r} không phải là một số. Hãy viết như 1234,5 hoặc 1.234,5, không kèm đơn vị.")
    return found.value + 0.0


def _entry(kind: DecisionKind, period: Period, found: dict[str, Any], said: accept.Decision, **more: Any) -> Decision:
    return Decision(
        "",
        kind,
        str(period),
        found["id"],
        as_finding(found),
        said.who.strip(),
        said.reason.strip(),
        said.at,
        **more,
    )


def _checked(site: Site, entry: Decision, new: bool, words: str, period: Period, vintages: Iterable[str]) -> Decided:
    """Run the checks of the months whose figures have changed, and of that of the finding."""
    for vintage in sorted({*vintages, str(period)}):
        check(site, Period.parse(vintage))
    return Decided(entry, new, words, period, findings(site, period))


def _last_day(text: str, now: str) -> str:
    """Return the day that ``text`` names (2026-04-30 or 30/04/2026); raise ``CtdpError`` for none or one before now."""
    try:
        day = date.fromisoformat(text) if "-" in text else datetime.strptime(text, "%d/%m/%Y").date()
    except ValueError as error:
        raise CtdpError(f"Ngày không hợp lệ: {text!r}. Hãy viết 30/04/2026 hoặc 2026-04-30.") from error
    if day.isoformat() < now:
        raise CtdpError(f"Ngày {_day(day.isoformat())} đã qua. Hãy chọn từ hôm nay ({_day(now)}) trở đi.")
    return day.isoformat()


def _day(iso: str) -> str:
    return date.fromisoformat(iso).strftime("%d/%m/%Y")


def _place(found: dict[str, Any], cell: str) -> CellRef:
    """Return the cell to correct: that of the finding, or the one among its cells that ``cell`` names."""
    own = [{name: found[name] for name in ("sha256", "sheet", "cell")}] if found["cell"] else []
    cells = [CellRef(**one) for one in (*own, *found["cells"])]
    named = {f"{one.sheet}!{one.cell}": one for one in reversed(cells)}
    if not cells or not (cell or own):
        raise CtdpError(f"Phát hiện {found['id']} không nêu ô nào nên không sửa số được; chỉ có thể chấp nhận (waive).")
    if cell and cell not in named:
        raise CtdpError(f"Phát hiện {found['id']} không nêu ô {cell!r}. Các ô của nó: {', '.join(sorted(named))}.")
    return named[cell] if cell else cells[0]


def _observation(site: Site, place: CellRef, found: dict[str, Any], period: str) -> Series[Any]:
    """Return the stored observation at a cell: what the finding measures, else the only one that is there."""
    with reading(site.engine) as connection:
        there = observations_at(connection, place.sha256, place.sheet, place.cell)
    for name, wanted in (("source", found["source"]), ("vintage", period), ("measure", found["measure"])):
        mine = there[there[name] == wanted]
        there = there if mine.empty else mine
    where = f"{place.sheet}!{place.cell}"
    if there.empty:
        raise CtdpError(
            f"Ô {where} không có số liệu nào trong kho để sửa. Hãy đề nghị đơn vị sửa trong tệp và gửi lại."
        )
    if len(there) > 1:
        measures = ", ".join(sorted(set(there["measure"])))
        raise CtdpError(f"Ô {where} có nhiều số ({measures}) nên không rõ sửa số nào. Hãy đề nghị đơn vị gửi lại.")
    return there.iloc[0]


def _ambiguous(prefix: str, found: Iterable[tuple[str, str]]) -> CtdpError:
    listed = ", ".join(f"{name} (kỳ {period})" for name, period in sorted(set(found)))
    return CtdpError(f"{prefix!r} chỉ nhiều phát hiện: {listed}. Hãy viết thêm vài ký tự.")
