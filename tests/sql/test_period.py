"""What a period's reports say: what they submitted, left out; its board; its findings."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

from deliveries import Sent, TakenOut, day, deliver, empty, figure
from sqlalchemy import Engine

from ctdp_etl.model import CellRef, Finding, Receipt
from ctdp_etl.warehouse.finding_ids import finding_id
from ctdp_etl.warehouse.findings import findings, record_findings
from ctdp_etl.warehouse.ledger import record_receipt
from ctdp_etl.warehouse.read import board, submitted_observations, withdrawn_rows

PERIOD = "2026-10"
RETAIL = {"dataflow": "RETAIL", "form": "RETAIL.M", "sheet": "TM", "measure": "month"}
FIRST = Sent("first", day(18), (figure("B", 101.0), figure("C", 102.0), figure("G", 900.0, **RETAIL)))
SHORTER = Sent("shorter", day(19), (figure("B", 101.5),))
BREAK = Finding(
    code="C07",
    severity="error",
    scope="record",
    message="Tổng khác các phần",
    source=FIRST.source,
    dataflow="IIP",
    ref_area="VN34_80",
    indicator="B",
    time_period=PERIOD,
    measure="yoy",
    observed=101.0,
    expected=99.0,
    tolerance=0.05,
    sheet="IIP",
    cell="D10",
    cells=(CellRef("a" * 64, "IIP", "D11"), CellRef("a" * 64, "IIP", "D12")),
    sha256=FIRST.sha256,
)
NOTICE = replace(BREAK, code="C09", severity="notice", dataflow="RETAIL", cells=(), observed=None)


def in_period(engine: Engine) -> list[Finding]:
    """Return the findings in force."""
    with engine.connect() as connection:
        rows = findings(connection, PERIOD).drop(columns=["id", "decision"]).to_dict("records")
    return [Finding(**{name: None if value != value else value for name, value in row.items()}) for row in rows]


def test_what_was_submitted_is_what_stands_current_or_not(warehouse: Engine) -> None:
    official = Sent("official", day(20, 11), (figure("C", 99.0, obs_status="A"),), period="2026-11")
    twice = Sent(
        "twice",
        day(19),
        (figure("B", 1.0, conflict=True), figure("B", 2.0, conflict=True)),
        source="NSO",
        ref_area="VN",
    )
    for order in permutations((FIRST, official, twice)):
        empty(warehouse)
        deliver(warehouse, order)
        with warehouse.connect() as connection:
            found = submitted_observations(connection, PERIOD)
        assert found[["source", "indicator", "value", "conflict"]].values.tolist() == [
            ["NSO", "B", 1.0, True],
            ["NSO", "B", 2.0, True],
            [FIRST.source, "B", 101.0, False],
            [FIRST.source, "C", 102.0, False],
            [FIRST.source, "G", 900.0, False],
        ]


def test_a_resend_names_the_rows_that_it_left_out_with_their_old_cells(warehouse: Engine) -> None:
    for order in permutations((FIRST, SHORTER)):
        empty(warehouse)
        deliver(warehouse, order)
        with warehouse.connect() as connection:
            gone = withdrawn_rows(connection, PERIOD)
        assert gone[["indicator", "value", "sheet", "cell", "sha256"]].values.tolist() == [
            ["C", 102.0, "IIP", "D11", FIRST.sha256]
        ]


def test_nothing_is_left_out_by_a_first_report_a_full_resend_or_a_withdrawal(warehouse: Engine) -> None:
    full = replace(FIRST, bytes="full", at=day(19))
    for events in ([FIRST], [FIRST, full], [FIRST, full, SHORTER, TakenOut(SHORTER, day(20))]):
        empty(warehouse)
        deliver(warehouse, events)
        with warehouse.connect() as connection:
            assert withdrawn_rows(connection, PERIOD).empty


def test_checking_again_replaces_the_findings_and_changes_nothing_where_they_are_the_same(warehouse: Engine) -> None:
    assert record_findings(warehouse, PERIOD, [BREAK, NOTICE, BREAK], day(24)) == 1
    assert in_period(warehouse) == [BREAK, NOTICE]
    assert record_findings(warehouse, PERIOD, [NOTICE, BREAK], day(25)) == 1
    assert record_findings(warehouse, PERIOD, [NOTICE], day(26)) == 2
    assert in_period(warehouse) == [NOTICE]
    assert record_findings(warehouse, PERIOD, [], day(27)) == 3
    assert in_period(warehouse) == []
    assert record_findings(warehouse, PERIOD, [BREAK, NOTICE], day(28)) == 4
    assert in_period(warehouse) == [BREAK, NOTICE]
    record_findings(warehouse, "2026-09", [BREAK], day(28))
    assert in_period(warehouse) == [BREAK, NOTICE]


def test_a_finding_keeps_its_id_while_the_numbers_move_and_two_at_one_place_have_two(warehouse: Engine) -> None:
    assert finding_id(BREAK) == finding_id(replace(BREAK, observed=1.0, expected=2.0, message="khác", cells=()))
    assert finding_id(BREAK) != finding_id(replace(BREAK, cell="D99"))
    record_findings(warehouse, PERIOD, [BREAK, replace(BREAK, expected=100.0)], day(24))
    with warehouse.connect() as connection:
        ids = findings(connection, PERIOD)["id"].tolist()
    assert ids == [finding_id(BREAK), f"{finding_id(BREAK)}-2"]


def test_findings_of_reading_are_those_of_the_tables_that_stand(warehouse: Engine) -> None:
    def read(code: str, sheet: str) -> Finding:
        return Finding(code=code, severity="notice", scope="submission", message="x", sheet=sheet, cell="A1")

    first = replace(FIRST, findings=(read("IIP1", "IIP"), read("RETAIL1", "TM"), read("LOOSE1", "Bìa")))
    second = replace(SHORTER, findings=(read("IIP2", "IIP"), read("LOOSE2", "Bìa")))
    third = Sent("third", day(20), (figure("G", 901.0, **RETAIL),))
    empty_file = Sent("no table", day(21), (), findings=(read("LOOSE4", "Sheet1"),))
    expected = [
        ((first,), {"IIP1", "RETAIL1", "LOOSE1"}),
        ((first, second), {"RETAIL1", "LOOSE1", "IIP2", "LOOSE2"}),
        ((first, second, third), {"IIP2", "LOOSE2"}),
        ((first, second, third, empty_file), {"IIP2", "LOOSE2", "LOOSE4"}),
        ((empty_file, replace(third, at=day(22))), set()),
        ((empty_file, TakenOut(empty_file, day(22))), set()),
    ]
    for events, codes in expected:
        empty(warehouse)
        deliver(warehouse, events)
        assert {item.code for item in in_period(warehouse)} == codes


def test_the_board_says_what_came_in_which_state(warehouse: Engine) -> None:
    with warehouse.begin() as connection:
        for channel in ("mail", "folder"):
            assert record_receipt(
                connection,
                Receipt(
                    id=channel, sha256=FIRST.sha256, source=FIRST.source, ref_area="VN34_80", channel=channel,
                    locator="x", file_name="bao-cao.xlsx", size=10, received_at=day(18), state="loaded", message="",
                ),
            )  # fmt: skip
    deliver(warehouse, [FIRST, SHORTER, TakenOut(SHORTER, day(20))])
    record_findings(warehouse, PERIOD, [BREAK, replace(BREAK, cell="D11"), NOTICE], day(24))
    columns = ["ref_area", "dataflow", "state", "received_at", "receipts", "errors", "warnings", "notices"]
    with warehouse.connect() as connection:
        found = board(connection, PERIOD)
        assert board(connection, "2026-09").empty
    assert found[columns].values.tolist() == [
        ["VN34_80", "IIP", "withdrawn", day(19), 0, 2, 0, 0],
        ["VN34_80", "RETAIL", "received", day(18), 2, 0, 0, 1],
    ]
