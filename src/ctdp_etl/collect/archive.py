"""The archive: received bytes, each under its sha256, written once before anything opens them (GSBPM 4.3)."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from ctdp_etl.errors import CtdpError

_SHA256 = re.compile(r"[0-9a-f]{64}")


class ArchiveError(CtdpError):
    """An archived object that is missing or no longer what was received."""


def store(archive: Path, content: bytes) -> str:
    """Keep ``content`` under its sha256 and return that; bytes that are already there are not touched.

    A crash leaves either nothing or the whole object: the bytes are on the disk before they get their name.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    target = _path(archive, sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o444)
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return sha256


def load(archive: Path, sha256: str) -> bytes:
    """Return the archived bytes; raise ``ArchiveError`` where they are missing or damaged."""
    if not _SHA256.fullmatch(sha256):
        raise ArchiveError(f"Mã sha256 không hợp lệ: {sha256!r}. Mã gồm 64 chữ số thập lục phân.")
    try:
        content = _path(archive, sha256).read_bytes()
    except OSError as error:
        raise ArchiveError(
            f"Kho lưu trữ không có tệp {sha256} ({error.strerror}). Hãy phục hồi kho từ bản sao lưu."
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ArchiveError(f"Tệp {sha256} trong kho lưu trữ đã bị hỏng. Hãy phục hồi tệp này từ bản sao lưu.")
    return content


def _path(archive: Path, sha256: str) -> Path:
    return archive / sha256[:2] / sha256


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
