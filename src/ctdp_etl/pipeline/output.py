"""Files that leave the data room appear whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from ctdp_etl.errors import CtdpError

_REASONS = {
    errno.ENOSPC: "đĩa đầy",
    errno.EDQUOT: "hết hạn mức đĩa",
    errno.EROFS: "đĩa chỉ cho đọc",
    **dict.fromkeys((errno.EACCES, errno.EPERM), "không có quyền ghi"),
    **dict.fromkeys((errno.ENOTDIR, errno.EEXIST, errno.EISDIR), "vướng một tệp hay thư mục cùng tên"),
}


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is never seen in part; one with the same bytes is left alone.

    Raise ``CtdpError`` where the place cannot be written to; what stood there stays.
    """
    try:
        _write(path, content)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
        raise CtdpError(f"Không ghi được {path}: {reason}. Hãy xử lý rồi chạy lại.") from error


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_file() and path.read_bytes() == content:
        return
    handle, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
