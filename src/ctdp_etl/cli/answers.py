"""Commands that answer: status, findings, trace, export."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import (
    count_findings,
    say,
    show,
    show_bytes,
    show_findings,
    show_json,
    show_table,
)
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period


@click.command()
@click.argument("period", metavar="[PERIOD]", type=options.MonthType(), required=False)
@click.option("--receipts", "of_receipts", is_flag=True, help="Liệt kê phiếu nhận thay cho bảng.")
@options.JSON
def status(period: Period | None, of_receipts: bool, as_json: bool) -> None:
    """Bảng tiếp nhận: địa phương nào gửi biểu nào, đang ở trạng thái nào."""
    from ctdp_etl.pipeline import release
    from ctdp_etl.pipeline import status as boards
    from ctdp_etl.pipeline.deliver import outstanding

    site = options.open_site()
    month = period or boards.newest_period(site)
    if of_receipts:
        answer = boards.receipts_of(site, month)
        if as_json:
            show_json({"period": str(month), "receipts": answer})
        else:
            show_rows(answer)
        return
    board, briefing = boards.board(site, month), release.standing(site, month)
    if as_json:
        lines = [asdict(line) for line in board]
        show_json({"period": str(month), "board": lines, "release": release.document(site, briefing)})
        return
    show_rows(boards.by_source(site, board))
    if not site.sources and not board:
        say(f"Chưa khai báo nguồn nào: sửa {site.settings.sources_file} (ctdp init viết tệp mẫu) rồi ctdp doctor.")
    say(f"Kỳ {month}: {boards.summary(board)}.")
    if letters := outstanding(site):
        say(f"Thư: {letters}")
    say(f"Báo cáo {month}: {' '.join([f'{briefing.words}.', *(one.message for one in briefing.reasons)])}")


@click.command()
@options.PERIOD
@options.AS_OF
@click.option("--call-list", is_flag=True, help="Gọi điện hỏi ai trước: xếp theo ảnh hưởng tới số toàn quốc.")
@click.option("--region", metavar="R", default="", help="Cùng --call-list: ảnh hưởng tới số của vùng (DBSH, ...).")
@options.JSON
def findings(period: Period, as_of: str | None, call_list: bool, region: str, as_json: bool) -> None:
    """Các phát hiện đang mở của kỳ, theo lần kiểm tra gần nhất."""
    from ctdp_etl.pipeline.check import findings as recorded

    if region and not call_list:
        raise CtdpError("--region chỉ dùng cùng --call-list.")
    if call_list:
        show_calls(period, as_of, region, as_json=as_json)
        return
    found = recorded(options.open_site(), period, as_of=as_of)
    if as_json:
        show_json({"period": str(period), "findings": found})
    else:
        show_findings(found)
    say(f"Kỳ {period}: {count_findings(found)}.")


def show_calls(period: Period, as_of: str | None, region: str, *, as_json: bool) -> None:
    """Print the call list, and how many findings have no number due and so no influence."""
    from ctdp_etl.pipeline.calls import calls

    found, unranked = calls(options.open_site(), period, region=region, as_of=as_of)
    if as_json:
        show_json({"period": str(period), "calls": found, "unranked": unranked})
    elif found:
        headers = ("gọi", "Sở", "biểu", "chỉ tiêu", "ô", "ghi", "có lẽ", "ảnh hưởng %", "rủi ro còn lại %", "liên hệ")
        show_table(headers, [call_row(one) for one in found], widest=44)
    first, total = sum(one["first"] for one in found), f"vùng {region}" if region else "toàn quốc"
    say(
        f"Kỳ {period}: {len(found)} việc cần hỏi, {first} việc phải hỏi trước khi dùng số {total}; "
        f"{unranked} phát hiện không tính được ảnh hưởng (xem ctdp findings {period})."
    )


def call_row(one: Mapping[str, Any]) -> tuple[object, ...]:
    """Return a call as a line of the table; shares are in per cent."""
    from ctdp_etl.feedback.words import number

    place = f"{one['sheet']}!{one['cell']}"
    shares = round(one["influence"] * 100, 2), round(one["remaining"] * 100, 1)
    written = number(one["observed"]), number(one["expected"])
    mark = "trước" if one["first"] else ""
    contacts = ", ".join(one["contacts"])
    return (mark, one["name"], one["dataflow"], one["label"], place, *written, *shares, contacts)


@click.command()
@click.argument("pdf", metavar="FILE.pdf", type=click.Path(path_type=Path))
@click.argument("figure", metavar="[FIGURE]", required=False)
@options.JSON
def trace(pdf: Path, figure: str | None, as_json: bool) -> None:
    """Từ con số in trong báo cáo về tệp, trang tính, ô và chữ gốc."""
    from ctdp_etl.pipeline.decided import words
    from ctdp_etl.pipeline.trace import trace as lead_back

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    answer = lead_back(options.existing(pdf).read_bytes(), figure)
    if as_json:
        show_json(answer)
        return
    for one in answer["figures"]:
        show(f"{one['id']}  trang {one['page']}  in: {one['printed']}")
        for cell in one["observations"]:
            show(f"    {cell['file']}  {cell['sheet']}!{cell['cell']}  {cell['raw']!r}  {cell['sha256'][:12]}")
            for decision in cell["decisions"]:
                show(f"        {words(decision)}")
        for receipt in one["receipts"]:
            show(f"    {receipt['source']}  {receipt['file_name']}  {receipt['sha256'][:12]}")


@click.command()
@options.PERIOD_OF_ANY_KIND
@click.option("--format", "fmt", required=True, metavar="csv|xlsx|parquet|sdmx-csv", help="Định dạng.")
@click.option("-o", "--out", metavar="FILE", type=click.Path(path_type=Path), help="Tệp ghi ra; mặc định là stdout.")
@click.option("--dataflow", metavar="D", help="Chỉ một biểu (xem ctdp catalog).")
@click.option(
    "--areas", metavar="VN34|VN63", help="Dựng lại theo 34 hay 63 tỉnh; cột note nói cộng từ đâu, vì sao thiếu."
)
@options.AS_OF
def export(
    period: Period, fmt: str, out: Path | None, dataflow: str | None, areas: str | None, as_of: str | None
) -> None:
    """Xuất số liệu hiện hành của kỳ; với --areas là chuỗi theo một danh mục địa bàn, cộng các tỉnh cũ."""
    from ctdp_etl.pipeline.export import export as write
    from ctdp_etl.pipeline.geography import export_on
    from ctdp_etl.pipeline.output import write_whole
    from ctdp_etl.warehouse.engine import reading

    site = options.open_site()
    if dataflow and dataflow not in site.catalog.dataflows:
        raise CtdpError(f"Không có biểu {dataflow!r}. Các biểu: {', '.join(site.catalog.dataflows)}.")
    with reading(site.engine) as connection:
        if areas:
            content = export_on(connection, site.catalog, period, areas, fmt, dataflow, as_of)
        else:
            content = write(connection, period, fmt, dataflow, as_of)
    if out:
        write_whole(out, content)
    else:
        show_bytes(content)


def show_rows(rows: list[dict[str, str]]) -> None:
    """Print rows that share their columns."""
    if rows:
        show_table(tuple(rows[0]), [list(row.values()) for row in rows], widest=40)
    else:
        show("Chưa có gì.")


COMMANDS = (status, findings, trace, export)
