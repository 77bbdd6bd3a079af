"""Step: look at every registered source, side by side; new files become archived bytes and receipts (GSBPM 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module

from ctdp_etl.collect.archive import store
from ctdp_etl.collect.arrivals import Arrival, Failure, Limits, NotKeptError, Patience, Reception, Visit
from ctdp_etl.collect.folder import scan
from ctdp_etl.collect.marks import Marks
from ctdp_etl.collect.sources import Source
from ctdp_etl.errors import SettingsError
from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline.receipts import QUARANTINED, RECEIVED, known_receipts
from ctdp_etl.pipeline.site import Site, identity
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import record_receipt

TOGETHER = 40
"""Places that are visited at the same time: the wait is that for the slowest, not for all of them."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a look into the sources found: counts of new and known files, files still arriving, files not taken.

    ``quarantined`` counts those of the new files that nobody vouches for.
    """

    new: int
    known: int
    waiting: tuple[str, ...]
    failures: tuple[Failure, ...]
    quarantined: int = 0


def collect(
    site: Site,
    period: Period,
    last: Period | None = None,
    *,
    patience: Patience | None = None,
    limits: Limits | None = None,
) -> Collected:
    """Take what has arrived from the sources that report for ``period``; nothing is opened, a known file is no news.

    With ``last`` it is the sources that report for any period up to that one, each visited once.
    A source that cannot be reached is a failure in the answer and stops no other; where archive or ledger fail, the
    error is raised.
    """
    if not site.sources:
        raise SettingsError(f"Chưa đăng ký nguồn nào. Hãy chạy `ctdp init` rồi sửa {site.settings.sources_file}.")
    places = _places(site, list(period.until(last or period)))
    receipts = (
        frozenset(receipt.id for receipt in known_receipts(site))
        if any(_is_remote(one) for one in places)
        else frozenset()
    )
    desks = [_Desk(site, sources, receipts, patience or Patience(), limits or Limits()) for sources in places]
    with ThreadPoolExecutor(max_workers=min(TOGETHER, len(desks)) or 1, thread_name_prefix="collect") as threads:
        for done in [threads.submit(desk.work) for desk in desks]:
            done.result()
    return Collected(
        new=sum(desk.new for desk in desks),
        known=sum(desk.known for desk in desks),
        waiting=tuple(waiting for desk in desks for waiting in desk.waiting),
        failures=tuple(failure for desk in desks for failure in desk.failures),
        quarantined=sum(desk.quarantined for desk in desks),
    )


def _places(site: Site, periods: Sequence[Period]) -> list[list[Source]]:
    """Return the sources in force by place: a mailbox may be shared, and then all its sources come along."""
    places: list[list[Source]] = []
    for source in site.sources:
        if not any(source.in_force(str(period.last_month)) for period in periods):
            continue
        if source.channel != "mail":
            places.append([source])
        elif not any(source in place for place in places):
            places.append([one for one in site.sources if one.endpoint == source.endpoint])
    return places


def _is_remote(place: Iterable[Source]) -> bool:
    return any(source.endpoint is not None for source in place)


@dataclass(slots=True)
class _Desk:
    """Where one place's files come in; used by one thread."""

    site: Site
    sources: list[Source]
    receipts: frozenset[str]
    patience: Patience
    limits: Limits
    new: int = 0
    known: int = 0
    quarantined: int = 0
    waiting: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def work(self) -> None:
        """Look at the place once."""
        source = self.sources[0]
        if source.endpoint is None:
            self._scan(source)
            return
        marks = Marks(self.site.settings.home / "marks", f"{source.channel} {source.endpoint.place}", self.receipts)
        reception = Reception(
            now=self.site.settings.now(),
            take=lambda arrival: self._keep(arrival, marks),
            known_mark=marks.get,
            patience=self.patience,
            limits=self.limits,
        )
        try:
            visited = self._visit(source, reception)
        except NotKeptError as error:
            raise (error.__cause__ or error) from None
        except Exception as error:  # what a broken or hostile server may bring out of a library is without end
            visited = Visit()
            said = f"Lỗi ngoài dự kiến khi làm việc với {source.endpoint.server} ({type(error).__name__})."
            visited.failures.append(Failure(source.id, "", f"{said} Các nguồn khác không bị ảnh hưởng."))
        finally:
            marks.save()
        self.known += visited.known
        self.waiting += [f"{source.id}/{locator}" for locator in sorted(visited.waiting)]
        self.failures += sorted(visited.failures, key=lambda failure: failure.locator)

    def _visit(self, source: Source, reception: Reception) -> Visit:
        # The client library of a channel is loaded only where a source uses it.
        channel = import_module(f"ctdp_etl.collect.{source.channel}")
        visit: Callable[..., Visit] = channel.visit
        return visit(self.sources if source.channel == "mail" else source, source.endpoint, reception)

    def _scan(self, source: Source) -> None:
        found = scan(source, now=self.site.settings.now(), patience=self.patience)
        self.waiting += [f"{source.id}/{locator}" for locator in found.waiting]
        self.failures += found.failures
        for arrival in found.arrivals:
            self._take(arrival)

    def _keep(self, arrival: Arrival, marks: Marks) -> None:
        try:
            receipt_id = self._take(arrival)
        except Exception as error:
            raise NotKeptError from error
        if arrival.mark:
            marks.put(arrival.locator, arrival.mark, receipt_id)

    def _take(self, arrival: Arrival) -> str:
        """Archive an arrival and write its receipt; the same file from the same place has one already."""
        source = self.site.registered(arrival.source)
        channel = self.sources[0].channel
        sha256 = store(self.site.settings.archive, arrival.content)
        receipt = Receipt(
            id=identity(sha256, arrival.source, channel, arrival.locator),
            sha256=sha256,
            source=arrival.source,
            ref_area=source.area if source else "",
            channel=channel,
            locator=arrival.locator,
            file_name=arrival.file_name,
            size=len(arrival.content),
            received_at=arrival.received_at,
            state=QUARANTINED if arrival.quarantine else RECEIVED,
            message=arrival.quarantine,
            simulated=source is not None and source.simulated,
        )
        with writing(self.site.engine) as connection:
            is_new = record_receipt(connection, receipt)
        self.new += is_new
        self.known += not is_new
        self.quarantined += is_new and bool(arrival.quarantine)
        return receipt.id
