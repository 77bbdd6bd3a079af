"""Step: a file that came by hand is archived, receipted, read and loaded (GSBPM 4.3 to 5.2)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ctdp_etl.collect import archive
from ctdp_etl.collect.folder import MAX_STORED
from ctdp_etl.errors import CtdpError, UnknownSourceError, WorkbookError
from ctdp_etl.model import Receipt
from ctdp_etl.pipeline.calendar import local_month
from ctdp_etl.pipeline.load import Outcome, load_receipt, refusal
from ctdp_etl.pipeline.read import Sender, identify
from ctdp_etl.pipeline.receipts import FAILED, RECEIVED
from ctdp_etl.pipeline.site import Site, identity
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import record_receipt

CHANNEL = "hand"


def submit(site: Site, path: Path, given: Sender, *, received_at: str) -> Outcome:
    """Take a file as the operator: bytes first, then its receipt, then what it says.

    ``given`` may leave source, area and period empty; a refused workbook has a receipt too. Raise ``CtdpError`` where
    the file cannot be taken at all: it cannot be opened as a file, or nobody knows whose it is.
    """
    if path.stat().st_size > MAX_STORED:
        raise CtdpError(f"Tệp {path.name} lớn hơn {MAX_STORED // 2**20} MB nên không nhận. Hãy bỏ ảnh và trang thừa.")
    content = path.read_bytes()
    sha256 = archive.store(site.settings.archive, content)
    given = _complete(site, given)
    try:
        sender = identify(content, path.name, given, site.catalog)
    except WorkbookError as error:
        return _refused(site, _receipt(site, path, content, sha256, given, received_at), error)
    if not sender.area:
        raise UnknownSourceError(f"Không rõ tệp {path.name} của địa phương nào. Hãy thêm --area, ví dụ --area VN.")
    if not given.source:
        sender = replace(sender, source=site.sender_for(sender.area, given.period or local_month(received_at)))
    receipt = _receipt(site, path, content, sha256, sender, received_at)
    with writing(site.engine) as connection:
        record_receipt(connection, receipt)
    return load_receipt(site, receipt, period=given.period)


def _complete(site: Site, given: Sender) -> Sender:
    """Fill in the area that a registered source reports for."""
    registered = site.registered(given.source)
    if registered is None or given.area:
        return given
    return replace(given, area=registered.area)


def _receipt(site: Site, path: Path, content: bytes, sha256: str, sender: Sender, received_at: str) -> Receipt:
    registered = site.registered(sender.source)
    return Receipt(
        id=identity(sha256, sender.source, CHANNEL, received_at),
        sha256=sha256,
        source=sender.source,
        ref_area=sender.area,
        channel=CHANNEL,
        locator=received_at,
        file_name=path.name,
        size=len(content),
        received_at=received_at,
        state=RECEIVED,
        message="",
        simulated=registered is not None and registered.simulated,
    )


def _refused(site: Site, receipt: Receipt, error: WorkbookError) -> Outcome:
    message = refusal(error)
    with writing(site.engine) as connection:
        record_receipt(connection, replace(receipt, state=FAILED, message=message))
    return Outcome(
        receipt.id, receipt.source, receipt.ref_area, receipt.file_name, receipt.sha256, FAILED, message=message
    )
