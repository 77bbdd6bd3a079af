"""Every hostile or broken file gets its named Vietnamese error, within limits of time and memory; honest ones pass."""

from __future__ import annotations

import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from hostile_bytes import (
    SHEET,
    external_link,
    good,
    good_xls,
    having,
    noise,
    parts,
    relation,
    replaced,
)
from hostile_corpus import CORPUS, OLE
from hostile_ole import with_first_record

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect import intake
from ctdp_etl.collect.limits import ReadingLimits
from ctdp_etl.errors import WorkbookError
from ctdp_etl.model import WorkbookReading
from ctdp_etl.pipeline.read import Sender, read_bytes

SECONDS = 10.0
"""Generous: alone on the machine the slowest takes half a second, but many tests run side by side."""
LARGEST = 150 * 2**20
OTHER_BOOK = external_link('<externalBook r:id="rId1"><sheetNames><sheetName val="A"/></sheetNames></externalBook>')
HONEST: dict[str, tuple[str, bytes]] = {
    "xlsx": ("a.xlsx", good()),
    "xls": ("a.xls", good_xls()),
    "xlsm that lost its macros": ("a.xlsm", good()),
    "links left over from copying": (
        "a.xlsx",
        having(
            {
                "xl/externalLinks/externalLink1.xml": OTHER_BOOK,
                "xl/externalLinks/_rels/externalLink1.xml.rels": relation(
                    "externalLinkPath", "file:///C:/BC%20T3.xlsx", "External"
                ),
            }
        ),
    ),
    "hyperlink": (
        "a.xlsx",
        having({"xl/worksheets/_rels/sheet1.xml.rels": relation("hyperlink", "https://moit.gov.vn", "External")}),
    ),
    "picture": ("a.xlsx", having({"xl/media/image1.png": b"\x89PNG\r\n\x1a\n" + noise(90_000)})),
    "picture drawn by Illustrator": ("a.xlsx", having({"xl/media/image1.svg": b"<!DOCTYPE svg><svg/>"})),
    "printer settings": ("a.xlsx", having({"xl/printerSettings/printerSettings1.bin": noise(4000)})),
    "drop-down of a form": ("a.xlsx", having({"xl/ctrlProps/ctrlProp1.xml": b"<formControlPr/>"})),
    "custom data in utf-16": ("a.xlsx", having({"customXml/item1.xml": "<a>Sở</a>".encode("utf-16")})),
    "parts of WPS Office": ("a.xlsx", having({"xl/cellimages.xml": b"<etc:cellImages/>"})),
    "folders as entries": ("a.xlsx", having({"xl/worksheets/": b""})),
    "claims a million rows": ("a.xlsx", replaced(SHEET, b'ref="A1:D4"', b'ref="A1:XFD1048576"')),
    "link of an old workbook to a file": ("a.xls", with_first_record(0x01AE, b"\1\0\5\0\0\1C\3a.")),
    "blank rows to the end": (
        "a.xlsx",
        replaced(SHEET, b"</sheetData>", b'<row r="1048576" spans="1:4"><c r="XFD1048576" s="0"/></row></sheetData>'),
    ),
}


def read(content: bytes, file_name: str) -> WorkbookReading:
    return read_bytes(content, file_name, Sender("SCT_VN34_80", "VN34_80", "2026-04"), load_catalog())


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 90
    assert {code for code, _, _ in CORPUS.values()} == {
        *("F01", "F02", "F03", "F04", "F05", "F11", "F12", "F13", "F15"),
    }


@pytest.mark.parametrize("name", CORPUS)
def test_refused_by_name(name: str) -> None:
    code, file_name, build = CORPUS[name]
    content = build()
    started = time.perf_counter()
    with pytest.raises(WorkbookError) as caught:
        read(content, file_name)
    assert caught.value.code == code, str(caught.value)
    assert time.perf_counter() - started < (SECONDS if code != "F15" else 2 * ReadingLimits().wait)
    said = str(caught.value)
    assert said.startswith("Tệp ") or said.startswith(("Ô ", "Trang tính "))
    assert "Hãy" in said and said.endswith(".") and "\n" not in said and "Error" not in said


@pytest.mark.parametrize(
    "name", [name for name, (code, _, _) in CORPUS.items() if code in {"F05", "F11", "F12", "F13"}]
)
def test_looking_takes_little_memory(name: str) -> None:
    _, file_name, build = CORPUS[name]
    content = build()
    tracemalloc.start()
    try:
        intake.inspect(content, file_name)
    except WorkbookError as error:
        assert error.code != "F04"
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < LARGEST


ALONE = """
import resource
from hostile_corpus import CORPUS
from test_hostile_corpus import read
from ctdp_etl.errors import WorkbookError
from ctdp_etl.pipeline import parsing
_, file_name, build = CORPUS["one long text in every cell"]
try:
    read(build(), file_name)
except WorkbookError as error:
    parsing.close()
    print(error.code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""
"""Reads in a process that has no other children."""


def test_no_child_took_more_memory_than_it_may() -> None:
    command = [sys.executable, "-c", ALONE]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    code, peak = done.stdout.split()
    assert code == CORPUS["one long text in every cell"][0]
    assert 50 * 2**20 < int(peak) <= ReadingLimits().memory * 1.1


@pytest.mark.parametrize("name", HONEST)
def test_what_is_honestly_sent_is_read(name: str) -> None:
    file_name, content = HONEST[name]
    found = read(content, file_name)
    if name != "link of an old workbook to a file":
        assert {one.value for one in found.observations} >= {101.5, 104.2, 103.1}
    assert not {one.code for one in found.findings if one.code.startswith("F")}


def test_figures_taken_from_another_workbook_are_a_notice_that_says_what_to_do() -> None:
    content = having(
        {
            "xl/externalLinks/externalLink1.xml": OTHER_BOOK,
            SHEET: parts()[SHEET].replace(b"<v>101.5</v>", b"<f>[1]A!C9</f><v>101.5</v>"),
        }
    )
    found = read(content, "a.xlsx")
    assert 101.5 in {one.value for one in found.observations}
    notices = [one for one in found.findings if one.code == "F16"]
    assert [one.severity for one in notices] == ["notice"]
    assert "có 1 ô" in notices[0].message and "Break Link" in notices[0].message
    assert notices[0].sha256


def test_a_refusal_says_which_step_in_excel_helps() -> None:
    for name, advice in {
        "macros": "Excel Workbook (*.xlsx)",
        "embedded OLE object": "xóa đối tượng nhúng",
        "database connection": "Queries & Connections",
        "xls with a password": "bỏ mật khẩu",
        "html table": "lưu lại thành .xlsx",
    }.items():
        _, file_name, build = CORPUS[name]
        with pytest.raises(WorkbookError) as caught:
            intake.inspect(build(), file_name)
        assert advice in str(caught.value)
        assert file_name in str(caught.value)


def test_an_object_is_known_whatever_its_part_is_called() -> None:
    for part in ("xl/printerSettings/printerSettings1.bin", "xl/media/image1.png", "docProps/thumbnail.jpeg"):
        with pytest.raises(WorkbookError) as caught:
            intake.inspect(having({part: OLE}), "a.xlsx")
        assert caught.value.code == "F12"
