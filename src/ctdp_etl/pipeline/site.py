"""The site: settings, catalog, registered sources and an open warehouse, as every step needs them together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import Engine

from ctdp_etl.catalog import Catalog, load_catalog
from ctdp_etl.catalog.areas import default_source
from ctdp_etl.collect.sources import SOURCES_TEMPLATE, Source, read_sources
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import migrate, open_engine


@dataclass(frozen=True, slots=True)
class Site:
    """One home with its warehouse; ``sources`` is empty where no sources are registered."""

    settings: Settings
    catalog: Catalog
    engine: Engine = field(repr=False)
    sources: tuple[Source, ...]

    def registered(self, source_id: str) -> Source | None:
        """Return the registered source with this id, or None; of several channels one where its address is known."""
        channels = [source for source in self.sources if source.id == source_id]
        return next((source for source in channels if source.addresses), channels[0] if channels else None)

    def sender_for(self, area: str, period: str) -> str:
        """Return the id of the source that reports for ``area``: the registered one, else NSO or SCT_<area>."""
        named = [source.id for source in self.sources if source.area == area and source.in_force(period)]
        return named[0] if named else default_source(area)


def open_site(settings: Settings, warehouse: Engine | None = None) -> Site:
    """Return the site of ``settings`` with its home made; ``warehouse`` is one that is open already."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    catalog = load_catalog()
    sources = read_sources(settings.sources_file, catalog) if settings.sources_file.exists() else ()
    return Site(settings, catalog, warehouse or open_warehouse(settings.warehouse_url), sources)


def open_warehouse(url: str) -> Engine:
    """Return the warehouse at ``url`` with its schema up to date."""
    engine = open_engine(url)
    migrate(engine)
    return engine


def init(settings: Settings) -> bool:
    """Make the home, the warehouse and a commented ``sources.toml``; return False where one was there already."""
    for folder in (settings.home, settings.archive, settings.published):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = not settings.sources_file.exists()
    if fresh:
        settings.sources_file.write_bytes(SOURCES_TEMPLATE.read_bytes())
    open_site(settings).engine.dispose()
    return fresh


def identity(*parts: str) -> str:
    """Return the id of what ``parts`` name together: the same parts give the same id everywhere."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]
