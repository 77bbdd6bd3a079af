"""Step: what was received and is not in the warehouse yet is read and loaded, each file alone (GSBPM 5.1, 5.2)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from ctdp_etl.collect import archive
from ctdp_etl.errors import CtdpError, ReceiptChangedError, WorkbookError
from ctdp_etl.model import Receipt, Submission, WorkbookReading
from ctdp_etl.period import Period
from ctdp_etl.pipeline.parsing import PROCESSES
from ctdp_etl.pipeline.read import Sender, read_bytes, reported_month
from ctdp_etl.pipeline.receipts import FAILED, LOADED, RECEIVED, filed_month, known_receipts
from ctdp_etl.pipeline.site import Site, identity
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import settle_receipt
from ctdp_etl.warehouse.load import load_submission
from ctdp_etl.warehouse.read import submissions

NO_TABLE, OTHER_REASON, WRONG_MONTH = "F07", "F08", "F10"


_Read = tuple[str, WorkbookReading]
"""The month that a workbook reports, and what it says."""


class Mode(StrEnum):
    """How much of what came is worked on again."""

    MISSING = "missing"
    """What was never tried."""
    FAILED = "missing-and-failed"
    """That, and what failed before."""
    ALL = "all"
    """That, and what is loaded already; it adds nothing."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one receipt: its state, the month it reports, counts, and why where it failed."""

    receipt_id: str
    source: str
    ref_area: str
    file_name: str
    sha256: str
    state: str
    time_period: str = ""
    observations: int = 0
    added: int = 0
    findings: int = 0
    message: str = ""


def due_receipts(site: Site, period: Period, *, area: str = "", mode: Mode = Mode.FAILED) -> list[Receipt]:
    """Return the receipts of ``period`` that are not loaded: the ledger's due minus done, in the order of arrival.

    A file that failed is due too, unless ``mode`` leaves it out; a file filed under a later month waits for that month.
    ``Mode.ALL`` adds what is loaded for the period already.
    """
    with site.engine.connect() as connection:
        stored = submissions(connection, period=str(period))
    of_period = set(zip(stored["source"], stored["sha256"], strict=True))
    states = {RECEIVED} if mode is Mode.MISSING else {RECEIVED, FAILED}
    due = [
        receipt
        for receipt in known_receipts(site)
        if (not area or receipt.ref_area == area)
        and (
            (receipt.state in states and filed_month(receipt) <= str(period))
            or (mode is Mode.ALL and receipt.state == LOADED and (receipt.source, receipt.sha256) in of_period)
        )
    ]
    return sorted(due, key=lambda receipt: (receipt.received_at, receipt.source, receipt.id))


def load(site: Site, period: Period, *, area: str = "", mode: Mode = Mode.FAILED) -> Iterator[Outcome]:
    """Load every receipt that is due, in the order of arrival; a bad file is an outcome, never an error.

    Files are read side by side, a few ahead of the one that is being loaded.
    """
    due = due_receipts(site, period, area=area, mode=mode)
    with ThreadPoolExecutor(PROCESSES + 1, thread_name_prefix="reading") as readers:
        ahead: deque[Future[_Read]] = deque()
        try:
            for number, receipt in enumerate(due):
                for waiting in due[number + len(ahead) : number + 2 * PROCESSES + 1]:
                    ahead.append(readers.submit(_read, site, waiting, str(period), ""))
                yield _load(site, receipt, ahead.popleft().result)
        finally:
            readers.shutdown(wait=False, cancel_futures=True)


def load_receipt(site: Site, receipt: Receipt, *, due: str = "", period: str = "") -> Outcome:
    """Read the archived bytes of a receipt and load them in one transaction; loading again adds nothing.

    The report is for the month that the workbook reports as its own, or for ``period`` where the operator says so;
    ``due`` is the month that serves where the workbook names none.
    """
    return _load(site, receipt, partial(_read, site, receipt, due, period))


def _load(site: Site, receipt: Receipt, read: Callable[[], _Read]) -> Outcome:
    try:
        month, reading = read()
    except CtdpError as error:
        return _refuse(site, receipt, error)
    return _keep(site, receipt, month, reading)


def _read(site: Site, receipt: Receipt, due: str, period: str) -> _Read:
    content = archive.load(site.settings.archive, receipt.sha256)
    filed = filed_month(receipt)
    for hint in dict.fromkeys((period or filed, due)):
        sender = Sender(receipt.source, receipt.ref_area, hint)
        reading = read_bytes(content, receipt.file_name, sender, site.catalog)
        month = period or reported_month(reading)
        if filed and not period and month and month != filed:
            raise wrong_month(receipt.file_name, filed, month)
        if month:
            return month, reading
    raise no_table(receipt.file_name)


def no_table(file_name: str) -> WorkbookError:
    """Return the refusal of a workbook in which no table is recognised, or none that tells its month."""
    return WorkbookError(
        NO_TABLE, f"Tệp {file_name} không có biểu nào nhận ra được. Hãy giữ tên biểu như mẫu và ghi rõ tháng, năm."
    )


def wrong_month(file_name: str, filed: str, month: str) -> WorkbookError:
    """Return the refusal of a workbook that its sender put under another month than it reports.

    Taken for the month that it reports, an old file sent by mistake would undo what was corrected since.
    """
    return WorkbookError(
        WRONG_MONTH,
        f"Tệp {file_name} nằm trong thư mục kỳ {filed} nhưng ghi số liệu {Period.parse(month).vietnamese}. "
        f"Hãy gửi đúng tệp của kỳ {filed}.",
    )


def load_by_id(site: Site, source: str, receipt_id: str, *, due: str) -> Outcome:
    """Load the receipt with this id of a source; raise ``CtdpError`` where there is none."""
    found = [receipt for receipt in known_receipts(site, source) if receipt.id == receipt_id]
    if not found:
        raise CtdpError(f"Không có phiếu nhận {receipt_id}.")
    return load_receipt(site, found[0], due=due)


def _keep(site: Site, receipt: Receipt, month: str, reading: WorkbookReading) -> Outcome:
    submission = Submission(
        id=identity(receipt.source, month, receipt.sha256),
        source=receipt.source,
        ref_area=receipt.ref_area,
        time_period=month,
        sha256=receipt.sha256,
        file_name=receipt.file_name,
        received_at=receipt.received_at,
        state=RECEIVED,
        simulated=receipt.simulated,
    )
    try:
        added = load_submission(site.engine, submission, reading, receipt).observations
    except ReceiptChangedError as changed:
        return _outcome(receipt, changed.state, month)
    return _outcome(receipt, LOADED, month, len(reading.observations), added, len(reading.findings))


def _refuse(site: Site, receipt: Receipt, error: CtdpError) -> Outcome:
    message = refusal(error)
    if receipt.state != LOADED:
        try:
            with writing(site.engine) as connection:
                settle_receipt(connection, receipt, FAILED, message)
        except ReceiptChangedError as changed:
            return _outcome(receipt, changed.state, filed_month(receipt))
    return replace(_outcome(receipt, FAILED, filed_month(receipt)), message=message)


def _outcome(
    receipt: Receipt, state: str, month: str, observations: int = 0, added: int = 0, findings: int = 0
) -> Outcome:
    return Outcome(
        receipt.id,
        receipt.source,
        receipt.ref_area,
        receipt.file_name,
        receipt.sha256,
        state,
        month,
        observations,
        added,
        findings,
    )


def refusal(error: CtdpError) -> str:
    """Return why a file was refused as its receipt says it: the stable code, a colon, the sentence."""
    return f"{error.code if isinstance(error, WorkbookError) else OTHER_REASON}: {error}"
