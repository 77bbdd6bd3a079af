"""A data room with an outbox and a clock that the test sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect.sources import Source
from ctdp_etl.model import Delivery
from ctdp_etl.pipeline.letters import Notice, queue
from ctdp_etl.pipeline.site import Site
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.outbox import deliveries

CATALOG = load_catalog()
SENDER = "solieu@cuc.example.vn"


@dataclass
class Desk:
    """A data room with an outbox; ``now`` is its clock."""

    home: Path
    url: str
    engine: Engine
    smtp_url: str
    now: str = "2026-04-20T02:00:00Z"
    operators: str = ""
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
        )
        return Site(settings, CATALOG, self.engine, self.sources)

    def write(self, *recipients: str, event: str = "test:1") -> None:
        """Queue a letter about ``event`` to each."""
        queue(self.site, Notice(event, "receipt", "Phiếu nhận", "Đã nhận.\n.\n.. hết"), recipients)

    def letters(self) -> list[Delivery]:
        with self.engine.connect() as connection:
            return deliveries(connection)

    def states(self) -> list[str]:
        return sorted(letter.state for letter in self.letters())
