"""``ctdp release``: the newest briefing of a month becomes the one that counts; what it changes; its recall."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ctdp_etl.catalog import NATIONAL
from ctdp_etl.cli import options
from ctdp_etl.cli.console import say, show, show_json, show_table
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.resources import REPORT

if TYPE_CHECKING:
    from ctdp_etl.pipeline.site import Site

_REPORT = click.option(
    "--report", "name", metavar="R", default=REPORT, show_default=True, help="Báo cáo nào: như ở ctdp brief."
)
_AREA = click.option(
    "--area", metavar="A", default="", help="Báo cáo tỉnh: mã (VN34_80) hoặc tên (Tây Ninh) của địa phương."
)


@click.command()
@options.PERIOD_OF_ANY_KIND
@_REPORT
@_AREA
@click.option("--override", is_flag=True, help="Phát hành dù chưa đủ điều kiện; phải có --who và --reason.")
@options.WHO
@options.REASON
@options.JSON
@click.pass_context
def release(
    ctx: click.Context, period: Period, name: str, area: str, override: bool, who: str, reason: str, as_json: bool
) -> None:
    """Kiểm tra, in, phát hành báo cáo tháng hoặc một báo cáo đi kèm; mã thoát 1 nếu chưa đủ điều kiện."""
    from ctdp_etl.pipeline.companions import summary
    from ctdp_etl.pipeline.release import document, publish
    from ctdp_etl.pipeline.release_companion import publish_companion

    site = options.open_site()
    about = _about(site, name, area, period)
    decision = options.decision(site, who, reason) if override else None
    if name == REPORT:
        found = publish(site, options.month_of_briefing(period), decision)
    else:
        found = publish_companion(site, period, name, about, decision)
    answer = document(site, found, name, about)
    if as_json:
        show_json(answer)
    for one in found.reasons:
        say(f"- {one.message}")
    say(f"Báo cáo {period}: {found.words}.")
    if not found.is_released:
        ctx.exit(1)
    for line in summary(site, period) if name == REPORT else ():
        say(line)
    if not as_json:
        show(answer["pdf"])


@click.command()
@options.PERIOD_OF_ANY_KIND
@click.option("--from", "before", type=int, metavar="N", help="So từ bản số N; mặc định bản phát hành gần nhất.")
@click.option("--to", "after", type=int, metavar="N", help="So đến bản số N; mặc định bản mới nhất.")
@_REPORT
@_AREA
@options.JSON
def diff(period: Period, before: int | None, after: int | None, name: str, area: str, as_json: bool) -> None:
    """Số và câu nào của báo cáo đã đổi so với bản trước, hoặc bản đã phát hành."""
    from ctdp_etl.pipeline.diff import diff as compare

    site = options.open_site()
    about = _about(site, name, area, period)
    found = compare(site, period, before, after, name=name, area=about)
    if as_json:
        show_json(found)
    else:
        show_table(
            ("số liệu", "trước", "sau", "trang"),
            [(one["what"], one["before"] or "-", one["after"] or "-", one["page"] or "") for one in found["figures"]],
            widest=100,
        )
        for one in found["sentences"]:
            show("")
            for sign, text in (("-", one["before"]), ("+", one["after"])):
                if text:
                    show(f"{sign} {text}")
    numbers = f"bản số {found['before']['number']} đến bản số {found['after']['number']}"
    say(f"Báo cáo {period}, {numbers}: {len(found['figures'])} số và {len(found['sentences'])} câu đổi.")


@click.command()
@options.PERIOD_OF_ANY_KIND
@click.option("--number", type=int, required=True, metavar="N", help="Bản số N đã phát hành, không được dùng nữa.")
@_REPORT
@_AREA
@options.WHO
@options.REASON
@options.JSON
def recall(period: Period, number: int, name: str, area: str, who: str, reason: str, as_json: bool) -> None:
    """Thu hồi một bản báo cáo đã phát hành: giữ lại làm chứng cứ, báo cho người đã nhận."""
    from ctdp_etl.pipeline.recall import follow_up
    from ctdp_etl.pipeline.recall import recall as take_back
    from ctdp_etl.pipeline.released import arrange

    site = options.open_site()
    about = _about(site, name, area, period)
    found = take_back(site, period, number, options.decision(site, who, reason), name, about)
    follow_up(site)
    page = arrange(site)
    say(f"Báo cáo {period}, bản số {number}: đã thu hồi theo quyết định của {found.recalled_by}.")
    say("Khi số liệu đã sửa: ctdp release để phát hành bản thay thế, ctdp deliver để gửi các thư đang chờ.")
    if as_json:
        show_json(asdict(found))
    else:
        show(str(page))


def _about(site: Site, name: str, area: str, period: Period) -> str:
    """Return the code of the area that is meant; raise ``CtdpError`` where the report is about others."""
    from ctdp_etl.pipeline.reports import report

    known, code = report(name), options.area_code(site, area, period)
    if known.by_area and not code:
        raise CtdpError(f"Mỗi địa phương có một {known.title} riêng. Hãy nêu địa phương: --area.")
    if not known.by_area and code not in ("", NATIONAL):
        raise CtdpError(f"Không có {known.title} của riêng một địa phương. Hãy bỏ --area.")
    return code or NATIONAL


COMMANDS = (release, diff, recall)
