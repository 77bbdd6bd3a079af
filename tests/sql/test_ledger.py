"""The ledger: receipts, publications with their figures, the audit trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import pytest
from deliveries import Sent, day, deliver, figure
from sqlalchemy import Engine

from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Receipt
from ctdp_etl.warehouse.ledger import (
    assign_receipt,
    audit_trail,
    receipts,
    record_audit,
    record_receipt,
    set_receipt_state,
)
from ctdp_etl.warehouse.publications import (
    FigureSource,
    PrintedFigure,
    figures_of,
    publications,
    published_content,
    record_publication,
)

MAIL = Receipt(
    id="r1",
    sha256="a" * 64,
    source="NSO",
    ref_area="VN",
    channel="mail",
    locator="thư 'quý'; DROP TABLE receipt --",
    file_name="Biểu T10.xlsx",
    size=12345,
    received_at=day(18),
    state="received",
    message="",
    simulated=True,
)
REPORT = Sent("report", day(18), (figure("B", 101.0), figure("C", 102.0)))


def listed(engine: Engine, **chosen: str) -> list[Receipt]:
    """Return receipts as they were recorded."""
    with engine.connect() as connection:
        return [Receipt(**row) for row in receipts(connection, **chosen).to_dict("records")]


def test_a_receipt_is_recorded_once_as_it_first_was(warehouse: Engine) -> None:
    with warehouse.begin() as connection:
        assert record_receipt(connection, MAIL)
        assert not record_receipt(connection, replace(MAIL, received_at=day(19)))
    assert listed(warehouse) == [MAIL]


def test_a_receipt_is_given_to_another_source(warehouse: Engine) -> None:
    given = replace(MAIL, source="SCT_VN34_80", ref_area="VN34_80", simulated=False)
    with warehouse.begin() as connection:
        record_receipt(connection, MAIL)
        assign_receipt(connection, replace(given, state="loaded"))
        with pytest.raises(CtdpError, match="Không có phiếu nhận 'r9'"):
            assign_receipt(connection, replace(given, id="r9"))
    assert listed(warehouse) == [given]


def test_receipts_are_found_by_source_content_and_state(warehouse: Engine) -> None:
    other = replace(MAIL, id="r0", source="SCT_VN34_80", sha256="b" * 64, received_at=day(17))
    same = replace(MAIL, id="r2", channel="folder")
    with warehouse.begin() as connection:
        for receipt in (same, MAIL, other):
            record_receipt(connection, receipt)
        set_receipt_state(connection, "r0", "failed", "F02: tệp bị khóa")
    assert [receipt.id for receipt in listed(warehouse)] == ["r0", "r1", "r2"]
    assert [receipt.id for receipt in listed(warehouse, sha256="a" * 64)] == ["r1", "r2"]
    assert [receipt.id for receipt in listed(warehouse, source="NSO", state="failed")] == []
    assert listed(warehouse, state="failed") == [replace(other, state="failed", message="F02: tệp bị khóa")]


def test_a_receipt_that_is_not_there_has_no_state(warehouse: Engine) -> None:
    with pytest.raises(CtdpError, match="r9"), warehouse.begin() as connection:
        set_receipt_state(connection, "r9", "loaded")


def test_the_audit_trail_keeps_its_order(warehouse: Engine) -> None:
    with warehouse.begin() as connection:
        for who in ("Bình", "An", "Bình"):
            record_audit(connection, recorded_at=day(18), who=who, verb="accept", subject=who, reason="đã gọi điện")
    with warehouse.connect() as connection:
        assert audit_trail(connection)["who"].tolist() == ["Bình", "An", "Bình"]
        assert audit_trail(connection, subject="An")["reason"].tolist() == ["đã gọi điện"]


def publish(engine: Engine, content: str, *figures: PrintedFigure, period: str = "2026-10") -> tuple[int, bool]:
    """Publish bytes of this name; return the number and whether they are new."""
    publication, new = record_publication(
        engine, report="monthly_briefing", period=period, content_sha256=content, as_of=day(24), published_at=day(25),
        figures=figures,
    )  # fmt: skip
    return publication.number, new


def test_equal_content_is_the_same_publication(warehouse: Engine) -> None:
    published = [publish(warehouse, content) for content in ("x", "x", "y", "x", "y", "z")]
    assert published == [(1, True), (1, False), (2, True), (1, False), (2, False), (3, True)]
    assert publish(warehouse, "x", period="2026-11") == (1, True)
    with warehouse.connect() as connection:
        assert publications(connection, period="2026-10")["number"].tolist() == [1, 2, 3]
        found = published_content(connection, "y")
        assert found is not None and asdict(found) == publications(connection, content_sha256="y").to_dict("records")[0]
        assert published_content(connection, "w") is None


def test_who_publish_at_once_share_one_publication(warehouse: Engine) -> None:
    with ThreadPoolExecutor(4) as pool:
        published = list(pool.map(lambda content: publish(warehouse, content), ["x", "y"] * 6))
    assert sorted(number for number, new in published if new) == [1, 2]
    assert len({published[place] for place in range(0, 12, 2) if not published[place][1]}) <= 1


def test_a_figure_leads_to_its_cells_and_receipts(warehouse: Engine) -> None:
    deliver(warehouse, [REPORT])
    with warehouse.begin() as connection:
        record_receipt(connection, MAIL)
    cells = [
        FigureSource(REPORT.submission.id, item.sheet, item.cell, item.measure) for item in REPORT.reading.observations
    ]
    publish(
        warehouse,
        "x",
        PrintedFigure("f-total", 1, "1,5", 1.5, (cells[1], cells[0])),
        PrintedFigure("f-count", 2, "1", 1.0, (FigureSource(receipt_id=MAIL.id),)),
        PrintedFigure("a-missing", 2, "không có", None, ()),
    )
    with warehouse.connect() as connection:
        found = figures_of(connection, "monthly_briefing:2026-10:1")
        one = figures_of(connection, "monthly_briefing:2026-10:1", figure_id="f-count")
    assert found[["figure_id", "page", "printed", "indicator", "cell", "receipt_id"]].values.tolist() == [
        ["f-total", 1, "1,5", "C", "D11", ""],
        ["f-total", 1, "1,5", "B", "D10", ""],
        ["f-count", 2, "1", "", "", "r1"],
        ["a-missing", 2, "không có", "", "", ""],
    ]
    assert found["value"].tolist()[:2] == [102.0, 101.0]
    assert found["sha256"].tolist()[0] == REPORT.sha256
    assert one[["receipt_file_name", "receipt_sha256", "simulated"]].values.tolist() == [
        ["Biểu T10.xlsx", "a" * 64, True]
    ]
