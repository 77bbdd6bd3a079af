"""A good workbook changed at random is read or refused by name; nothing else ever happens."""

from __future__ import annotations

import string

from hostile_bytes import SHEET, good, good_xls, having, parts
from hypothesis import given, settings
from hypothesis import strategies as st

from ctdp_etl.catalog import load_catalog
from ctdp_etl.errors import WorkbookError
from ctdp_etl.pipeline.read import Sender, read_bytes
from ctdp_etl.reading import read_workbook

CATALOG = load_catalog()
CODES = {"F01", "F02", "F03", "F04", "F05", "F11", "F12", "F13", "F14", "F15"}
WHOLE = (good(), good_xls())
TEXT_PARTS = sorted(name for name in parts() if name.startswith("xl/"))
XML = st.sampled_from(
    b"""< > /> " &#0; &amp; </c> <v> </row> r="A0" r="XFE1" t="s" -1 99999999999 1e999 <f>1</f>
    ]]> <![CDATA[ <!-- \0 \xff
    NaN""".split()
)


def verdict(content: bytes, file_name: str = "a.xlsx") -> str:
    try:
        read_bytes(content, file_name, Sender("SCT_VN34_80", "VN34_80", "2026-04"), CATALOG)
    except WorkbookError as error:
        assert error.code in CODES, str(error)
        return error.code
    return ""


@settings(deadline=None)
@given(st.integers(0, 1), st.floats(0, 0.999))
def test_cut_anywhere(which: int, share: float) -> None:
    whole = WHOLE[which]
    cut = whole[: int(len(whole) * share)]
    found = verdict(cut)
    assert found or (which == 1 and len(cut) > len(whole) - 512)


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 1), st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=8)), min_size=1))
def test_bytes_overwritten(which: int, changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(WHOLE[which])
    for place, new in changes:
        at = place % len(content)
        content[at : at + len(new)] = new
    assert verdict(bytes(content)) in {*CODES, ""}


@settings(deadline=None, max_examples=100)
@given(
    st.sampled_from(TEXT_PARTS),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 20), XML), min_size=1, max_size=5),
)
def test_xml_spoiled_inside_a_sound_package(part: str, changes: list[tuple[int, int, bytes]]) -> None:
    content = bytearray(parts()[part])
    for place, length, new in changes:
        at = place % len(content)
        content[at : at + length] = new
    assert verdict(having({part: bytes(content)})) in {*CODES, ""}


@settings(deadline=None, max_examples=100)
@given(st.integers(512, 10**6), st.binary(min_size=1, max_size=4))
def test_records_of_an_old_workbook_spoiled(place: int, new: bytes) -> None:
    content = bytearray(good_xls())
    start = content.index(b"\x09\x08\x10\0")
    at = start + place % (len(content) - start)
    content[at : at + len(new)] = new
    assert verdict(bytes(content), "a.xls") in {*CODES, ""}


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.text(string.ascii_uppercase, min_size=1, max_size=4), st.integers(0, 2**33), st.floats()),
        max_size=6,
    )
)
def test_cells_anywhere(cells: list[tuple[str, int, float]]) -> None:
    rows = "".join(f'<row r="{row}"><c r="{letters}{row}"><v>{value}</v></c></row>' for letters, row, value in cells)
    sheet = parts()[SHEET].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    assert verdict(having({SHEET: sheet})) in {*CODES, ""}


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=40))
def test_any_file_name_is_only_a_name(name: str) -> None:
    sender = Sender("SCT_VN34_80", "VN34_80", "2026-04")
    here = read_bytes(good(), name, sender, CATALOG)
    there = read_workbook(
        good(), file_name=name, source=sender.source, area=sender.area, period=sender.period, catalog=CATALOG
    )
    assert here.observations == there.observations
