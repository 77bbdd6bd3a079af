"""``ctdp release``: the newest briefing of a month becomes the one that counts."""

from __future__ import annotations

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import say, show, show_json
from ctdp_etl.period import Period


@click.command()
@options.PERIOD
@click.option("--override", is_flag=True, help="Phát hành dù chưa đủ điều kiện; phải có --who và --reason.")
@options.WHO
@options.REASON
@options.JSON
@click.pass_context
def release(ctx: click.Context, period: Period, override: bool, who: str, reason: str, as_json: bool) -> None:
    """Kiểm tra, in và phát hành báo cáo tháng; mã thoát 1 nếu chưa đủ điều kiện, kèm mọi lý do."""
    from ctdp_etl.pipeline.release import document, publish

    site = options.open_site()
    found = publish(site, period, options.decision(site, who, reason) if override else None)
    answer = document(site, found)
    if as_json:
        show_json(answer)
    for one in found.reasons:
        say(f"- {one.message}")
    say(f"Báo cáo {period}: {found.words}.")
    if not found.is_released:
        ctx.exit(1)
    if not as_json:
        show(answer["pdf"])


COMMANDS = (release,)
