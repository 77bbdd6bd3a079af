"""Intake: what received bytes are, and whether they may be opened at all; nothing is parsed before this."""

from __future__ import annotations

import re
from pathlib import PurePath

from ctdp_etl.collect import ole, package
from ctdp_etl.errors import WorkbookError

MAX_BYTES = 20 * 2**20
"""The largest workbook in sight is 0.7 MB (a national monthly); 20 MB leaves room for pasted pictures."""
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
)
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|table|meta|style)\b|mime-version:", re.S | re.I
)
_EXTENSIONS = {"xlsx": {".xlsx", ".xlsm"}, "xls": {".xls"}}
_SAVE_AS = "Hãy mở bằng Excel, lưu lại thành .xlsx rồi gửi lại."


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
    """Raise ``WorkbookError`` unless the bytes are a workbook that may be opened: F01 to F05."""
    if len(content) > MAX_BYTES:
        size, limit = len(content) / 2**20, MAX_BYTES // 2**20
        raise WorkbookError(
            "F05", f"Tệp {file_name} quá lớn ({size:.0f} MB, tối đa {limit} MB). Hãy bỏ ảnh và trang thừa rồi gửi lại."
        )
    found = kind(content)
    if found == "empty":
        raise WorkbookError("F01", f"Tệp {file_name} rỗng, không có nội dung. Hãy kiểm tra và gửi lại.")
    if content.startswith(package.MAGIC):
        package.inspect(content, file_name)
    elif content.startswith(ole.MAGIC):
        _inspect_ole(content, file_name)
    if found not in _EXTENSIONS:
        raise WorkbookError("F02", f"Tệp {file_name} không phải sổ tính Excel mà là {_NAMES[found]}. {_SAVE_AS}")


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
        locked = "EncryptedPackage" in compound.streams
        for name in {"Workbook", "Book"} & set(compound.streams):
            locked = locked or ole.has_password(compound.stream(name))
    except ole.BrokenOleError as error:
        raise WorkbookError("F04", f"Tệp {file_name} bị hỏng hoặc bị cắt cụt khi truyền. Hãy gửi lại tệp.") from error
    if locked:
        raise WorkbookError("F03", f"Tệp {file_name} được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")


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
