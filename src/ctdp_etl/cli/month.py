"""Commands about months: each step, the whole run, again, and for a range."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import count_findings, say, show, show_findings, show_json
from ctdp_etl.cli.files import show_outcomes
from ctdp_etl.errors import GateShutError
from ctdp_etl.period import Period
from ctdp_etl.settings import Settings

if TYPE_CHECKING:
    from ctdp_etl.pipeline.run import Gap
    from ctdp_etl.pipeline.site import Site


@click.command()
@options.PERIOD
def collect(period: Period) -> None:
    """Lấy tệp mới từ các nguồn đã đăng ký; chưa mở tệp nào."""
    collect_for(options.open_site(), period)


@click.command()
@options.PERIOD
@options.JSON
def load(period: Period, as_json: bool) -> None:
    """Đọc và nạp các tệp đã nhận mà chưa nạp; tệp hỏng không cản tệp khác."""
    from ctdp_etl.pipeline.load import load as load_due

    show_outcomes(load_due(options.open_site(), period), as_json=as_json)


@click.command()
@options.PERIOD
@options.LATEST
@options.JSON
@click.pass_context
def check(ctx: click.Context, period: Period, latest: bool, as_json: bool) -> None:
    """Kiểm tra số liệu của kỳ; mã thoát 1 nếu có lỗi."""
    from ctdp_etl.pipeline.check import check as run_checks

    found = run_checks(options.open_site(), period, latest=latest)
    if as_json:
        show_json({"period": str(period), "findings": found})
    else:
        show_findings(found)
    say(f"Kỳ {period}: {count_findings(found)}.")
    if any(one["severity"] == "error" for one in found):
        ctx.exit(1)


@click.command()
@options.PERIOD
@options.LATEST
@click.option(
    "-o", "--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Ghi thêm một bản PDF."
)
def brief(period: Period, latest: bool, out: Path | None) -> None:
    """In báo cáo tháng (PDF); mã thoát 1 nếu chưa đủ điều kiện in."""
    show(str(brief_for(options.open_site(), period, latest=latest, out=out)))


@click.command()
@options.PERIOD
def run(period: Period) -> None:
    """Làm cả tháng qua luồng Prefect như lịch vẫn làm: thu, đọc, nạp, kiểm tra, in."""
    from ctdp_etl.pipeline.run import load_steps, run_month
    from ctdp_etl.pipeline.server import prefect_server

    settings = Settings.from_environment()
    with prefect_server(settings, say) as ready:
        options.open_site(settings).engine.dispose()
        load_steps()
        ready()
        summary = run_month(settings, period)
    for bad in summary["bad"]:
        say(f"Tệp lỗi: {bad}")
    say(
        f"Kỳ {period}: {summary['arrived']} tệp mới, {summary['loaded']} tệp đã nạp, {summary['added']} số liệu mới, "
        f"{summary['error']} lỗi, {summary['warning']} cảnh báo, {summary['notice']} lưu ý."
    )
    if summary["gate"]:
        say(summary["gate"])
    else:
        show(summary["pdf"])


@click.command()
@options.PERIOD
@options.AREA
@click.option("--force", is_flag=True, help="Làm lại tất cả, cả phần đã xong.")
def rerun(period: Period, area: str, force: bool) -> None:
    """Làm phần còn thiếu hay đã hỏng của một tháng; chạy lại không làm đổi số liệu."""
    site = options.open_site()
    redo(site, period, area=options.area_code(site, area, period), force=force)


@click.command()
@click.argument("first", metavar="FROM", type=options.MonthType())
@click.argument("last", metavar="TO", type=options.MonthType())
@click.option("--dry-run", is_flag=True, help="Chỉ liệt kê việc phải làm.")
@click.option("--force", is_flag=True, help="Làm lại tất cả, cả phần đã xong.")
@options.JSON
def backfill(first: Period, last: Period, dry_run: bool, force: bool, as_json: bool) -> None:
    """Làm phần đến hạn mà chưa xong của nhiều tháng."""
    from ctdp_etl.pipeline.run import gaps

    site = options.open_site()
    if site.sources and not dry_run:
        for period in first.until(last):
            collect_for(site, period)
    found = gaps(site, first, last)
    if as_json:
        show_json({"gaps": [_document(gap) for gap in found]})
    else:
        for gap in found:
            show(_line(gap))
    if not dry_run:
        for period in first.until(last) if force else [gap.period for gap in found if gap.has_work]:
            redo(site, period, force=force, collecting=False)
    elif not found:
        say("Không còn việc nào.")


def collect_for(site: Site, period: Period) -> None:
    """Collect, and tell what was found."""
    from ctdp_etl.pipeline.collect import collect as look

    found = look(site, period)
    for failure in found.failures:
        say(f"Nguồn {failure.source}: {failure.message}")
    if found.quarantined:
        say(f"{found.quarantined} tệp bị cách ly. Xem lý do: ctdp status {period} --receipts; cho vào: ctdp accept.")
    for locator in found.waiting:
        say(f"Đang chờ tệp đến đủ: {locator}")
    say(f"Kỳ {period}: {found.new} tệp mới, {found.known} tệp đã có.")


def brief_for(
    site: Site, period: Period, *, latest: bool = False, out: Path | None = None, is_checked: bool = False
) -> Path:
    """Print the briefing, tell whether it is new, and return its path."""
    from ctdp_etl.pipeline.brief import brief as print_briefing

    printed = print_briefing(site, period, latest=latest, out=out, is_checked=is_checked)
    word = "bản mới" if printed.new else "không đổi so với bản đã in"
    for warning in printed.warnings:
        say(warning)
    say(f"Báo cáo {period}, bản số {printed.number} ({word}): {printed.pages} trang, {printed.figures} con số.")
    return printed.path


def redo(site: Site, period: Period, *, area: str = "", force: bool = False, collecting: bool = True) -> None:
    """Do what is due and not done in one month, or all of it, and print the briefing where its gate is open."""
    from ctdp_etl.pipeline.check import check as run_checks
    from ctdp_etl.pipeline.load import load as load_due

    if collecting and site.sources:
        collect_for(site, period)
    outcomes = list(load_due(site, period, area=area, again=force))
    for outcome in outcomes:
        if outcome.message:
            say(f"Tệp lỗi: {outcome.source} {outcome.file_name}: {outcome.message}")
    say(f"Kỳ {period}: xử lý {len(outcomes)} tệp, {sum(outcome.added for outcome in outcomes)} số liệu mới.")
    say(f"Kỳ {period}: {count_findings(run_checks(site, period))}.")
    try:
        show(str(brief_for(site, period, is_checked=True)))
    except GateShutError as shut:
        say(str(shut))


def _line(gap: Gap) -> str:
    parts = [f"{len(gap.files)} tệp chưa nạp"] if gap.files else []
    parts += [] if gap.is_printed else ["chưa in báo cáo"]
    parts += [f"{len(gap.senders)} nguồn chưa gửi: {', '.join(gap.senders)}"] if gap.senders else []
    return f"{gap.period}: {'; '.join(parts)}"


def _document(gap: Gap) -> dict[str, object]:
    return {
        "period": str(gap.period),
        "files": list(gap.files),
        "printed": gap.is_printed,
        "senders": list(gap.senders),
    }


COMMANDS = (collect, load, check, brief, run, rerun, backfill)
