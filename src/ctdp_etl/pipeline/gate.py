"""Why a report may not be released: too few of the reports it needs are in hand, or errors are open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ctdp_etl.briefing.inputs import IN_HAND
from ctdp_etl.catalog import NATIONAL
from ctdp_etl.model import Severity
from ctdp_etl.pipeline.reports import Gate
from ctdp_etl.pipeline.status import Line

COVERAGE, ERRORS = "coverage", "errors"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a gate is shut: a code that is stable, words for the operator, and those of a paper released all the same."""

    code: str
    message: str
    in_print: str = ""


def open_errors(findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the errors among the findings (JSON objects) about which nothing was decided."""
    return [one for one in findings if one["severity"] == Severity.ERROR and one["decision"] is None]


def reasons(
    gate: Gate, lines: Sequence[Line], errors: Sequence[dict[str, Any]], area: str = NATIONAL
) -> Iterator[Reason]:
    """Yield why a report on ``area`` may not be released with these lines of the board and these open errors.

    A report on a province needs what its own senders owe and answers for their errors, the country's for all.
    """
    due = [one for one in lines if one.due_at and area in (NATIONAL, one.ref_area)]
    due = [one for one in due if not gate.forms or one.dataflow in gate.forms]
    came = sum(one.state in IN_HAND for one in due)
    forms = f"thuộc biểu chính ({', '.join(gate.forms)})" if gate.forms else "phải gửi"
    if not due and gate.coverage:
        message = f"Không có nguồn nào có báo cáo {forms} nên không biết đã đủ chưa"
        yield Reason(COVERAGE, message, "không rõ đơn vị nào phải gửi báo cáo")
    elif came < gate.coverage * len(due):
        message = f"Mới nhận {came}/{len(due)} báo cáo {forms}, cần từ {gate.coverage:.0%}"
        of = "thuộc các biểu chính" if gate.forms else "phải gửi"
        yield Reason(COVERAGE, message, f"mới nhận {came}/{len(due)} báo cáo {of}")
    senders = {one.source for one in lines if one.ref_area == area}
    count = sum(area in (NATIONAL, one["ref_area"]) or one["source"] in senders for one in errors)
    if count > gate.errors:
        yield Reason(ERRORS, f"Còn {count} lỗi chưa xử lý", f"còn {count} lỗi chưa xử lý")
