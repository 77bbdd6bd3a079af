"""Command about letters: send what is queued, show the outbox, settle what only a person can."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import say, show, show_json, show_table
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period

if TYPE_CHECKING:
    from ctdp_etl.pipeline.site import Site


@click.command()
@click.argument("period", metavar="[PERIOD]", type=options.MonthType(), required=False)
@click.option("--list", "only_list", is_flag=True, help="Chỉ liệt kê thư, không gửi gì.")
@click.option("--resend", metavar="ID", default="", help="Gửi lại một thư không rõ, bị từ chối hay đã quá hạn gửi.")
@click.option("--confirm", metavar="ID", default="", help="Ghi rằng thư không rõ đã đến, sau khi hỏi người nhận.")
@options.WHO
@options.REASON
@options.JSON
def deliver(
    period: Period | None, only_list: bool, resend: str, confirm: str, who: str, reason: str, as_json: bool
) -> None:
    """Trả lời tệp đã nhận và gửi các thư đang chờ; mỗi thư chỉ gửi một lần."""
    if bool(resend) + bool(confirm) + only_list > 1:
        raise CtdpError("Chỉ dùng một trong --list, --resend, --confirm.")
    site = options.open_site()
    if resend or confirm:
        _settle(site, resend or confirm, who, reason, has_arrived=bool(confirm))
    if not only_list:
        _send(site)
    _show(site, period, as_json=as_json)


def _settle(site: Site, letter_id: str, who: str, reason: str, *, has_arrived: bool) -> None:
    from ctdp_etl.pipeline.deliver import WORDS, resolve

    letter = resolve(site, letter_id, options.decision(site, who, reason), has_arrived=has_arrived)
    say(f"Thư {letter.id[:12]} tới {letter.recipient}: {WORDS[letter.state]}.")


def _send(site: Site) -> None:
    from ctdp_etl.pipeline.answer import answer
    from ctdp_etl.pipeline.deliver import deliver as send

    new = answer(site)
    done = send(site)
    say(f"{new} thư mới, {done.sent} thư đã gửi.")
    if not site.settings.smtp_url:
        say("Chưa đặt CTDP_SMTP_URL nên thư nằm chờ.")
    if done.trouble:
        say(done.trouble)


def _month(period: str) -> Period | None:
    """Return the month with which a letter's period ends: what is about a quarter goes with its last month."""
    return Period.parse(period).last_month if period else None


def _show(site: Site, period: Period | None, *, as_json: bool) -> None:
    from ctdp_etl.pipeline.calendar import local_text
    from ctdp_etl.pipeline.deliver import WORDS
    from ctdp_etl.warehouse.outbox import deliveries

    with site.engine.connect() as connection:
        letters = [one for one in deliveries(connection) if period in (None, _month(one.time_period))]
    if as_json:
        show_json({"period": str(period or ""), "letters": [asdict(letter) for letter in letters]})
        return
    if not letters:
        show("Chưa có thư nào.")
        return
    show_table(
        ("thư", "tới", "nội dung", "trạng thái", "lần thử", "lúc", "ghi chú"),
        [
            (
                letter.id[:12],
                letter.recipient,
                letter.subject,
                WORDS[letter.state],
                letter.attempts,
                local_text(letter.sent_at or letter.tried_at or letter.queued_at),
                letter.message,
            )
            for letter in letters
        ],
        widest=60,
    )


COMMANDS = (deliver,)
