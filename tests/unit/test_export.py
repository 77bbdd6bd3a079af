"""Data out: what the formats say, the same bytes on both databases, and text that never becomes a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import permutations
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Form, Observation, Submission, WorkbookReading
from ctdp_etl.pipeline.export import COLUMNS, FORMATS, export
from ctdp_etl.pipeline.spreadsheet import spreadsheet
from ctdp_etl.warehouse.engine import migrate, open_engine
from ctdp_etl.warehouse.load import load_submission

FORMULA_STARTS = "=+-@\t\r\n＝＋－＠'"
FIGURES: tuple[dict[str, Any], ...] = (
    {"indicator": "TOTAL", "value": 104.41241869749578, "label": "Toàn ngành", "raw": "104,41241869749578"},
    {"indicator": "B", "value": 1e22, "label": "- Khai khoáng", "raw": "=1+1"},
    {"indicator": "C", "value": None, "text": "không phát sinh", "label": 'Chế biến, "chế tạo"\nhai dòng'},
    {"indicator": "D", "value": -0.1, "time_period": "2026-09", "raw": "-0,1"},
    {
        "indicator": "E",
        "value": 7.0,
        "item": "@dự án",
        "dataflow": "PROJECTS",
        "form": "PROJECTS.M",
        "measure": "value",
    },
    {"indicator": "F", "value": 1.0, "time_period": "2026-Q4"},
    {"indicator": "G", "value": 2.0, "time_period": "2026", "measure": "plan"},
)


def report(name: str, received_at: str, figures: tuple[dict[str, Any], ...]) -> tuple[Submission, WorkbookReading]:
    """Return a submission of October 2026 by the statistics office, with its reading."""
    usual = dict.fromkeys(Observation.__slots__, "") | {"source": "NSO", "ref_area": "VN", "unit_mult": 0}
    usual |= {"dataflow": "IIP", "form": "IIP.M", "time_period": "2026-10", "measure": "yoy", "obs_status": "E"}
    usual |= {"unit": "PCT", "conflict": False, "sheet": "2.IIP"}
    rows = tuple(Observation(**{**usual, "cell": f"D{place}", **row}) for place, row in enumerate(figures, start=9))
    forms = [Form(*key, "VN", "2026-10", "") for key in sorted({(row.dataflow, row.form, row.sheet) for row in rows})]
    submission = Submission(
        name, "NSO", "VN", "2026-10", name * 64, f"/home-of-sender/{name}.xlsx", received_at, "received"
    )
    return submission, WorkbookReading(tuple(forms), rows, ())


REPORTS = (
    report("a", "2026-10-20T02:00:00Z", FIGURES),
    report("b", "2026-10-21T02:00:00Z", ({"indicator": "X", "value": 9.0, "dataflow": "RETAIL", "form": "RETAIL.M"},)),
)


@pytest.fixture
def filled(warehouse: Engine) -> Engine:
    """Return a warehouse with the reports."""
    for submission, reading in REPORTS:
        load_submission(warehouse, submission, reading)
    return warehouse


def exported(engine: Engine, fmt: str, period: str = "2026-10", dataflow: str | None = None) -> bytes:
    """Return an export."""
    with engine.connect() as connection:
        return export(connection, period, fmt, dataflow)


def lines(content: bytes) -> list[dict[str, str]]:
    """Return the lines of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


@pytest.mark.parametrize("fmt", FORMATS)
def test_both_databases_and_both_orders_give_the_same_bytes(warehouse: Engine, tmp_path: Path, fmt: str) -> None:
    contents = set()
    for place, order in enumerate(permutations(REPORTS)):
        other = open_engine(f"sqlite:///{tmp_path / f'{place}.db'}")
        migrate(other)
        for submission, reading in order:
            load_submission(other, submission, reading)
        contents |= {exported(other, fmt), exported(other, fmt)}
        other.dispose()
    for submission, reading in REPORTS:
        load_submission(warehouse, submission, reading)
    assert contents == {exported(warehouse, fmt)}


def test_csv_has_the_stored_doubles_and_nothing_of_the_run(filled: Engine) -> None:
    content = exported(filled, "csv")
    rows = lines(content)
    assert tuple(rows[0]) == COLUMNS
    assert [(row["dataflow"], row["indicator"]) for row in rows] == [
        ("IIP", "B"),
        ("IIP", "C"),
        ("IIP", "TOTAL"),
        ("PROJECTS", "E"),
        ("RETAIL", "X"),
    ]
    assert [row["value"] for row in rows] == ["1e+22", "", "104.41241869749578", "7.0", "9.0"]
    assert rows[1]["label"] == 'Chế biến, "chế tạo"\nhai dòng'
    assert (rows[2]["sha256"], rows[2]["sheet"], rows[2]["cell"], rows[2]["simulated"]) == (
        "a" * 64,
        "2.IIP",
        "D9",
        "false",
    )
    assert b"2026-10-2" not in content
    assert b"home-of-sender" not in content


