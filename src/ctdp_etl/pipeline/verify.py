"""Are the archive and the published briefings still what the ledger says that they are?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from ctdp_etl.collect import archive
from ctdp_etl.pipeline.editions import published_path
from ctdp_etl.pipeline.receipts import known_receipts
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.publications import publications

_RESTORE = "Hãy phục hồi tệp này từ bản sao lưu."


@dataclass(frozen=True, slots=True)
class Damage:
    """A file that is gone or no longer what it was: ``subject`` names it, ``message`` says what to do."""

    subject: str
    message: str


def verify(site: Site) -> tuple[Damage, ...]:
    """Read every archived file and every published briefing again and return those that are missing or changed."""
    return (*_archived(site), *_published(site))


def _archived(site: Site) -> Iterator[Damage]:
    names = {receipt.sha256: receipt.file_name for receipt in known_receipts(site)}
    for sha256, name in sorted(names.items()):
        try:
            archive.load(site.settings.archive, sha256)
        except archive.ArchiveError as error:
            yield Damage(name, str(error))


def _published(site: Site) -> Iterator[Damage]:
    with site.engine.connect() as connection:
        found = publications(connection)
    columns = ["time_period", "number", "report", "ref_area", "content_sha256"]
    for *paper, sha256 in found[columns].itertuples(index=False, name=None):
        path = published_path(site.settings, *paper)
        if not path.is_file():
            yield Damage(path.name, f"Báo cáo đã in {path.name} không còn. {_RESTORE}")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            yield Damage(path.name, f"Báo cáo đã in {path.name} đã bị sửa. {_RESTORE}")
