"""The folder channel: whole files only, nothing from outside, one bad file alone."""

from __future__ import annotations

import os
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from ctdp_etl.collect.folder import Patience, Scan, scan
from ctdp_etl.collect.sources import Source

NOW = "2026-04-24T01:00:00Z"
CLOCK = 1_776_992_400
OLD, YOUNG = CLOCK - 86_400, CLOCK - 10


def workbook() -> bytes:
    stream = BytesIO()
    Workbook().save(stream)
    return stream.getvalue()


XLSX = workbook()


def put(folder: Path, name: str, content: bytes = XLSX, mtime: float = OLD) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (mtime, mtime))
    return path


def look(folder: Path, pause: object = None) -> Scan:
    source = Source("SCT_X", "VN34_80", "X", ("IIP",), folder)
    return scan(source, now=NOW, pause=pause or (lambda seconds: None))  # type: ignore[arg-type]


def test_files_come_in_order_with_the_file_time_as_receipt_time(tmp_path: Path) -> None:
    put(tmp_path, "2026-04/b.xlsx", mtime=CLOCK - 3600)
    put(tmp_path, "2026-04/a.xlsx")
    put(tmp_path, "c.xlsx")
    found = look(tmp_path)
    assert [arrival.locator for arrival in found.arrivals] == ["2026-04/a.xlsx", "2026-04/b.xlsx", "c.xlsx"]
    assert [arrival.period for arrival in found.arrivals] == ["2026-04", "2026-04", ""]
    second = found.arrivals[1]
    assert (second.source, second.file_name, second.content) == ("SCT_X", "b.xlsx", XLSX)
    assert second.received_at == "2026-04-24T00:00:00Z"
    assert (found.waiting, found.failures) == ((), ())


@pytest.mark.parametrize(
    "name", ["~$a.xlsx", ".a.xlsx", "a.xlsx.part", "a.TMP", "a.crdownload", "a.xlsx.filepart", "Thumbs.db", ".h/a.xlsx"]
)
def test_partial_and_system_files_are_left_alone(tmp_path: Path, name: str) -> None:
    put(tmp_path, name)
    assert look(tmp_path) == Scan((), (), ())


def test_a_young_whole_file_that_stands_still_is_taken(tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", mtime=YOUNG)
    assert len(look(tmp_path).arrivals) == 1


def test_a_file_that_grows_is_waited_for(tmp_path: Path) -> None:
    path = put(tmp_path, "a.xlsx", XLSX[:100], mtime=YOUNG)

    def writer(seconds: float) -> None:
        with path.open("ab") as file:
            file.write(XLSX[100:200])

    assert look(tmp_path, writer).waiting == ("a.xlsx",)


def test_a_broken_file_is_waited_for_while_it_may_still_grow(tmp_path: Path) -> None:
    put(tmp_path, "young.xlsx", XLSX[:-30], mtime=CLOCK - 600)
    put(tmp_path, "empty.xlsx", b"", mtime=CLOCK - 600)
    put(tmp_path, "old.xlsx", XLSX[:-30], mtime=CLOCK - Patience().give_up)
    found = look(tmp_path)
    assert found.waiting == ("empty.xlsx", "young.xlsx")
    assert [arrival.locator for arrival in found.arrivals] == ["old.xlsx"]


def test_a_settled_file_of_another_kind_is_delivered_to_get_its_named_error(tmp_path: Path) -> None:
    put(tmp_path, "a.pdf", b"%PDF-1.7", mtime=CLOCK - 600)
    assert [arrival.file_name for arrival in look(tmp_path).arrivals] == ["a.pdf"]


def test_a_clock_ahead_of_ours_does_not_make_a_receipt_of_tomorrow(tmp_path: Path) -> None:
    put(tmp_path, "a.xlsx", mtime=CLOCK + 86_400)
    assert look(tmp_path).arrivals[0].received_at == NOW


def test_links_and_special_files_are_refused_by_name(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/secret.xlsx")
    folder = tmp_path / "inbox"
    put(folder, "good.xlsx")
    (folder / "link.xlsx").symlink_to(outside)
    (folder / "folder").symlink_to(outside.parent)
    os.mkfifo(folder / "pipe.xlsx")
    found = look(folder)
    assert [arrival.locator for arrival in found.arrivals] == ["good.xlsx"]
    assert [failure.locator for failure in found.failures] == ["folder", "link.xlsx", "pipe.xlsx"]
    assert all("liên kết hoặc tệp đặc biệt" in failure.message for failure in found.failures)


def test_an_unreadable_file_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "bad.xlsx")
    put(tmp_path, "good.xlsx")
    opened = os.open

    def refuse(path: Path, *rest: int) -> int:
        if str(path).endswith("bad.xlsx"):
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *rest)

    monkeypatch.setattr("os.open", refuse)
    found = look(tmp_path)
    assert [arrival.locator for arrival in found.arrivals] == ["good.xlsx"]
    assert [(failure.locator, "Permission denied" in failure.message) for failure in found.failures] == [
        ("bad.xlsx", True)
    ]


def test_a_missing_folder_is_a_failure_of_its_source(tmp_path: Path) -> None:
    assert "Chưa có thư mục" in look(tmp_path / "none").failures[0].message


def test_names_become_printable_text(tmp_path: Path) -> None:
    put(tmp_path, "a\u202exslx.exe")
    put(tmp_path, unicodedata.normalize("NFD", "Số liệu.xlsx"))
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.xlsx"))).write_bytes(XLSX)
    names = [arrival.file_name for arrival in look(tmp_path).arrivals]
    assert all(name.isprintable() and name.encode() for name in names)
    assert len(names) == 3
