"""Intake: what received bytes are, and whether they may be opened at all; nothing is parsed before this."""

from __future__ import annotations

import re
from pathlib import PurePath

from ctdp_etl.collect import ole, package
from ctdp_etl.collect.limits import MAX_BYTES, MAX_SHEETS
from ctdp_etl.collect.refusals import (
    BROKEN,
    CONNECTED,
    EMBEDDED,
    EMPTY,
    FOREIGN,
    LOCKED,
    MACROS,
    UNSAFE,
    refused,
)

_XLSX = "sổ tính Excel (.xlsx)"
_XLS = "sổ tính Excel 97-2003 (.xls)"
_NAMES = {
    "xlsx": _XLSX,
    "xls": _XLS,
    "xlsb": "sổ tính nhị phân (.xlsb)",
    "ods": "bảng tính OpenDocument (.ods)",
    "docx": "văn bản Word (.docx)",
    "doc": "văn bản Word 97-2003 (.doc)",
    "pptx": "bản trình chiếu (.pptx)",
    "zip": "tệp nén ZIP",
    "rar": "tệp nén RAR",
    "7z": "tệp nén 7-Zip",
    "gz": "tệp nén GZIP",
    "exe": "chương trình chạy được",
    "pdf": "tệp PDF",
    "html": "trang web (HTML) mang đuôi Excel",
    "xml": "tệp XML",
    "rtf": "văn bản RTF",
    "image": "tệp ảnh",
    "csv": "tệp văn bản phân tách (CSV)",
    "text": "tệp văn bản thuần",
    "ole": "tệp OLE không chứa sổ tính",
    "unknown": "tệp không rõ định dạng",
}
_MAGIC = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"\x1f\x8b\x08", "gz"),
    (b"MZ", "exe"),
    (b"\x7fELF", "exe"),
)
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta|style)\b|mime-version:", re.S | re.I
)
_EXTENSIONS = {"xlsx": {".xlsx", ".xlsm"}, "xls": {".xls"}}


def kind(content: bytes) -> str:
    """Return what the bytes are by their content: ``xlsx``, ``xls``, ``ods``, ``pdf`` ..., ``empty`` or ``unknown``."""
    if not content.strip(b"\0"):
        return "empty"
    if content.startswith(package.MAGIC):
        return package.kind(content)
    if content.startswith(ole.MAGIC):
        return _ole_kind(content)
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return name
    return _text_kind(content)


def inspect(content: bytes, file_name: str) -> None:
    """Raise ``WorkbookError`` unless the bytes are a workbook that may be opened: F01 to F05, F11 to F13."""
    if len(content) > MAX_BYTES:
        size, limit = len(content) / 2**20, MAX_BYTES // 2**20
        raise refused(UNSAFE, file_name, f"quá lớn, {size:.0f} MB, tối đa {limit} MB")
    found = kind(content)
    if found == "empty":
        raise refused(EMPTY, file_name)
    if content.startswith(package.MAGIC):
        if found in {"xlsx", "zip"}:
            package.inspect(content, file_name, is_workbook=found == "xlsx")
    elif content.startswith(ole.MAGIC):
        _inspect_ole(content, file_name)
    if found not in _EXTENSIONS:
        raise refused(FOREIGN, file_name, _NAMES[found])


def linked_notice(content: bytes, file_name: str) -> str:
    """Return the notice (F16) that figures are taken from other workbooks as last stored, or '' where none is."""
    if not content.startswith(package.MAGIC) or not (count := package.linked_formulas(content)):
        return ""
    return (
        f"Tệp {file_name} có {count} ô lấy số liệu từ tệp Excel khác; giá trị lưu lần cuối được đọc. Hãy cập nhật rồi "
        "ngắt liên kết (Data > Edit Links > Break Link) trước khi gửi."
    )


def extension_notice(content: bytes, file_name: str) -> str:
    """Return the notice (F06) that the name's extension is not what the content is, or '' where they agree."""
    found = kind(content)
    extension = PurePath(file_name).suffix.lower()
    if found not in _EXTENSIONS or extension in _EXTENSIONS[found]:
        return ""
    written = extension or "không có đuôi"
    return f"Tên tệp {file_name} ({written}) không khớp nội dung là {_NAMES[found]}; tệp vẫn được đọc theo nội dung."


def _ole_kind(content: bytes) -> str:
    try:
        streams = ole.CompoundFile.open(content).streams
    except ole.BrokenOleError:
        return "ole"
    if "Workbook" in streams or "Book" in streams:
        return "xls"
    if "EncryptedPackage" in streams:
        return "xlsx"
    return "doc" if "WordDocument" in streams else "ole"


def _inspect_ole(content: bytes, file_name: str) -> None:
    try:
        compound = ole.CompoundFile.open(content)
        books = [ole.book_globals(compound.stream(name)) for name in ("Workbook", "Book") if name in compound.streams]
    except ole.BrokenOleError as error:
        raise refused(BROKEN, file_name) from error
    if "EncryptedPackage" in compound.streams or any(book.is_locked for book in books):
        raise refused(LOCKED, file_name)
    if books and (compound.has_macros or any(book.has_macros for book in books)):
        raise refused(MACROS, file_name)
    if books and compound.has_objects:
        raise refused(EMBEDDED, file_name, "tệp hoặc điều khiển OLE")
    if any(book.is_connected for book in books):
        raise refused(CONNECTED, file_name, "liên kết DDE hoặc kết nối cơ sở dữ liệu")
    if (sheets := max((book.sheets for book in books), default=0)) > MAX_SHEETS:
        raise refused(UNSAFE, file_name, f"có {sheets} trang tính, tối đa {MAX_SHEETS}")


def _text_kind(content: bytes) -> str:
    head = content[:4096].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "ignore").encode()
    if _HTML.match(head):
        return "html"
    if head.lstrip().startswith(b"<?xml"):
        return "html" if b"<html" in head.lower() else "xml"
    if b"\0" in head or any(byte < 9 for byte in head):
        return "unknown"
    lines = [line for line in head.splitlines() if line.strip()][:10]
    if len(lines) > 1 and any(all(mark in line for line in lines) for mark in (b",", b";", b"\t")):
        return "csv"
    return "text"
