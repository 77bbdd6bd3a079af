"""Commands about workbooks: read, precheck, submit, withdraw."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import count_findings, say, show, show_findings, show_json, show_table
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.settings import Settings

if TYPE_CHECKING:
    from ctdp_etl.pipeline.load import Outcome


@click.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@options.AREA
@options.FILE_PERIOD
@options.SOURCE
@options.JSON
def read(path: Path, area: str, period: Period | None, source: str, as_json: bool) -> None:
    """Đọc một tệp mà không lưu: các biểu, số liệu, phát hiện."""
    from ctdp_etl.catalog import load_catalog
    from ctdp_etl.pipeline.read import document, read_file

    given = options.sender(source, area, period)
    sha256, _, reading = read_file(options.existing(path), given, load_catalog())
    answer = document(path.name, sha256, reading)
    if as_json:
        show_json(answer)
        return
    show_table(("biểu", "trang tính", "địa phương", "kỳ"), [list(form.values()) for form in answer["forms"]])
    columns = ("sheet", "cell", "ref_area", "indicator", "label", "time_period", "measure", "obs_status", "value")
    show("")
    show_table(
        ("trang tính", "ô", "địa phương", "mã", "chỉ tiêu", "kỳ", "loại", "tt", "giá trị", "đơn vị", "10^"),
        [[one[name] for name in (*columns, "unit", "unit_mult")] for one in answer["observations"]],
        widest=40,
    )
    show("")
    show_findings(answer["findings"])
    findings = count_findings(answer["findings"])
    say(f"{path.name}: {len(answer['forms'])} biểu, {len(answer['observations'])} số liệu, {findings}.")


@click.command()
@options.FILES
@options.AREA
@options.FILE_PERIOD
@options.SOURCE
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Ghi tệp đã đánh dấu vào thư mục này.",
)
@options.JSON
@click.pass_context
def precheck(
    ctx: click.Context,
    paths: tuple[Path, ...],
    area: str,
    period: Period | None,
    source: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Đọc và kiểm tra tệp trước khi gửi, không lưu vào kho; mã thoát 1 nếu có lỗi."""
    from ctdp_etl.catalog import load_catalog
    from ctdp_etl.pipeline.precheck import precheck as look

    settings = Settings.from_environment()
    warehouse = options.known_warehouse(settings)
    given = options.sender(source, area, period)
    answers = [
        look(options.existing(path), given, load_catalog(), warehouse, now=settings.now(), out=out) for path in paths
    ]
    if as_json:
        show_json({"files": answers})
    for answer in () if as_json else answers:
        show(f"{answer['file']}, kỳ {answer['period']}: {count_findings(answer['findings'])}")
        show_findings(answer["findings"])
        if answer["annotated"]:
            say(f"Tệp đã đánh dấu: {answer['annotated']}")
    if any(one["severity"] == "error" for answer in answers for one in answer["findings"]):
        ctx.exit(1)


@click.command()
@options.FILES
@options.AREA
@options.FILE_PERIOD
@options.SOURCE
@options.RECEIVED_AT
@options.JSON
def submit(
    paths: tuple[Path, ...], area: str, period: Period | None, source: str, received_at: str | None, as_json: bool
) -> None:
    """Nhận tệp được đưa tay: lưu nguyên bản, lập phiếu nhận, đọc, nạp."""
    from ctdp_etl.pipeline.submit import submit as take

    site = options.open_site()
    given = options.sender(source, area, period)
    outcomes: list[Outcome] = []
    refused: list[str] = []
    for path in paths:
        try:
            outcomes.append(take(site, options.existing(path), given, received_at=received_at or site.settings.now()))
        except CtdpError as error:
            refused.append(str(error))
        except OSError as error:
            refused.append(f"Không đọc được {path}: {error.strerror}.")
    show_outcomes(outcomes, as_json=as_json)
    refused += [outcome.message for outcome in outcomes if outcome.message]
    if refused:
        raise CtdpError(" ".join(refused))


@click.command()
@options.RECEIPT
@options.WHO
@options.REASON
@options.RECEIVED_AT
def withdraw(receipt: str, reason: str, who: str, received_at: str | None) -> None:
    """Rút một tệp đã nhận ra khỏi số liệu (mã phiếu nhận hay vài ký tự đầu)."""
    from ctdp_etl.pipeline.withdraw import withdraw as take_out

    site = options.open_site()
    who = who or pwd.getpwuid(os.getuid()).pw_name
    for withdrawn in take_out(site, receipt, who=who, reason=reason, at=received_at or site.settings.now()):
        say(f"Đã rút {withdrawn}.")


@click.command()
@options.RECEIPT
@options.WHO
@options.REASON
@options.AREA
@options.SOURCE
@options.JSON
def accept(receipt: str, who: str, reason: str, area: str, source: str, as_json: bool) -> None:
    """Cho một tệp bị cách ly vào kho (mã phiếu nhận hay vài ký tự đầu) rồi đọc và nạp."""
    from ctdp_etl.pipeline.accept import accept as let_in

    site = options.open_site()
    decision = options.decision(site, who, reason)
    show_outcomes([let_in(site, receipt, decision, options.sender(source, area, None))], as_json=as_json)


@click.command()
@options.RECEIPT
@options.WHO
@options.REASON
@options.AREA
@options.SOURCE
@options.FILE_PERIOD
@options.JSON
def reassign(receipt: str, who: str, reason: str, area: str, source: str, period: Period | None, as_json: bool) -> None:
    """Chuyển một tệp nộp nhầm sang địa phương hay kỳ khác; bản đã nạp nhầm được rút ra."""
    from ctdp_etl.pipeline.accept import reassign as move

    site = options.open_site()
    decision = options.decision(site, who, reason)
    show_outcomes([move(site, receipt, decision, options.sender(source, area, period))], as_json=as_json)


def show_outcomes(outcomes: Iterable[Outcome], *, as_json: bool) -> None:
    """Print what became of files: one line each, or a JSON document."""
    from ctdp_etl.pipeline.status import RECEIPT_WORDS

    done = list(outcomes)
    if as_json:
        show_json({"files": [asdict(outcome) for outcome in done]})
        return
    show_table(
        ("phiếu nhận", "nguồn", "tệp", "trạng thái", "kỳ", "số liệu", "mới", "phát hiện"),
        [
            (
                one.receipt_id[:12],
                one.source,
                one.file_name,
                RECEIPT_WORDS.get(one.state, one.state),
                one.time_period,
                one.observations,
                one.added,
                one.findings,
            )
            for one in done
        ],
    )


COMMANDS = (read, precheck, submit, accept, withdraw, reassign)
