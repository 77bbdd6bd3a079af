"""Step: a file that came by hand is archived, receipted, read and loaded (GSBPM 4.3 to 5.2)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ctdp_etl.collect import archive
from ctdp_etl.collect.arrivals import MAX_STORED
from ctdp_etl.errors import CtdpError, UnknownSourceError, WorkbookError
from ctdp_etl.model import Receipt
from ctdp_etl.pipeline.calendar import local_month
from ctdp_etl.pipeline.load import Outcome, load_receipt, no_table, refusal
from ctdp_etl.pipeline.read import Sender, identify, read_bytes
from ctdp_etl.pipeline.receipts import FAILED, RECEIVED
from ctdp_etl.pipeline.site import Site, identity
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import record_receipt

CHANNEL = "hand"


def submit(site: Site, path: Path, given: Sender, *, received_at: str) -> Outcome:
    """Take a file as the operator: bytes first, then its receipt, then what it says.

    ``given`` may leave source, area (a code or a name) and period empty; a refused workbook has a receipt too. Raise
    ``CtdpError`` where the file cannot be taken at all: too large, of no area that exists, or nobody knows of which.
    """
    if path.stat().st_size > MAX_STORED:
        raise CtdpError(f"Tệp {path.name} lớn hơn {MAX_STORED // 2**20} MB nên không nhận. Hãy bỏ ảnh và trang thừa.")
    content = path.read_bytes()
    sha256 = archive.store(site.settings.archive, content)
    month = given.period or local_month(received_at)
    given = _complete(site, given)
    try:
        sender = identify(content, path.name, given, site.catalog)
        if not sender.area and not read_bytes(content, path.name, sender, site.catalog).forms:
            raise no_table(path.name)
    except WorkbookError as error:
        unread = _unread(site, given, month)
        return _refused(site, _receipt(site, path, content, sha256, unread, received_at), error)
    if not sender.area:
        raise UnknownSourceError(f"Không rõ tệp {path.name} của địa phương nào. Hãy thêm --area, ví dụ --area VN.")
    if not given.source:
        sender = replace(sender, source=site.sender_for(sender.area, month))
    receipt = _receipt(site, path, content, sha256, sender, received_at)
    with writing(site.engine) as connection:
        record_receipt(connection, receipt)
    return load_receipt(site, receipt, period=given.period)


def _complete(site: Site, given: Sender) -> Sender:
    """Fill in the area that a registered source reports for."""
    registered = site.registered(given.source)
    return given if registered is None or given.area else replace(given, area=registered.area)


def _unread(site: Site, given: Sender, month: str) -> Sender:
    """Return the sender of a file that cannot be read, as far as the operator's words tell."""
    area = site.catalog.areas.find(given.area, month)
    code = area.code if area else ""
    return replace(given, area=code, source=given.source or (site.sender_for(code, month) if code else ""))


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
