"""Intake: broken, foreign and dangerous files get a named Vietnamese error; every real kind of workbook passes."""

from __future__ import annotations

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook

from ctdp_etl.collect import intake, package
from ctdp_etl.errors import WorkbookError

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "real"


def xlsx() -> bytes:
    stream = BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


def xls(rows: int = 500) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("IIP")
    for row in range(rows):
        sheet.write(row, 0, f"Tổng số {row}")
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", name: content})


def encrypted_xls() -> bytes:
    content = bytearray(xls())
    bof = content.index(struct.pack("<HH", 0x0809, 16), 512)
    content[bof + 20 : bof + 24] = struct.pack("<HH", 0x002F, struct.unpack_from("<H", content, bof + 22)[0])
    return bytes(content)


def renamed_stream(content: bytes, old: str, new: str) -> bytes:
    old_name, new_name = old.encode("utf-16-le"), new.encode("utf-16-le")
    at = content.index(old_name + b"\0\0")
    entry = bytearray(content[at : at + 66])
    entry[:64] = new_name.ljust(64, b"\0")
    entry[64:66] = struct.pack("<H", len(new_name) + 2)
    return content[:at] + bytes(entry) + content[at + 66 :]


def zip_with_password() -> bytes:
    content = bytearray(xlsx())
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    return bytes(content)


def lying_zip() -> bytes:
    content = bytearray(with_part("xl/worksheets/sheet1.xml", b"x" * 5000))
    declared = struct.pack("<I", 5000)
    while (at := content.rfind(declared)) >= 0:
        content[at : at + 4] = struct.pack("<I", 50)
    return bytes(content)


REFUSED = {
    "no byte": (b"", "F01"),
    "only zero bytes": (bytes(4096), "F01"),
    "pdf": (b"%PDF-1.7 ...", "F02"),
    "html": (b"\r\n<html><table><tr><td>1</td></tr></table></html>", "F02"),
    "html in utf-16": ("<html><body>Số liệu</body></html>".encode("utf-16"), "F02"),
    "mhtml": (b"MIME-Version: 1.0\r\nX: y", "F02"),
    "csv": ("tháng;giá trị\n1;2\n2;3\n".encode(), "F02"),
    "text": ("Kính gửi Cục".encode(), "F02"),
    "xml of 2003": (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "F02"),
    "rtf": (b"{\\rtf1}", "F02"),
    "rar": (b"Rar!\x1a\x07\x00 ...", "F02"),
    "picture": (b"\x89PNG\r\n\x1a\n....", "F02"),
    "random": (bytes(range(256)), "F02"),
    "zip of files": (zipped({"a.xlsx": b"x"}), "F02"),
    "empty zip": (zipped({}), "F02"),
    "word": (zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<d/>"}), "F02"),
    "ods": (zipped({"mimetype": package._ODS}, zipfile.ZIP_STORED), "F02"),
    "xlsb": (zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"x"}), "F02"),
    "old word": (renamed_stream(xls(), "Workbook", "WordDocument"), "F02"),
    "xls with a password": (encrypted_xls(), "F03"),
    "xlsx with a password": (renamed_stream(xls(), "Workbook", "EncryptedPackage"), "F03"),
    "zip with a password": (zip_with_password(), "F03"),
    "cut xlsx": (xlsx()[:-40], "F04"),
    "half an xlsx": (xlsx()[: len(xlsx()) // 2], "F04"),
    "damaged xlsx": (xlsx()[:60] + b"\0\0\0\0" + xlsx()[64:], "F04"),
    "cut xls": (xls()[:8192], "F04"),
    "header of an xls": (xls()[:600], "F04"),
    "flat bomb": (with_part("xl/sharedStrings.xml", bytes(8 * 2**20)), "F05"),
    "many parts": (zipped({f"xl/{number}.xml": b"" for number in range(package.MAX_ENTRIES + 1)}), "F05"),
    "lying directory": (lying_zip(), "F05"),
    "entities": (with_part("xl/sharedStrings.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'), "F05"),
    "too large": (b"PK\x03\x04" + bytes(intake.MAX_BYTES), "F05"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name: str) -> None:
    content, code = REFUSED[name]
    with pytest.raises(WorkbookError) as caught:
        intake.inspect(content, "BC T4.xlsx")
    assert caught.value.code == code
    assert "BC T4.xlsx" in str(caught.value)


@pytest.mark.parametrize("content", [xlsx(), xls(), xls(1)], ids=["xlsx", "xls", "short xls"])
def test_workbooks_pass(content: bytes) -> None:
    intake.inspect(content, "a.xlsx")
    assert intake.kind(content) in {"xlsx", "xls"}


def test_the_error_says_what_the_file_is() -> None:
    with pytest.raises(WorkbookError, match=r"trang web \(HTML\)"):
        intake.inspect(b"<table><tr></tr></table>", "a.xls")
    with pytest.raises(WorkbookError, match="OpenDocument"):
        intake.inspect(REFUSED["ods"][0], "a.xlsx")


def test_a_wrong_extension_is_only_a_notice() -> None:
    intake.inspect(xls(), "a.xlsx")
    assert "không khớp" in intake.extension_notice(xls(), "a.xlsx")
    assert "không khớp" in intake.extension_notice(xlsx(), "a.xls")
    assert intake.extension_notice(xlsx(), "a.XLSX") == ""
    assert intake.extension_notice(b"%PDF", "a.xlsx") == ""


@pytest.mark.skipif(not REAL.is_dir(), reason="the real workbooks are not here")
def test_real_workbooks_pass() -> None:
    paths = sorted(REAL.rglob("*.xls*"))
    for path in paths:
        intake.inspect(path.read_bytes(), path.name)
        assert intake.extension_notice(path.read_bytes(), path.name) == ""
    assert len(paths) >= 14