def test_csv_text_is_never_a_formula(filled: Engine) -> None:
    by_indicator = {row["indicator"]: row for row in lines(exported(filled, "csv"))}
    assert by_indicator["B"]["label"] == "'- Khai khoáng"
    assert by_indicator["B"]["raw"] == "'=1+1"
    assert by_indicator["E"]["item"] == "'@dự án"


def test_one_period_and_one_dataflow(filled: Engine) -> None:
    assert [row["indicator"] for row in lines(exported(filled, "csv", "2026-09"))] == ["D"]
    assert [row["indicator"] for row in lines(exported(filled, "csv", "2026-Q4"))] == ["F"]
    assert [row["indicator"] for row in lines(exported(filled, "csv", "2026"))] == ["G"]
    assert [row["indicator"] for row in lines(exported(filled, "csv", dataflow="RETAIL"))] == ["X"]
    assert lines(exported(filled, "csv", "2020-01")) == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_period_without_values_still_has_its_columns(filled: Engine, fmt: str) -> None:
    content = exported(filled, fmt, "2020-01")
    if fmt == "parquet":
        assert tuple(pd.read_parquet(io.BytesIO(content)).columns) == COLUMNS
    elif fmt == "xlsx":
        assert [cell.value for cell in openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][1]] == list(COLUMNS)
    else:
        assert content.count(b"\n") == 1


@pytest.mark.parametrize("reader", ["openpyxl", "calamine"])
def test_xlsx_and_parquet_say_what_was_stored(filled: Engine, reader: Any) -> None:
    sheet = pd.read_excel(io.BytesIO(exported(filled, "xlsx")), keep_default_na=False, engine=reader)
    table = pd.read_parquet(io.BytesIO(exported(filled, "parquet")))
    assert list(sheet.columns) == list(table.columns) == list(COLUMNS)
    assert table["value"].tolist()[2:] == [104.41241869749578, 7.0, 9.0]
    assert sheet["value"].tolist() == [1e22, "", 104.41241869749578, 7, 9]
    for name in ("indicator", "item", "label", "raw", "sheet"):
        assert sheet[name].tolist() == table[name].tolist()
    assert sheet["simulated"].tolist() == [False] * 5


def test_sdmx_csv_names_its_structure_in_each_row(filled: Engine) -> None:
    rows = lines(exported(filled, "sdmx-csv"))
    assert list(rows[0])[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "REF_AREA"]
    assert rows[2] == {
        "STRUCTURE": "dataflow",
        "STRUCTURE_ID": "CTDP:IIP(1.0.0)",
        "ACTION": "I",
        "REF_AREA": "VN",
        "INDICATOR": "TOTAL",
        "ITEM": "_Z",
        "MEASURE": "yoy",
        "SOURCE": "NSO",
        "FREQ": "M",
        "TIME_PERIOD": "2026-M10",
        "OBS_VALUE": "104.41241869749578",
        "OBS_STATUS": "E",
        "UNIT_MEASURE": "PCT",
        "UNIT_MULT": "0",
        "OBS_TEXT": "",
        "SIMULATED": "false",
        "CORRECTED": "false",
    }
    assert (rows[1]["OBS_VALUE"], rows[1]["OBS_TEXT"]) == ("", "không phát sinh")
    assert rows[3]["ITEM"] == "'@dự án"
    quarter, year = lines(exported(filled, "sdmx-csv", "2026-Q4"))[0], lines(exported(filled, "sdmx-csv", "2026"))[0]
    assert [(row["FREQ"], row["TIME_PERIOD"]) for row in (quarter, year)] == [("Q", "2026-Q4"), ("A", "2026")]


def test_an_unknown_format_is_refused_with_those_that_are_known(filled: Engine) -> None:
    with pytest.raises(CtdpError, match="sdmx-csv"):
        exported(filled, "docx")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
dangerous = st.builds(str.__add__, st.sampled_from(FORMULA_STARTS), texts)


@given(
    st.lists(st.tuples(dangerous | texts, st.floats(allow_nan=False, allow_infinity=False), st.booleans()), max_size=6)
)
def test_a_spreadsheet_keeps_texts_and_doubles_and_has_no_formula(rows: list[tuple[str, float, bool]]) -> None:
    content = spreadsheet("Số liệu", ("=text", "number", "flag"), rows)
    assert content == spreadsheet("Số liệu", ("=text", "number", "flag"), rows)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    header, *read = sheet.iter_rows(max_col=3, max_row=len(rows) + 1)
    assert [cell.value for cell in header] == ["=text", "number", "flag"]
    for (text, number, flag), cells in zip(rows, read, strict=True):
        assert "f" not in {cell.data_type for cell in cells}
        assert (float(cells[1].value), cells[2].value) == (number, flag)
        if text.isprintable() and "_x" not in text:
            assert (cells[0].value or "") == text


def test_a_spreadsheet_bears_no_time(filled: Engine) -> None:
    with zipfile.ZipFile(io.BytesIO(exported(filled, "xlsx"))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
