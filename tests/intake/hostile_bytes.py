"""Bytes of good, broken and hostile workbooks, built in code."""

from __future__ import annotations

import base64
import io
import random
import struct
import zipfile
from collections.abc import Mapping
from functools import cache

import xlwt
from openpyxl import Workbook

TITLE = "Chỉ số sản xuất công nghiệp tháng 4 năm 2026"
HEAD = (
    "Ngành",
    "Tháng 4/2026 so tháng trước",
    "Tháng 4/2026 so cùng kỳ",
    "Lũy kế cuối tháng 4/2026 so với cùng kỳ",
)
ROWS = (("Toàn ngành công nghiệp", 101.5, 104.2, 103.1), ("Khai khoáng", 99.5, 98.7, 97.2))
SHEET = "xl/worksheets/sheet1.xml"


@cache
def good() -> bytes:
    """A small honest report of industry in one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in ((TITLE,), HEAD, *ROWS):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@cache
def good_xls(sheets: int = 1) -> bytes:
    """The same as Excel 97-2003 would write it, long enough for the big sectors."""
    book = xlwt.Workbook()
    for number in range(sheets):
        sheet = book.add_sheet(f"IIP {number}")
        for row, values in enumerate(((TITLE,), HEAD, *ROWS, *((f"Ghi chú {n}",) for n in range(200 // sheets)))):
            for column, value in enumerate(values):
                sheet.write(row, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@cache
def parts() -> dict[str, bytes]:
    """The parts of the good workbook."""
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(content: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, plain in content.items():
            archive.writestr(name, plain)
    return stream.getvalue()


def having(added: Mapping[str, bytes] | None = None, *, without: str = "") -> bytes:
    """The good workbook with parts added or replaced."""
    return zipped({name: plain for name, plain in {**parts(), **(added or {})}.items() if name != without})


def replaced(part: str, old: bytes, new: bytes) -> bytes:
    """The good workbook with some bytes of one part replaced."""
    assert old in parts()[part]
    return having({part: parts()[part].replace(old, new, 1)})


def twice(name: str, second: bytes) -> bytes:
    """The good workbook with a part that stands in it twice."""
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as archive:
        entry = zipfile.ZipInfo("placeholder-" + name[12:])
        entry.filename = entry.orig_filename = name
        archive.NameToInfo.pop(name, None)
        archive.writestr(entry, second)
    return stream.getvalue()


def link_entry() -> bytes:
    """The good workbook with a symbolic link among its parts."""
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as archive:
        entry = zipfile.ZipInfo("xl/media/image1.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return stream.getvalue()


def patched(content: bytes, at: int, new: bytes) -> bytes:
    """The bytes with some overwritten."""
    return content[:at] + new + content[at + len(new) :]


def with_flag() -> bytes:
    """The good workbook with the encryption bit of its first entry set."""
    central = good().index(b"PK\x01\x02")
    return patched(good(), central + 8, bytes([good()[central + 8] | 1]))


def with_method(number: int) -> bytes:
    """The good workbook whose first entry claims to be packed by another method."""
    return patched(good(), good().index(b"PK\x01\x02") + 10, struct.pack("<H", number))


def wrong_checksum() -> bytes:
    """The good workbook with one checksum that does not fit."""
    return patched(good(), good().index(b"PK\x01\x02") + 16, b"\0\0\0\1")


def lying_size() -> bytes:
    """A part that unpacks to a hundred times what the directory says."""
    content = bytearray(having({"xl/sharedStrings.xml": b"<sst>" + b"x" * 500_000 + b"</sst>"}))
    declared = struct.pack("<I", 500_011)
    assert content.count(declared) == 2
    while (at := content.rfind(declared)) >= 0:
        content[at : at + 4] = struct.pack("<I", 5_000)
    return bytes(content)


def overlapping() -> bytes:
    """Thousand names for one packed part: each is small, together they unpack to gigabytes."""
    base = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", "xl/a.xml": noise(60_000)})
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        entry = archive.getinfo("xl/a.xml")
        start = archive.start_dir
    at = base.index(b"PK\x01\x02", base.index(b"xl/a.xml", start) - 60)
    record = base[at : at + 46 + len("xl/a.xml")]
    more = b"".join(patched(record, 46, f"xl/{number:01x}.xml".encode()) for number in range(9))
    directory = base[start:at] + record + more
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 12, 12, len(directory), start, 0)
    assert entry.compress_size > 30_000
    return base[:start] + directory + end


def noise(size: int) -> bytes:
    """Letters of which so many bytes hardly pack."""
    return base64.b64encode(random.Random(size).randbytes(size))[:size]


def sheet_of(cells: bytes, dimension: str = "A1:D4") -> bytes:
    """The good workbook with other cells."""
    return having(
        {
            SHEET: (
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                + f'<dimension ref="{dimension}"/><sheetData>'.encode()
                + cells
                + b"</sheetData></worksheet>"
            )
        }
    )


@cache
def long_text_everywhere(cells: int = 400_000, length: int = 30_000) -> bytes:
    """One text of 30,000 letters to which 400,000 cells refer: small as a file, twelve gigabytes in memory."""
    rows = b"".join(
        f'<row r="{row}">'.encode()
        + b"".join(f'<c r="{column}{row}" t="s"><v>0</v></c>'.encode() for column in "ABCDEFGH")
        + b"</row>"
        for row in range(1, cells // 8)
    )
    text = noise(length)
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )
    strings = (
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>' + text + b"</t></si></sst>"
    )
    return having({SHEET: sheet, "xl/sharedStrings.xml": strings})


@cache
def many_numbers(rows: int = 150_000) -> bytes:
    """A sheet full of numbers: honest, and slow to read."""
    return sheet_of(
        b"".join(
            f'<row r="{row}">'.encode()
            + b"".join(f'<c r="{column}{row}"><v>{row * 7 % 9973}.5</v></c>'.encode() for column in "ABCDEF")
            + b"</row>"
            for row in range(1, rows)
        )
    )


def relation(kind: str, target: str, mode: str = "") -> bytes:
    """A relations part with one relation."""
    external = f' TargetMode="{mode}"' if mode else ""
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
        f' Target="{target}"{external}/></Relationships>'
    ).encode()


def external_link(inside: str) -> bytes:
    """An external link part."""
    return (
        '<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"{inside}</externalLink>"
    ).encode()
