"""The files of released reports: copied once for leadership, never changed, and sent only as they were released."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.pipeline.editions import editions, file_name, published_path
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.site import Site
from ctdp_etl.resources import REPORT
from ctdp_etl.warehouse.publications import publication
from ctdp_etl.warehouse.releases import Edition


def released_file(site: Site, period: Period, one: Edition, name: str = REPORT) -> Path:
    """Return the file of a released edition of the report ``name``; it is copied where it is not there as released.

    Raise ``CtdpError`` where what was printed is gone or no longer what was released.
    """
    target = site.settings.released / str(period) / file_name(str(period), one.number, name, one.ref_area)
    if target.is_file() and _is(target.read_bytes(), one):
        return target
    path = published_path(site.settings, str(period), one.number, name, one.ref_area)
    content = path.read_bytes() if path.is_file() else b""
    if not _is(content, one):
        raise CtdpError(
            f"Tệp của bản đã phát hành số {one.number}, kỳ {period}, không còn nguyên vẹn: {path}. "
            "Hãy lấy lại từ bản lưu dự phòng."
        )
    write_whole(target, content)
    return target


def released_pdf(site: Site, publication_id: str) -> tuple[str, bytes]:
    """Return name and bytes of a released report; raise ``CtdpError`` where it was recalled or is not as released."""
    with site.engine.connect() as connection:
        found = publication(connection, publication_id)
    period = Period.parse(found.time_period)
    (one,) = (each for each in editions(site, period, found.report, found.ref_area) if each.id == found.id)
    if one.recalled_at:
        raise CtdpError(f"Bản số {one.number}, kỳ {period}, đã thu hồi nên không gửi.")
    path = released_file(site, period, one, found.report)
    return path.name, path.read_bytes()


def last_issues(printed: Iterable[Edition]) -> list[tuple[Edition, Edition | None]]:
    """Return the last released edition of each area with the one that it replaces, from editions oldest first."""
    issued: dict[str, list[Edition]] = {}
    for one in printed:
        if one.released_at:
            issued.setdefault(one.ref_area, []).append(one)
    return [(found[-1], found[-2] if len(found) > 1 else None) for found in issued.values()]


def clause(reason: str) -> str:
    """Return a reason as a part of our sentence: without a full stop of its own."""
    return reason.strip().removesuffix(".")


def changes_page(path: Path) -> Path:
    """Return where the page stands that says what a released file changed: beside it."""
    return path.with_name(f"{path.stem}-thay-doi.html")


def size_words(path: Path) -> str:
    """Return the size of a file: "1.234 KB"."""
    return f"{max(1, round(path.stat().st_size / 1024)):,} KB".replace(",", ".")


def _is(content: bytes, one: Edition) -> bool:
    return hashlib.sha256(content).hexdigest() == one.content_sha256
