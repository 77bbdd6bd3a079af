"""Whatever bytes arrive, intake either passes them or names what is wrong; nothing else escapes."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import xlwt
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ctdp_etl.collect import intake
from ctdp_etl.errors import WorkbookError

CODES = {"F01", "F02", "F03", "F04", "F05"}
MAGIC = (
    b"",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<html",
    b"<?xml",
    b"%PDF",
    b"\xff\xfe",
)


@cache
def workbooks() -> tuple[bytes, bytes]:
    modern, legacy = Workbook(), xlwt.Workbook()
    sheet, old = modern.active, legacy.add_sheet("IIP")
    assert sheet is not None
    for row in range(1, 300):
        sheet.append([f"Ngành {row}", row * 1.5])
        old.write(row, 0, f"Ngành {row}")
    streams = BytesIO(), BytesIO()
    modern.save(streams[0])
    legacy.save(streams[1])
    return streams[0].getvalue(), streams[1].getvalue()


def verdict(content: bytes) -> str:
    assert isinstance(intake.kind(content), str)
    assert isinstance(intake.extension_notice(content, "a.xlsx"), str)
    try:
        intake.inspect(content, "a.xlsx")
    except WorkbookError as error:
        assert error.code in CODES
        return error.code
    return ""


@given(st.sampled_from(MAGIC), st.binary(max_size=3000))
def test_random_bytes_are_never_a_workbook(magic: bytes, content: bytes) -> None:
    assert verdict(magic + content) in CODES


@given(st.integers(0, 1), st.floats(0, 0.999))
def test_a_workbook_cut_short_is_refused(which: int, share: float) -> None:
    whole = workbooks()[which]
    cut = whole[: int(len(whole) * share)]
    assert verdict(cut) in (CODES if which == 0 or len(cut) < len(whole) - 512 else {*CODES, ""})


@given(st.integers(0, 1), st.integers(min_value=0), st.binary(min_size=1, max_size=16))
def test_a_damaged_workbook_is_judged_without_a_crash(which: int, place: int, noise: bytes) -> None:
    whole = workbooks()[which]
    at = place % len(whole)
    assert verdict(whole[:at] + noise + whole[at + len(noise) :]) in {*CODES, ""}
