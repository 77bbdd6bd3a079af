"""Commands about months: each step, the whole run, again, and for a range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.brief import COMMANDS as BRIEF
from ctdp_etl.cli.brief import tell_printed
from ctdp_etl.cli.console import count_findings, say, show, show_findings, show_json, show_table
from ctdp_etl.cli.files import show_outcomes
from ctdp_etl.cli.release import COMMANDS as RELEASE
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.settings import Settings

if TYPE_CHECKING:
    from ctdp_etl.pipeline.backfill import Gap, Worked
    from ctdp_etl.pipeline.load import Mode
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
    from ctdp_etl.pipeline.check import is_blocked

    found = run_checks(options.open_site(), period, latest=latest)
    if as_json:
        show_json({"period": str(period), "findings": found})
    else:
        show_findings(found)
    say(f"Kỳ {period}: {count_findings(found)}.")
    if is_blocked(found):
        ctx.exit(1)


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
    if summary["letters"]:
        say(summary["letters"])
    if summary["gate"]:
        say(summary["gate"])
    else:
        show(summary["pdf"])


FORCE = click.option("--force", is_flag=True, help="Làm lại tất cả, cả phần đã xong; như --mode all.")


@click.command()
@options.PERIOD
@options.AREA
@FORCE
def rerun(period: Period, area: str, force: bool) -> None:
    """Làm phần còn thiếu hay đã hỏng của một tháng; chạy lại không làm đổi số liệu."""
    from ctdp_etl.pipeline.backfill import work_off
    from ctdp_etl.pipeline.load import Mode

    site = options.open_site()
    code = options.area_code(site, area, period)
    if site.sources:
        collect_for(site, period)
    tell(work_off(site, period, area=code, mode=Mode.ALL if force else Mode.FAILED))


MODES = {
    "missing": "việc chưa làm lần nào",
    "missing-and-failed": "thêm việc đã hỏng",
    "all": "làm lại tất cả",
}


@click.command()
@click.argument("first", metavar="FROM", type=options.MonthType())
@click.argument("last", metavar="TO", type=options.MonthType())
@click.option("--dry-run", is_flag=True, help="Chỉ liệt kê việc phải làm.")
@click.option(
    "--mode",
    type=click.Choice(list(MODES)),
    default="missing-and-failed",
    show_default=True,
    help=f"Làm những gì: {'; '.join(f'{name}: {words}' for name, words in MODES.items())}.",
)
@FORCE
@options.JSON
def backfill(first: Period, last: Period, dry_run: bool, mode: str, force: bool, as_json: bool) -> None:
    """Làm phần đến hạn mà chưa xong của nhiều tháng; tháng hỏng không cản tháng khác."""
    from ctdp_etl.pipeline.backfill import gaps
    from ctdp_etl.pipeline.load import Mode

    site, chosen = options.open_site(), Mode.ALL if force else Mode(mode)
    if (last.year, last.number) < (first.year, first.number):
        raise CtdpError(f"Tháng đầu {first} sau tháng cuối {last}. Hãy viết tháng sớm trước.")
    if site.sources and not dry_run:
        collect_for(site, first, last)
    found = gaps(site, first, last, chosen)
    if as_json:
        show_json({"mode": str(chosen), "gaps": [_document(gap) for gap in found]})
    else:
        show_table(("kỳ", "tệp phải đọc", "báo cáo", "nguồn chưa gửi"), [_row(gap) for gap in found])
    if not found:
        say("Không còn việc nào.")
    if not dry_run:
        work_all(site, [gap.period for gap in found if gap.has_work], chosen, as_json=as_json)


def work_all(site: Site, periods: Sequence[Period], mode: Mode, *, as_json: bool) -> None:
    """Work off each month; raise ``CtdpError`` at the end for those that failed."""
    from sqlalchemy.exc import SQLAlchemyError

    from ctdp_etl.pipeline.backfill import work_off

    failed = []
    for period in periods:
        try:
            tell(work_off(site, period, mode=mode), as_json=as_json)
        except (CtdpError, OSError, SQLAlchemyError) as error:
            say(f"Kỳ {period} chưa xong: {error}")
            failed.append(str(period))
    if failed:
        raise CtdpError(f"{len(failed)} tháng chưa xong: {', '.join(failed)}. Hãy chạy lại lệnh này.")


def collect_for(site: Site, period: Period, last: Period | None = None) -> None:
    """Collect for a month, or for the months up to ``last``, and tell what was found."""
    from ctdp_etl.pipeline.collect import collect as look

    found = look(site, period, last)
    for failure in found.failures:
        say(f"Nguồn {failure.source}: {failure.message}")
    if found.quarantined:
        say(f"{found.quarantined} tệp bị cách ly. Xem lý do: ctdp status {period} --receipts; cho vào: ctdp accept.")
    for locator in found.waiting:
        say(f"Đang chờ tệp đến đủ: {locator}")
    months = f"{period} đến {last}" if last else str(period)
    say(f"Kỳ {months}: {found.new} tệp mới, {found.known} tệp đã có.")


def tell(worked: Worked, *, as_json: bool = False) -> None:
    """Tell what was done in a month; the answer is the path of its briefing, unless another answer is printed."""
    period = worked.period
    for outcome in worked.outcomes:
        if outcome.message:
            say(f"Tệp lỗi: {outcome.source} {outcome.file_name}: {outcome.message}")
    added = sum(outcome.added for outcome in worked.outcomes)
    say(f"Kỳ {period}: xử lý {len(worked.outcomes)} tệp, {added} số liệu mới, {count_findings(worked.findings)}.")
    if worked.printed is None:
        say(worked.gate)
        return
    tell_printed(f"Báo cáo {period}", worked.printed)
    if not as_json:
        show(str(worked.printed.path))


def _row(gap: Gap) -> tuple[str, ...]:
    return str(gap.period), str(len(gap.files) or ""), gap.printing, ", ".join(gap.senders)


def _document(gap: Gap) -> dict[str, object]:
    return {
        "period": str(gap.period),
        "files": list(gap.files),
        "printed": gap.is_printed,
        "senders": list(gap.senders),
    }


COMMANDS = (collect, load, check, *BRIEF, *RELEASE, run, rerun, backfill)
