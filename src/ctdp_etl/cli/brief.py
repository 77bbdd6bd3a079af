"""``ctdp brief``: the monthly briefing, or a report beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import say, show
from ctdp_etl.errors import CtdpError, GateShutError
from ctdp_etl.period import Period
from ctdp_etl.resources import REPORT

if TYPE_CHECKING:
    from ctdp_etl.pipeline.brief import Printed
    from ctdp_etl.pipeline.site import Site

ALL = "all"


@click.command()
@options.PERIOD_OF_ANY_KIND
@click.option(
    "--report",
    "name",
    metavar="R",
    default=REPORT,
    show_default=True,
    help="Báo cáo nào: tên thư mục trong reports/, ví dụ province_brief.",
)
@click.option(
    "--area",
    metavar="A|all",
    default="",
    help="Báo cáo tỉnh: mã (VN34_80) hoặc tên (Tây Ninh) của một địa phương; all hoặc bỏ trống là mọi địa phương.",
)
@options.LATEST
@click.option(
    "-o", "--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Ghi thêm một bản PDF."
)
def brief(period: Period, name: str, area: str, latest: bool, out: Path | None) -> None:
    """In báo cáo tháng hoặc một báo cáo khác (PDF); mã thoát 1 nếu chưa đủ điều kiện in."""
    if name != REPORT:
        _others(options.open_site(), period, name, area, latest, out)
        return
    from ctdp_etl.pipeline.brief import brief as print_briefing

    month = options.month_of_briefing(period)
    if area:
        raise CtdpError("Báo cáo tháng nói về cả nước. Hãy bỏ --area, hoặc thêm --report province_brief.")
    printed = print_briefing(options.open_site(), month, latest=latest, out=out)
    tell_printed(f"Báo cáo {period}", printed)
    show(str(printed.path))


def _others(site: Site, period: Period, name: str, area: str, latest: bool, out: Path | None) -> None:
    """Print a report beside the monthly briefing; one that fails stops no other and is told at the end."""
    from ctdp_etl.pipeline.print_companions import print_companions
    from ctdp_etl.pipeline.reports import report

    about = report(name)
    areas = () if area in ("", ALL) else (options.area_code(site, area, period),)
    if out and about.by_area and not areas:
        raise CtdpError("--out ghi một tệp. Hãy nêu một địa phương: --area.")
    failed, printed = [], 0
    for one in print_companions(site, name, period, areas, latest=latest, out=out):
        if one.printed is None:
            say(one.why)
            failed += [one.area] if one.failed else []
            continue
        printed += 1
        place = f", {site.catalog.areas.by_code[one.area].name}" if about.by_area else ""
        tell_printed(f"{about.title.capitalize()} {period}{place}", one.printed)
        show(str(one.printed.path))
    if failed:
        raise CtdpError(f"{len(failed)} báo cáo không in được: {', '.join(failed)}. Hãy chạy lại lệnh này.")
    if not printed:
        raise GateShutError(f"Chưa in {about.title} {period}: chưa có báo cáo nào của địa phương được hỏi.")


def tell_printed(what: str, printed: Printed) -> None:
    """Tell which number a report has and whether it is new."""
    word = "bản mới" if printed.new else "không đổi so với bản đã in"
    for warning in printed.warnings:
        say(warning)
    say(f"{what}, bản số {printed.number} ({word}): {printed.pages} trang, {printed.figures} con số.")


COMMANDS = (brief,)
