"""The zip package of an .xlsx: what it is, that it is whole, and that nothing in it does harm."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Sequence
from io import BytesIO

from ctdp_etl.collect import live
from ctdp_etl.collect.limits import (
    MAX_ENTRIES,
    MAX_PART,
    MAX_RATIO,
    MAX_RATIO_IN_ALL,
    MAX_SHEETS,
    MAX_UNPACKED,
    SMALL_PACKAGE,
    SMALL_PART,
)
from ctdp_etl.collect.refusals import BROKEN, LOCKED, UNSAFE, refused
from ctdp_etl.errors import WorkbookError

MAGIC = b"PK\x03\x04"
_WORKBOOK = "xl/workbook.xml"
_CENTRAL = b"PK\x01\x02"
_LOCAL_HEADER = 30
_UTF8_NAME = 0x800
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)", re.DOTALL)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b")
_LINKED_FORMULA = re.compile(rb"<f\b[^>]*>[^<]*\[\d+\][^<]*</f>")
_DECLARATIONS = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_ARCHIVES = (MAGIC, b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0")
_UNREAD = ("xl/media/", "xl/printersettings/", "docprops/", "customxml/")
"""Folders of parts that no reader opens: pictures may hold anything, custom data may be written in UTF-16."""


def kind(content: bytes) -> str:
    """Return ``xlsx``, ``xlsb``, ``docx``, ``pptx``, ``ods`` or ``zip``; a package that is not whole is ``zip``."""
    if content.count(_CENTRAL) > MAX_ENTRIES:
        return "zip"
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = {name.lower().lstrip("/") for name in archive.namelist()}
    except Exception:  # a damaged central directory fails in many ways
        return "zip"
    if "xl/workbook.bin" in names:
        return "xlsb"
    for folder, name in (("xl/", "xlsx"), ("word/", "docx"), ("ppt/", "pptx")):
        if "[content_types].xml" in names and any(part.startswith(folder) for part in names):
            return name
    return "ods" if _ODS in content[:256] else "zip"


def inspect(content: bytes, file_name: str, *, is_workbook: bool = True) -> None:
    """Raise ``WorkbookError``: F03 with a password, F04 not whole, F05 dangerous, F11 to F13 with live content.

    Of a package that is no workbook only the first three are asked, and not what its parts are.
    """
    if (entries := content.count(_CENTRAL)) > MAX_ENTRIES:
        raise _unsafe(file_name, f"có {entries} thành phần, tối đa {MAX_ENTRIES}")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
        _inspect_names(parts, file_name)
        _inspect_sizes(content, parts, file_name)
        if is_workbook:
            names = {part.filename.lower() for part in parts}
            live.inspect_names(names, file_name)
            if _WORKBOOK not in names:
                raise refused(BROKEN, file_name)
        for part in parts:
            plain = _unpacked(content, part, file_name)
            if is_workbook:
                _inspect_part(part.filename.lower(), plain, file_name)
    except WorkbookError:
        raise
    except Exception as error:  # a damaged package fails in many ways
        raise refused(BROKEN, file_name) from error


def linked_formulas(content: bytes) -> int:
    """Return how many formulas of a workbook that passed ``inspect`` take their value from another workbook."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
        if not any(name.startswith("xl/externalLinks/") for name in names):
            return 0
        return sum(
            len(_LINKED_FORMULA.findall(archive.read(name)))
            for name in dict.fromkeys(names)
            if name.startswith("xl/worksheets/") and name.endswith(".xml")
        )


def _inspect_names(parts: Sequence[zipfile.ZipInfo], file_name: str) -> None:
    seen: set[str] = set()
    for part in parts:
        name = part.orig_filename
        if _OUTSIDE.match(name) or "\0" in name:
            raise _unsafe(file_name, "có thành phần mang đường dẫn ra ngoài tệp")
        if name.lower() in seen:
            raise _unsafe(file_name, "có hai thành phần trùng tên")
        if stat.S_ISLNK(part.external_attr >> 16):
            raise _unsafe(file_name, "có thành phần là liên kết")
        if part.flag_bits & 1:
            raise refused(LOCKED, file_name)
        seen.add(name.lower())


def _inspect_sizes(content: bytes, parts: Sequence[zipfile.ZipInfo], file_name: str) -> None:
    unpacked, packed = (sum(sizes) for sizes in ([p.file_size for p in parts], [p.compress_size for p in parts]))
    if unpacked > MAX_UNPACKED or any(part.file_size > MAX_PART for part in parts):
        raise _unsafe(file_name, f"bung ra hơn {MAX_UNPACKED // 2**20} MB, hoặc một thành phần {MAX_PART // 2**20} MB")
    if packed > len(content):
        raise _unsafe(file_name, "có thành phần chồng lên nhau")
    tight = any(part.file_size > max(SMALL_PART, MAX_RATIO * part.compress_size) for part in parts)
    if tight or unpacked > max(SMALL_PACKAGE, MAX_RATIO_IN_ALL * packed):
        raise _unsafe(file_name, "có thành phần nén quá chặt")


def _unpacked(content: bytes, part: zipfile.ZipInfo, file_name: str) -> bytes:
    """Unpack the part to no more than it declares, for a directory may lie; its checksum shows damage."""
    head = part.header_offset
    if content[head : head + 4] != MAGIC:
        raise zipfile.BadZipFile(part.filename)
    name_size, extra_size = (int.from_bytes(content[head + at : head + at + 2], "little") for at in (26, 28))
    start = head + _LOCAL_HEADER + name_size + extra_size
    encoding = "utf-8" if part.flag_bits & _UTF8_NAME else "cp437"
    if content[head + _LOCAL_HEADER : head + _LOCAL_HEADER + name_size] != part.orig_filename.encode(encoding):
        raise zipfile.BadZipFile(part.filename)
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        plain, more = packed, b""
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        plain = inflate.decompress(packed, part.file_size + 1)
        more = b"" if inflate.eof else inflate.decompress(inflate.unconsumed_tail, 1)
    else:
        raise _unsafe(file_name, "nén bằng thuật toán mà Excel không dùng")
    if more or len(plain) > part.file_size:
        raise _unsafe(file_name, "có thành phần lớn hơn khai báo")
    if len(plain) < part.file_size or zlib.crc32(plain) != part.CRC:
        raise zipfile.BadZipFile(part.filename)
    return plain


def _inspect_part(name: str, plain: bytes, file_name: str) -> None:
    live.inspect_part(name, plain, file_name)
    if name.startswith(_UNREAD) and not name.endswith(".rels"):
        return
    if plain.startswith(_ARCHIVES):
        raise _unsafe(file_name, "có tệp nén nằm bên trong")
    if any(mark in plain for mark in _DECLARATIONS):
        raise _unsafe(file_name, "có khai báo DOCTYPE, có thể chứa mã độc")
    if name.endswith((".xml", ".rels")) and plain.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in {b"<", b""}:
        raise _unsafe(file_name, "có thành phần XML viết bằng bảng mã lạ")
    if name == _WORKBOOK and (sheets := len(_SHEET.findall(plain))) > MAX_SHEETS:
        raise _unsafe(file_name, f"có {sheets} trang tính, tối đa {MAX_SHEETS}")


def _unsafe(file_name: str, why: str) -> WorkbookError:
    return refused(UNSAFE, file_name, why)
