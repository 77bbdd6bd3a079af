"""Corrections that no longer apply because the sender changed the cell: each is a finding with name and reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pandas import DataFrame

from ctdp_etl.checks.wording import number
from ctdp_etl.model import KEY, CellRef, Decision, Finding, Scope, Severity
from ctdp_etl.warehouse.decisions import applicable

LAPSED, CONFIRMED = "Q01", "Q02"
"""The sender says something else than the correction; the sender now says the corrected value himself."""
CODES = frozenset({LAPSED, CONFIRMED})
_CELL = ["submission_id", "sheet", "cell", "measure"]
_UNIT = ("unit", "unit_mult")


def lapsed(corrected: DataFrame, submitted: DataFrame, entries: Mapping[str, Decision]) -> list[Finding]:
    """Return a finding for each correction of a month whose observation ``submitted`` no longer holds as it was.

    ``corrected`` are the corrections of the month's reports, ``submitted`` everything that its standing tables say,
    ``entries`` the decisions by id. A correction that the sender has taken over is told too: an auditor wants to see
    that the figure now stands in the sender's own workbook.
    """
    if corrected.empty:
        return []
    standing = applicable(corrected).merge(submitted[_CELL], on=_CELL)["decision_id"]
    gone = corrected[~corrected["decision_id"].isin(standing)]
    now = submitted.sort_values("conflict", kind="stable").drop_duplicates(list(KEY))
    columns = [*KEY, "value", "text", "unit", "unit_mult", "sheet", "cell", "sha256"]
    both = gone.merge(now[columns], on=list(KEY), how="left", suffixes=("", "_now"))
    return list(_findings(both.astype(object).where(both.notna(), None), entries))


def _findings(rows: DataFrame, entries: Mapping[str, Decision]) -> Iterator[Finding]:
    for row in rows.to_dict("records"):
        entry = entries[row["decision_id"]]
        confirmed = all(row[name] == row[f"{name}_now"] for name in _UNIT) and row["value_now"] == row["corrected"]
        yield Finding(
            CONFIRMED if confirmed else LAPSED,
            Severity.NOTICE if confirmed else Severity.WARNING,
            Scope.RECORD,
            _message(row, entry, confirmed=confirmed),
            **{name: row[name] for name in (*KEY, "label") if name != "item"},
            observed=row["value_now"],
            expected=row["corrected"],
            sheet=row["sheet_now"] or "",
            cell=row["cell_now"] or "",
            cells=(CellRef(row["sha256"], row["sheet"], row["cell"]),),
            sha256=row["sha256_now"] or "",
        )


def _message(row: Mapping[Any, Any], entry: Decision, *, confirmed: bool) -> str:
    reported = "chưa có số" if row["reported"] is None else number(row["reported"])
    decided = f"{entry.who} đã sửa {reported} thành {number(row['corrected'])} (lý do: {entry.reason})"
    undo = f"ctdp decide {entry.finding_id} undo"
    if confirmed:
        return f"{decided}; bản gửi lại ghi đúng số đã sửa, quyết định không còn cần. Gỡ: {undo}."
    if row["sheet_now"] is None:
        said = "không còn số này trong báo cáo đang có hiệu lực"
    else:
        said = (
            f"bản gửi lại ghi {row['text'] or 'không có số' if row['value_now'] is None else number(row['value_now'])}"
        )
    return (
        f"Quyết định sửa số không còn áp dụng: {decided}; {said}. "
        f"Nếu số mới đúng, hãy gỡ quyết định: {undo}; nếu sai, hãy quyết định lại về phát hiện mới."
    )
