"""Loading: whole or not at all, once, whoever does it at the same time."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest
from deliveries import Sent, TakenOut, day, deliver, figure
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError

from ctdp_etl.errors import CtdpError, ReceiptChangedError
from ctdp_etl.model import Finding, Observation, Receipt
from ctdp_etl.warehouse.engine import open_engine, writing
from ctdp_etl.warehouse.findings import findings
from ctdp_etl.warehouse.ledger import (
    assign_receipt,
    audit_trail,
    receipts,
    record_receipt,
    set_receipt_state,
    settle_receipt,
)
from ctdp_etl.warehouse.load import load_submission, withdraw_submission
from ctdp_etl.warehouse.read import current_observations, submission_forms, submissions, submitted_observations
from ctdp_etl.warehouse.tables import metadata

FOUND = Finding(
    code="S01",
    severity="warning",
    scope="submission",
    message="Dòng không nhận ra",
    dataflow="IIP",
    sheet="IIP",
    cell="A9",
)
REPORT = Sent(
    "report",
    day(18),
    tuple(figure(f"{number:02d}", number / 7) for number in range(200)),
    findings=(FOUND,),
)


def sizes(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    with engine.connect() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def submitted(engine: Engine) -> list[Observation]:
    """Return the submitted observations as they were before they were stored."""
    with engine.connect() as connection:
        frame = submitted_observations(connection, "2026-10")
    names = Observation.__slots__
    rows = frame[list(names)].to_dict("records")
    return [Observation(**{**row, "value": None if row["value"] != row["value"] else row["value"]}) for row in rows]


def test_what_was_read_is_what_is_stored(warehouse: Engine) -> None:
    odd = (
        figure("B", 104.41241869749578, raw="104,41241869749578", label="Khai khoáng"),
        figure("C", None, text='=cmd|"/c calc"!A1', raw="a\tb\\N\nc\r\\.", qualifier="≈", unit_mult=-3),
        figure("D", 1e-300, item="Dự án “Đường 💧”", cell="XFD1048576", reported_form="growth", conflict=True),
        figure("E", 1.7976931348623157e308, text="\\N", raw=""),
    )
    sent = Sent("odd", day(18), odd)
    deliver(warehouse, [sent])
    assert submitted(warehouse) == sorted(sent.reading.observations, key=lambda item: item.indicator)


def test_what_a_database_cannot_keep_is_alike_in_both(warehouse: Engine) -> None:
    deliver(warehouse, [Sent("odd", day(18), (figure("B", -0.0, text="a\x00b", raw="\x00"),))])
    (stored,) = submitted(warehouse)
    assert (repr(stored.value), stored.text, stored.raw) == ("0.0", "a\ufffdb", "\ufffd")


def test_what_parts_the_texts_of_a_row_is_not_kept_in_them(warehouse: Engine) -> None:
    odd = (figure("B", 1.0, raw="1\x1f0", sheet="a\x1fb"), figure("C", 2.0, label="%s\x1f%s", text="\x1f"))
    deliver(warehouse, [Sent("odd", day(18), odd)])
    first, second = submitted(warehouse)
    assert (first.raw, first.sheet, second.label, second.text) == ("1\ufffd0", "a\ufffdb", "%s\ufffd%s", "\ufffd")


def test_figures_of_a_table_that_is_not_among_the_forms_are_refused(warehouse: Engine) -> None:
    reading = replace(REPORT.reading, forms=())
    with pytest.raises(ValueError, match=r"IIP\.M"):
        load_submission(warehouse, REPORT.submission, reading)
    assert sizes(warehouse)["submission"] == 0


def test_loading_again_adds_nothing(warehouse: Engine) -> None:
    first, again = deliver(warehouse, [REPORT, REPORT])
    assert (first.new, first.observations) == (True, 200)
    assert (again.new, again.observations, again.submission_id) == (False, 0, first.submission_id)
    after = sizes(warehouse)
    assert (after["submission"], after["observation"], after["arrival"], after["finding"]) == (1, 200, 1, 1)
    deliver(warehouse, [REPORT])
    assert sizes(warehouse) == after


def test_a_load_that_fails_leaves_nothing(warehouse: Engine) -> None:
    before = sizes(warehouse)
    twice = replace(REPORT, figures=(*REPORT.figures, figure("B", 1.0, cell="D10")))
    with pytest.raises(IntegrityError):
        deliver(warehouse, [twice])
    assert sizes(warehouse) == before
    assert deliver(warehouse, [REPORT])[0].new


def test_who_reads_during_a_load_sees_all_of_it_or_nothing(warehouse: Engine) -> None:
    def half_way() -> Iterator[int]:
        with warehouse.connect() as reader:
            yield len(current_observations(reader, vintage_to=None))

    with writing(warehouse) as connection:
        connection.execute(
            metadata.tables["audit"].insert(),
            [dict.fromkeys(("who", "verb", "subject", "reason", "detail", "recorded_at"), "x")],
        )
        assert list(half_way()) == [0]
        with warehouse.connect() as reader:
            assert audit_trail(reader).empty
    with warehouse.connect() as reader:
        assert len(audit_trail(reader)) == 1


def _load(url: str) -> tuple[bool, int]:
    engine = open_engine(url)
    result = load_submission(engine, REPORT.submission, REPORT.reading)
    engine.dispose()
    return result.new, result.observations


def test_workers_that_load_the_same_submission_make_one_set_of_rows(warehouse: Engine, warehouse_url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        results = list(pool.map(_load, [warehouse_url] * 12))
    assert sorted(results) == [(False, 0)] * 11 + [(True, 200)]
    after = sizes(warehouse)
    assert (after["submission"], after["observation"], after["arrival"], after["finding"]) == (1, 200, 1, 1)


def test_taking_out_is_in_the_audit_trail_once(warehouse: Engine) -> None:
    deliver(warehouse, [REPORT, TakenOut(REPORT, day(20)), TakenOut(REPORT, day(20))])
    with warehouse.connect() as connection:
        trail = audit_trail(connection, subject=REPORT.submission.id)
        assert trail[["recorded_at", "who", "verb", "reason"]].values.tolist() == [
            [day(20), "Nguyễn Văn A", "withdraw", "nhầm địa phương"]
        ]
        assert submissions(connection)["state"].tolist() == ["withdrawn"]
        assert submission_forms(connection, "2026-10").empty
        assert findings(connection, "2026-10").empty
    deliver(warehouse, [replace(REPORT, at=day(21))])
    with warehouse.connect() as connection:
        assert submissions(connection)["state"].tolist() == ["received"]


def test_what_is_not_there_cannot_be_taken_out(warehouse: Engine) -> None:
    with pytest.raises(CtdpError, match="ctdp status"):
        withdraw_submission(warehouse, "none", received_at=day(20), who="A", reason="B")
    assert sizes(warehouse)["audit"] == 0


def test_forms_are_those_that_stand(warehouse: Engine) -> None:
    retail = {"dataflow": "RETAIL", "form": "RETAIL.M", "sheet": "TM"}
    both = Sent("both", day(18), (figure("B", 1.0), figure("G", 2.0, **retail)))
    deliver(warehouse, [both, Sent("one", day(19), (figure("B", 3.0),))])
    with warehouse.connect() as connection:
        forms = submission_forms(connection, "2026-10")
        stored = submissions(connection, period="2026-10")
        assert submissions(connection, "2026-09").empty
    assert forms[["form", "sheet", "ref_area", "received_at"]].values.tolist() == [
        ["RETAIL.M", "TM", "VN34_80", day(18)],
        ["IIP.M", "IIP", "VN34_80", day(19)],
    ]
    assert stored["received_at"].tolist() == [day(18), day(19)]


RECEIPT = Receipt(
    "r1",
    REPORT.submission.sha256,
    REPORT.submission.source,
    "VN34_80",
    "mail",
    "1.1/1",
    "a.xlsx",
    1,
    day(18),
    "received",
    "",
)


def test_a_receipt_is_loaded_with_its_submission_or_not_at_all(warehouse: Engine) -> None:
    with writing(warehouse) as connection:
        record_receipt(connection, RECEIPT)
    twice = replace(REPORT, figures=(*REPORT.figures, figure("B", 1.0, cell="D10")))
    with pytest.raises(IntegrityError):
        load_submission(warehouse, twice.submission, twice.reading, RECEIPT)
    assert state_of(warehouse) == "received"
    assert load_submission(warehouse, REPORT.submission, REPORT.reading, RECEIPT).new
    assert state_of(warehouse) == "loaded"
    assert not load_submission(warehouse, REPORT.submission, REPORT.reading, RECEIPT).new


@pytest.mark.parametrize(
    ("meanwhile", "state"),
    [({"state": "withdrawn"}, "withdrawn"), ({"state": "received", "ref_area": "VN34_01"}, "reassigned")],
)
def test_who_was_asleep_loads_nothing_over_a_decision(warehouse: Engine, meanwhile: dict[str, str], state: str) -> None:
    with writing(warehouse) as connection:
        record_receipt(connection, RECEIPT)
        decided = replace(RECEIPT, **meanwhile)  # type: ignore[arg-type]
        assign_receipt(connection, decided)
        set_receipt_state(connection, RECEIPT.id, decided.state)
    with pytest.raises(ReceiptChangedError) as refused:
        load_submission(warehouse, REPORT.submission, REPORT.reading, RECEIPT)
    assert refused.value.state == state
    assert (state_of(warehouse), sizes(warehouse)["submission"]) == (decided.state, 0)


def test_a_failure_that_comes_late_leaves_what_is_loaded(warehouse: Engine) -> None:
    with writing(warehouse) as connection:
        record_receipt(connection, RECEIPT)
    load_submission(warehouse, REPORT.submission, REPORT.reading, RECEIPT)
    with pytest.raises(ReceiptChangedError), writing(warehouse) as connection:
        settle_receipt(connection, RECEIPT, "failed", "F02: ...")
    assert state_of(warehouse) == "loaded"


def state_of(engine: Engine) -> str:
    """Return the state of the only receipt."""
    with engine.connect() as connection:
        (state,) = receipts(connection)["state"]
    return str(state)
