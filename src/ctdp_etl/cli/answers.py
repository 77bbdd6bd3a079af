"""Commands that answer: status, findings, trace, export."""

from __future__ import annotations

from dataclasses import asdict

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import count_findings, say, show, show_findings, show_json, show_table
from ctdp_etl.period import Period


@click.command()
@click.argument("period", metavar="[PERIOD]", type=options.MonthType(), required=False)
@click.option("--receipts", "of_receipts", is_flag=True, help="Liệt kê phiếu nhận thay cho bảng.")
@options.JSON
def status(period: Period | None, of_receipts: bool, as_json: bool) -> None:
    """Bảng tiếp nhận: địa phương nào gửi biểu nào, đang ở trạng thái nào."""
    from ctdp_etl.pipeline import status as boards

    site = options.open_site()
    month = period or boards.newest_period(site)
    if of_receipts:
        answer = boards.receipts_of(site, month)
        show_json({"period": str(month), "receipts": answer}) if as_json else show_rows(answer)
        return
    board = boards.board(site, month)
    if as_json:
        show_json({"period": str(month), "board": [asdict(line) for line in board]})
        return
    show_rows(boards.by_source(site, board))
    say(f"Kỳ {month}: {boards.summary(board)}.")


@click.command()
@options.PERIOD
@options.JSON
def findings(period: Period, as_json: bool) -> None:
    """Các phát hiện đang mở của kỳ, theo lần kiểm tra gần nhất."""
    from ctdp_etl.pipeline.check import findings as recorded

    found = recorded(options.open_site(), period)
    if as_json:
        show_json({"period": str(period), "findings": found})
    else:
        show_findings(found)
    say(f"Kỳ {period}: {count_findings(found)}.")


def show_rows(rows: list[dict[str, str]]) -> None:
    """Print rows that share their columns."""
    if rows:
        show_table(tuple(rows[0]), [list(row.values()) for row in rows], widest=40)
    else:
        show("Chưa có gì.")


COMMANDS = (status, findings)
