"""Command about what goes back to the senders: their own workbooks, marked."""

from __future__ import annotations

from pathlib import Path

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import SEVERITIES, say, show_table
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period


@click.command()
@options.PERIOD
@options.AREA
@click.option(
    "--out", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Thư mục ghi; mặc định feedback."
)
def feedback(period: Period, area: str, out: Path | None) -> None:
    """Ghi lại tệp của từng nguồn có phát hiện, đánh dấu tại ô, kèm danh sách lỗi và công văn (PDF)."""
    from ctdp_etl.pipeline.feedback import feedback as give_back

    site = options.open_site()
    done = give_back(site, period, area=options.area_code(site, area, period), out=out)
    show_table(
        ("nguồn", "tệp", *(word.lower() for word in SEVERITIES.values()), "tệp đã đánh dấu", "công văn"),
        [
            (
                *(one.source, one.file_name, *(one.counts[name] for name in SEVERITIES)),
                *("" if one.message else one.path, one.letter or ""),
            )
            for one in done
        ],
        widest=200,
    )
    bad = [one for one in done if one.message]
    say(f"Kỳ {period}: {len(done) - len(bad)} tệp đã đánh dấu.")
    if bad:
        raise CtdpError(" ".join(f"{one.source} {one.file_name}: {one.message}" for one in bad))


COMMANDS = (feedback,)
