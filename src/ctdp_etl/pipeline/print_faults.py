"""What is wrong with the file of a printed report: gone, damaged, or with characters that its font lacks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ctdp_etl.period import Period
from ctdp_etl.pipeline.editions import published_path
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.trace import lineage_of
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.releases import Edition


@dataclass(frozen=True, slots=True)
class PrintFault:
    """Why a print should not be released: ``is_lost`` where there is nothing to read, in words for the operator."""

    is_lost: bool
    message: str


def print_fault(site: Site, period: Period, one: Edition, name: str = REPORT) -> PrintFault | None:
    """Return what is wrong with the print of an edition of the report ``name``; None where nothing is."""
    path = published_path(site.settings, str(period), one.number, name, one.ref_area)
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != one.content_sha256:
        return PrintFault(True, f"Tệp của bản số {one.number} mất hoặc hỏng, hãy in lại")
    if codes := lineage_of(content).get("unprintable"):
        return PrintFault(False, f"Phông chữ không có ký tự {', '.join(codes)}, bản số {one.number} in bằng mã")
    return None
