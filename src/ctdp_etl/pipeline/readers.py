"""Who gets which released report: the entries of ``CTDP_READERS``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ctdp_etl.catalog import load_catalog
from ctdp_etl.deliver.letter import is_address
from ctdp_etl.errors import CtdpError, SettingsError
from ctdp_etl.pipeline.calendar import local_month
from ctdp_etl.pipeline.reports import Report, report
from ctdp_etl.settings import Settings


@dataclass(frozen=True, slots=True)
class Reader:
    """An address, and the report and area that go to it: '' for all that leadership reads, and for every area."""

    address: str
    report: str = ""
    area: str = ""

    def gets(self, about: Report, area: str) -> bool:
        """Say whether the report on ``area`` goes to the address."""
        if not self.report:
            return about.letter.leadership
        return self.report == about.name and self.area in ("", area)


def readers(settings: Settings) -> tuple[list[Reader], list[str]]:
    """Return the readers that are registered, and what is wrong with the other entries, a sentence each."""
    found, faults = [], []
    for entry in filter(None, (part.strip() for part in settings.readers.split(","))):
        try:
            found.append(_reader(entry, local_month(settings.now())))
        except CtdpError as error:
            faults.append(f"CTDP_READERS, mục {entry!r}: {error}")
    return found, faults


def addresses(known: Iterable[Reader], about: Report, area: str) -> list[str]:
    """Return the addresses to which the report on ``area`` goes, each once."""
    return list(dict.fromkeys(one.address for one in known if one.gets(about, area)))


def _reader(entry: str, month: str) -> Reader:
    chosen, _, address = entry.rpartition("=")
    name, _, area = (part.strip() for part in chosen.partition(":"))
    address = address.strip().lower()
    if not is_address(address):
        raise SettingsError(f"{address!r} không phải địa chỉ thư. Hãy viết a@b.vn hoặc quality_report=a@b.vn.")
    if not chosen:
        return Reader(address)
    about = report(name)
    if area and not about.by_area:
        raise SettingsError(f"{about.title} nói về cả nước. Hãy bỏ :{area}.")
    if area and area not in {one.code for one in load_catalog().areas.at(month)}:
        raise SettingsError(f"không có địa phương {area!r}. Xem mã: ctdp catalog --areas.")
    return Reader(address, name, area)
