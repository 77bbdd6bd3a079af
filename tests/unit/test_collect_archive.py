"""The archive keeps bytes once and notices damage."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ctdp_etl.collect.archive import ArchiveError, load, store


def objects(archive: Path) -> list[Path]:
    return [path for path in archive.rglob("*") if path.is_file()]


def test_bytes_come_back_under_their_hash(tmp_path: Path) -> None:
    sha256 = store(tmp_path, b"abc")
    assert sha256 == hashlib.sha256(b"abc").hexdigest()
    assert load(tmp_path, sha256) == b"abc"
    assert objects(tmp_path) == [tmp_path / sha256[:2] / sha256]


def test_a_second_store_touches_nothing(tmp_path: Path) -> None:
    sha256 = store(tmp_path, b"abc")
    before = (tmp_path / sha256[:2] / sha256).stat()
    assert store(tmp_path, b"abc") == sha256
    after = (tmp_path / sha256[:2] / sha256).stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_an_object_cannot_be_written_by_accident(tmp_path: Path) -> None:
    sha256 = store(tmp_path, b"abc")
    assert (tmp_path / sha256[:2] / sha256).stat().st_mode & 0o222 == 0


def test_damage_is_named(tmp_path: Path) -> None:
    sha256 = store(tmp_path, b"abc")
    path = tmp_path / sha256[:2] / sha256
    path.chmod(0o644)
    path.write_bytes(b"abd")
    with pytest.raises(ArchiveError, match="bị hỏng"):
        load(tmp_path, sha256)


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "0" * 63, "A" * 64])
def test_what_is_no_hash_never_becomes_a_path(tmp_path: Path, sha256: str) -> None:
    with pytest.raises(ArchiveError, match="không hợp lệ"):
        load(tmp_path, sha256)


def test_a_missing_object_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="không có tệp"):
        load(tmp_path, "0" * 64)


def test_a_crash_before_the_name_leaves_no_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full_disk)
        with pytest.raises(OSError, match="No space left"):
            store(tmp_path, b"abc")
    assert objects(tmp_path) == []
    assert load(tmp_path, store(tmp_path, b"abc")) == b"abc"
