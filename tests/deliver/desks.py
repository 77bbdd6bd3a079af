"""A data room with an outbox and a clock that the test sets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect.sources import Source
from ctdp_etl.model import Delivery
from ctdp_etl.pipeline.editions import published_path
from ctdp_etl.pipeline.letters import Notice, queue
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.site import Site
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.outbox import deliveries
from ctdp_etl.warehouse.publications import record_publication
from ctdp_etl.warehouse.releases import record_release

CATALOG = load_catalog()
SENDER = "solieu@cuc.example.vn"
PDF = b"%PDF-1.7 so 1"


@dataclass
class Desk:
    """A data room with an outbox; ``now`` is its clock."""

    home: Path
    url: str
    engine: Engine
    smtp_url: str
    now: str = "2026-04-20T02:00:00Z"
    operators: str = ""
    readers: str = ""
    sources: tuple[Source, ...] = field(default_factory=tuple)

    @property
    def site(self) -> Site:
        settings = Settings(
            self.home,
            self.url,
            now=lambda: self.now,
            smtp_url=self.smtp_url,
            mail_from=SENDER,
            operators=self.operators,
            readers=self.readers,
        )
        return Site(settings, CATALOG, self.engine, self.sources)

    def write(self, *recipients: str, event: str = "test:1", attachment: str = "") -> None:
        """Queue a letter about ``event`` to each, with a released publication where one is named."""
        kind = "briefing" if attachment else "receipt"
        notice = Notice(event, kind, "Phiếu nhận", "Đã nhận.\n.\n.. hết", attachment=attachment)
        queue(self.site, notice, recipients)

    def issue(self, name: str, period: str, area: str = "VN", *, content: bytes = PDF) -> str:
        """Release ``content`` as the report ``name`` about a period and area now, and return the publication's id."""
        about = {"report": name, "period": period, "area": area}
        sha256 = hashlib.sha256(content).hexdigest()
        made, _ = record_publication(
            self.engine, **about, content_sha256=sha256, as_of=self.now, published_at=self.now, figures=()
        )
        write_whole(published_path(self.site.settings, period, made.number, name, area), content)
        signed = {"released_at": self.now, "who": "ctdp", "reason": "đủ", "is_override": False}
        record_release(self.engine, name, period, made.id, **signed, area=area, register=(2026, "BC-CTĐP"))
        return made.id

    def letters(self) -> list[Delivery]:
        with self.engine.connect() as connection:
            return deliveries(connection)

    def states(self) -> list[str]:
        return sorted(letter.state for letter in self.letters())
