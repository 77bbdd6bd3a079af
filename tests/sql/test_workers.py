"""Workers in processes of their own: one stops and goes on later, one reads while another loads."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import pytest
from deliveries import Sent, day, figure
from sqlalchemy import Engine

from ctdp_etl.errors import ReceiptChangedError
from ctdp_etl.model import Receipt
from ctdp_etl.warehouse import load
from ctdp_etl.warehouse.engine import open_engine, reading, writing
from ctdp_etl.warehouse.ledger import receipts, record_receipt, set_receipt_state
from ctdp_etl.warehouse.load import load_submission, withdraw_submission
from ctdp_etl.warehouse.read import current_observations, submissions

REPORT = Sent("report", day(18), tuple(figure(f"{number:02d}", number / 7) for number in range(200)))
RECEIPT = Receipt(
    *("r1", REPORT.sha256, REPORT.source, "VN34_80", "mail", "1.1/1", "a.xlsx", 1),
    received_at=REPORT.at,
    state="received",
    message="",
)
LOADED, FOUND, REFUSED = 10, 11, 12
VERSIONS = 3


def stop_before_loading(url: str) -> None:
    """Stop with the workbook read and nothing begun; then load."""
    os.kill(os.getpid(), signal.SIGSTOP)
    load_once(url)


def stop_inside(url: str) -> None:
    """Stop inside the transaction, when the receipt is settled and no figure is written."""
    original = load.insert_rows

    def stopping(*given: object) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)
        original(*given)  # type: ignore[arg-type]

    load.insert_rows = stopping  # type: ignore[assignment]
    load_once(url)


def load_once(url: str) -> None:
    """Load the report and leave with what came of it as exit code."""
    engine = open_engine(url)
    try:
        done = load_submission(engine, REPORT.submission, REPORT.reading, RECEIPT)
    except ReceiptChangedError:
        os._exit(REFUSED)
    os._exit(LOADED if done.new else FOUND)


def resend(url: str, told: Connection) -> None:
    """Load one version of the report after another, in each all figures are the number of the version.

    Tells after each write inside the transaction, and when it has ended, which version counts; goes on when answered.
    """
    original = load.insert_rows

    def telling(*given: object) -> None:
        original(*given)
        tell(number - 1)

    def tell(version: int) -> None:
        told.send(version)
        told.recv()

    load.insert_rows = telling
    engine = open_engine(url)
    for number in range(1, VERSIONS + 1):
        version = Sent(f"v{number}", day(number), tuple(figure(f"{row:03d}", float(number)) for row in range(300)))
        load_submission(engine, version.submission, version.reading)
        tell(number)
    os._exit(LOADED)


@contextmanager
def worker(job: Callable[..., None], *given: object) -> Iterator[BaseProcess]:
    process = multiprocessing.get_context("spawn").Process(target=job, args=given)
    process.start()
    yield process
    if process.is_alive():
        process.kill()
    process.join()


def until_stopped(process: BaseProcess) -> None:
    _, status = os.waitpid(process.pid or 0, os.WUNTRACED)
    assert os.WIFSTOPPED(status)


def ended(process: BaseProcess) -> int | None:
    process.join(60)
    return process.exitcode


def received_from(told: Connection) -> int | None:
    """Return what the worker tells; nothing where it has left."""
    try:
        return int(told.recv())
    except EOFError:
        return None


def standing(engine: Engine) -> tuple[list[str], list[str], int]:
    """Return the states of receipts and submissions, and the number of values that count."""
    with reading(engine) as connection:
        values = len(current_observations(connection, vintage_to=None))
        return receipts(connection)["state"].tolist(), submissions(connection)["state"].tolist(), values


@pytest.fixture(autouse=True)
def received(warehouse: Engine) -> None:
    with writing(warehouse) as connection:
        record_receipt(connection, RECEIPT)


def test_a_worker_that_was_asleep_finds_the_work_done(warehouse: Engine, warehouse_url: str) -> None:
    with worker(stop_before_loading, warehouse_url) as asleep, worker(load_once, warehouse_url) as other:
        until_stopped(asleep)
        assert ended(other) == LOADED
        os.kill(asleep.pid or 0, signal.SIGCONT)
        assert ended(asleep) == FOUND
    assert standing(warehouse) == (["loaded"], ["received"], 200)


def test_a_worker_that_was_asleep_overwrites_no_decision(warehouse: Engine, warehouse_url: str) -> None:
    with worker(stop_before_loading, warehouse_url) as asleep, worker(load_once, warehouse_url) as other:
        until_stopped(asleep)
        assert ended(other) == LOADED
        withdraw_submission(warehouse, REPORT.submission.id, received_at=day(20), who="An", reason="nhầm")
        with writing(warehouse) as connection:
            set_receipt_state(connection, RECEIPT.id, "withdrawn", "nhầm")
        os.kill(asleep.pid or 0, signal.SIGCONT)
        assert ended(asleep) == REFUSED
    assert standing(warehouse) == (["withdrawn"], ["withdrawn"], 0)


def test_who_comes_while_another_sleeps_inside_waits_and_finds_the_work_done(
    warehouse: Engine, warehouse_url: str
) -> None:
    with worker(stop_inside, warehouse_url) as asleep:
        until_stopped(asleep)
        with worker(load_once, warehouse_url) as other:
            other.join(3)
            assert other.is_alive()
            assert standing(warehouse) == (["received"], [], 0)
            os.kill(asleep.pid or 0, signal.SIGCONT)
            assert (ended(asleep), ended(other)) == (LOADED, FOUND)
    assert standing(warehouse) == (["loaded"], ["received"], 200)


def test_the_work_of_a_worker_that_never_wakes_is_done_by_the_next(warehouse: Engine, warehouse_url: str) -> None:
    with worker(stop_inside, warehouse_url) as asleep:
        until_stopped(asleep)
        asleep.kill()
        with worker(load_once, warehouse_url) as other:
            assert ended(other) == LOADED
    assert standing(warehouse) == (["loaded"], ["received"], 200)


def test_a_reader_during_a_load_sees_the_old_or_the_new(warehouse: Engine, warehouse_url: str) -> None:
    here, there = multiprocessing.Pipe()
    counting, seen = [], []
    with worker(resend, warehouse_url, there) as loading:
        there.close()
        while here.poll(60) and (version := received_from(here)) is not None:
            with reading(warehouse) as connection:
                found = current_observations(connection, vintage_to=None)
            counting.append([float(version)] * (300 if version else 0))
            seen.append(found["value"].tolist())
            here.send("go on")
        assert ended(loading) == LOADED
    assert seen == counting
    assert len(seen) >= 2 * VERSIONS, "nothing was read inside a transaction"


def test_loading_what_is_loaded_changes_nothing(warehouse: Engine) -> None:
    assert load_submission(warehouse, REPORT.submission, REPORT.reading, RECEIPT).new
    again = replace(RECEIPT, state="loaded")
    assert not load_submission(warehouse, REPORT.submission, REPORT.reading, again).new
    assert standing(warehouse) == (["loaded"], ["received"], 200)
