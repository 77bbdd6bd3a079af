"""Step: look into every registered source's folder; new files become archived bytes and receipts (GSBPM 4.3)."""

from __future__ import annotations

from dataclasses import dataclass

from ctdp_etl.collect.archive import store
from ctdp_etl.collect.folder import Arrival, Failure, scan
from ctdp_etl.collect.sources import Source
from ctdp_etl.errors import SettingsError
from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline.site import Site, identity
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import record_receipt


@dataclass(frozen=True, slots=True)
class Collected:
    """What a look into the sources found: counts of new and known files, files still arriving, files not taken."""

    new: int
    known: int
    waiting: tuple[str, ...]
    failures: tuple[Failure, ...]


def collect(site: Site, period: Period) -> Collected:
    """Take what has arrived from the sources that report for ``period``; nothing is opened, a known file is no news."""
    if not site.sources:
        raise SettingsError(f"Chưa đăng ký nguồn nào. Hãy chạy `ctdp init` rồi sửa {site.settings.sources_file}.")
    new = known = 0
    waiting: list[str] = []
    failures: list[Failure] = []
    for source in site.sources:
        if not source.in_force(str(period.last_month)):
            continue
        found = scan(source, now=site.settings.now())
        waiting += [f"{source.id}/{locator}" for locator in found.waiting]
        failures += found.failures
        for arrival in found.arrivals:
            if _take(site, source, arrival):
                new += 1
            else:
                known += 1
    return Collected(new, known, tuple(waiting), tuple(failures))


def _take(site: Site, source: Source, arrival: Arrival) -> bool:
    """Archive an arrival and write its receipt; False where the same file from the same place has one."""
    sha256 = store(site.settings.archive, arrival.content)
    receipt = Receipt(
        id=identity(sha256, source.id, source.channel, arrival.locator),
        sha256=sha256,
        source=source.id,
        ref_area=source.area,
        channel=source.channel,
        locator=arrival.locator,
        file_name=arrival.file_name,
        size=len(arrival.content),
        received_at=arrival.received_at,
        state="received",
        message="",
        simulated=source.simulated,
    )
    with writing(site.engine) as connection:
        return record_receipt(connection, receipt)
