"""``ctdp demo``: the sample months from folders to the briefing, in a home of their own."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import count_findings, say, show, show_table
from ctdp_etl.cli.month import collect_for
from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.settings import Settings

_COLUMNS = (
    *(("tháng", "period"), ("tệp mới", "arrived"), ("tệp đã nạp", "loaded"), ("số liệu mới", "added")),
    *(("lỗi", "error"), ("cảnh báo", "warning"), ("lưu ý", "notice"), ("tệp hỏng", "bad"), ("giây", "seconds")),
    ("báo cáo", "pdf"),
)


@click.command()
@click.option("--fresh", is_flag=True, help="Xóa kết quả của lần trước rồi làm lại từ đầu.")
def demo(fresh: bool) -> None:
    """Chạy thử trên các tháng mẫu: nguồn mẫu, kho, kiểm tra, báo cáo PDF."""
    from ctdp_etl.pipeline.run import load_steps
    from ctdp_etl.pipeline.server import prefect_server

    settings = demo_settings(Settings.from_environment())
    if fresh and settings.home.exists():
        shutil.rmtree(settings.home)
    with prefect_server(settings, say) as ready:
        prepare(settings)
        load_steps()
        ready()
        months = run_months(settings)
    show_table([header for header, _ in _COLUMNS], [[_cell(month, name) for _, name in _COLUMNS] for month in months])
    if not months[-1]["pdf"]:
        raise CtdpError(months[-1]["gate"])
    show(months[-1]["pdf"])


def demo_settings(settings: Settings) -> Settings:
    """Return the settings of the demo: a home inside the home, an SQLite warehouse of its own, the usual letterhead."""
    home = settings.home / "demo"
    return Settings(home, f"sqlite:///{home / 'warehouse.db'}", prefect_api_url=settings.prefect_api_url)


def prepare(settings: Settings) -> None:
    """Write the sources and load the months that are history in the demo: labour by province."""
    from ctdp_etl.catalog import load_catalog
    from ctdp_etl.demo import INSTANTS, LABOUR_PERIODS, sources_toml, write_month
    from ctdp_etl.pipeline.check import check
    from ctdp_etl.pipeline.load import load

    say(f"Thư mục chạy thử: {settings.home}")
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.sources_file.write_text(sources_toml(load_catalog()), encoding="utf-8")
    for period in map(Period.parse, LABOUR_PERIODS):
        write_month(settings.home, str(period), load_catalog())
        site = options.open_site(at(settings, INSTANTS[str(period)]))
        collect_for(site, period)
        added = sum(outcome.added for outcome in load(site, period))
        say(f"Kỳ {period}: {added} số liệu mới, {count_findings(check(site, period))}.")
        site.engine.dispose()


def run_months(settings: Settings) -> list[dict[str, Any]]:
    """Write and run each sample month at its instant; return the summaries of the runs."""
    from ctdp_etl.catalog import load_catalog
    from ctdp_etl.demo import INSTANTS, PERIODS, write_month
    from ctdp_etl.pipeline.run import run_month

    months = []
    for period in PERIODS:
        started = time.monotonic()
        write_month(settings.home, period, load_catalog())
        say(f"Kỳ {period}: thu, đọc, nạp, kiểm tra, in...")
        summary = run_month(settings, Period.parse(period), now=INSTANTS[period])
        months.append({**summary, "seconds": round(time.monotonic() - started, 1)})
        for bad in summary["bad"]:
            say(f"  tệp hỏng: {bad}")
    return months


def at(settings: Settings, instant: str) -> Settings:
    """Return the settings with the clock held at ``instant``."""
    return replace(settings, now=lambda: instant)


def _cell(month: dict[str, Any], name: str) -> object:
    match month[name]:
        case list() as several:
            return len(several)
        case str() as path if name == "pdf":
            return Path(path).name
        case value:
            return value


COMMANDS = (demo,)
