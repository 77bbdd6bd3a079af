"""What the operator sees in Prefect: the board, the findings, the briefing, and how the run ended."""

from __future__ import annotations

from pathlib import Path

from prefect.artifacts import create_markdown_artifact, create_table_artifact

from ctdp_etl.period import Period
from ctdp_etl.pipeline import calls, check, decided, status
from flows._tasks import site, step

MOST_ROWS = 500


@step(name="show-board", task_run_name="board {period}")
def show_board(period: str) -> None:
    """Put the board of the month into Prefect: one row for each sender, one column for each form."""
    place, month = site(), Period.parse(period)
    rows = status.by_source(place, status.board(place, month))
    create_table_artifact(rows, key=f"board-{period}", description=f"Bảng tiếp nhận kỳ {period}")


@step(name="show-findings", task_run_name="findings {period}")
def show_findings(period: str) -> None:
    """Put the findings of the month into Prefect, the gravest first."""
    rows = [
        {
            "mức": row["severity"],
            "mã": row["code"],
            "nguồn": row["source"],
            "ô": f"{row['sheet']}!{row['cell']}",
            "nội dung": row["message"],
            "quyết định": decided.words(row["decision"]),
        }
        for row in check.findings(site(), Period.parse(period))
    ]
    left_out = f"; {len(rows) - MOST_ROWS} dòng nữa: ctdp findings {period}" if len(rows) > MOST_ROWS else ""
    create_table_artifact(
        rows[:MOST_ROWS], key=f"findings-{period}", description=f"{len(rows)} phát hiện kỳ {period}{left_out}"
    )


@step(name="show-calls", task_run_name="calls {period}")
def show_calls(period: str) -> None:
    """Put into Prefect whom to phone first, by influence on the country's total."""
    found, _ = calls.calls(site(), Period.parse(period))
    rows = [
        {
            "gọi": "trước" if row["first"] else "",
            "Sở": row["name"],
            "biểu": row["dataflow"],
            "chỉ tiêu": row["label"],
            "ô": f"{row['sheet']}!{row['cell']}",
            "ghi": row["observed"],
            "có lẽ": row["expected"],
            "ảnh hưởng %": round(row["influence"] * 100, 2),
            "rủi ro còn lại %": round(row["remaining"] * 100, 1),
        }
        for row in found[:MOST_ROWS]
    ]
    if rows:
        create_table_artifact(rows, key=f"calls-{period}", description=f"Gọi điện hỏi ai trước, kỳ {period}")


@step(name="show-briefing", task_run_name="link {period}")
def show_briefing(period: str, pdf: str, gate: str) -> None:
    """Put a link to the briefing into Prefect, or why there is none."""
    text = f"[Báo cáo {period}]({Path(pdf).as_uri()})\n\n`{pdf}`" if pdf else f"Chưa in báo cáo {period}: {gate}"
    create_markdown_artifact(text, key=f"briefing-{period}", description=f"Báo cáo {period}")
