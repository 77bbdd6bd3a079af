"""The zip package of an .xlsx: what it is, that it is whole, and that unpacking it does no harm."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from ctdp_etl.errors import WorkbookError

MAGIC = b"PK\x03\x04"
MAX_ENTRIES = 2_000
"""The national monthly of 30 sheets has 201 parts."""
MAX_UNPACKED = 100 * 2**20
"""The largest real workbook unpacks to 5 MB; readers hold the unpacked parts in memory."""
MAX_RATIO = 100
"""Parts of real workbooks are packed at most 20 to 1; a flat bomb is packed 1000 to 1."""
_SMALL_PART = 2**20
"""Below this a high ratio does no harm: blank formatted rows pack very well."""
_LOCAL_HEADER = 30
_DOCTYPE = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def kind(content: bytes) -> str:
    """Return ``xlsx``, ``xlsb``, ``docx``, ``pptx``, ``ods`` or ``zip``; a package that is not whole is ``zip``."""
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


def inspect(content: bytes, file_name: str) -> None:
    """Raise ``WorkbookError``: F03 with a password, F04 not whole, F05 dangerous to unpack."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _inspect_parts(content, archive.infolist(), file_name)
    except WorkbookError:
        raise
    except Exception as error:  # a damaged package fails in many ways
        raise WorkbookError("F04", f"Tệp {file_name} bị hỏng hoặc bị cắt cụt khi truyền. Hãy gửi lại tệp.") from error


def _inspect_parts(content: bytes, parts: list[zipfile.ZipInfo], file_name: str) -> None:
    if len(parts) > MAX_ENTRIES:
        raise _dangerous(file_name, f"có {len(parts)} thành phần, tối đa {MAX_ENTRIES}")
    unpacked = 0
    for part in parts:
        if part.flag_bits & 1:
            raise WorkbookError("F03", f"Tệp {file_name} được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.")
        unpacked += part.file_size
        if unpacked > MAX_UNPACKED:
            raise _dangerous(file_name, f"bung ra hơn {MAX_UNPACKED // 2**20} MB")
        if part.file_size > _SMALL_PART and part.file_size > MAX_RATIO * part.compress_size:
            raise _dangerous(file_name, "có thành phần nén quá chặt")
    for part in parts:
        _inspect_part(content, part, file_name)


def _inspect_part(content: bytes, part: zipfile.ZipInfo, file_name: str) -> None:
    """Unpack the part to no more than it declares, for a directory may lie; its checksum shows damage."""
    head = part.header_offset
    if content[head : head + 4] != MAGIC:
        raise zipfile.BadZipFile(part.filename)
    name_size, extra_size = (int.from_bytes(content[head + at : head + at + 2], "little") for at in (26, 28))
    start = head + _LOCAL_HEADER + name_size + extra_size
    packed = content[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        plain, more = packed, b""
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        plain = inflate.decompress(packed, part.file_size + 1)
        more = b"" if inflate.eof else inflate.decompress(inflate.unconsumed_tail, 1)
    else:
        raise _dangerous(file_name, "nén bằng thuật toán mà Excel không dùng")
    if more or len(plain) > part.file_size:
        raise _dangerous(file_name, "có thành phần lớn hơn khai báo")
    if len(plain) < part.file_size or zlib.crc32(plain) != part.CRC:
        raise zipfile.BadZipFile(part.filename)
    if part.filename.lower().endswith((".xml", ".rels")) and any(mark in plain for mark in _DOCTYPE):
        raise _dangerous(file_name, "có khai báo DOCTYPE, có thể chứa mã độc")


def _dangerous(file_name: str, why: str) -> WorkbookError:
    return WorkbookError(
        "F05",
        f"Tệp {file_name} không được mở vì không an toàn ({why}). Hãy chép số liệu sang tệp Excel mới rồi gửi lại.",
    )
