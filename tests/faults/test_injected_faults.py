"""Twenty-five faults, one at a time: no paper is released, the operator is told why, and what was released stays."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import faulty_room
import pytest
from faulty_room import AREAS, MONTH, NOW, TAY_NINH, Room, country_released, issue, room_in
from sqlalchemy import event, text

from ctdp_etl.briefing import fonts
from ctdp_etl.collect.sources import read_sources
from ctdp_etl.pipeline import brief as printing
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.editions import editions
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.warehouse.engine import writing
from points import in_fork
from registered import HO_CHI_MINH_ENTRY

STYLE, MACROS = "monthly_briefing/style.css", "_shared/macros.html.j2"
PAGE, GATE = "monthly_briefing/template.html.j2", "monthly_briefing/report.yaml"
TILES, MAP = "_shared/charts/tiles.svg.j2", "_shared/tiles_34.csv"
SECOND = "bao-cao-2026-04-so-02.pdf"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with April released and a correction not printed yet."""
    return country_released(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def drafted(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home with the correction printed."""
    site = faulty_room.site_of(released, tmp_path_factory.mktemp("drafted"), None, now=NOW, readers="")
    brief(site, MONTH, is_checked=True)
    site.engine.dispose()
    return site.settings.home


@pytest.fixture
def printed_room(drafted: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    found = room_in(drafted, tmp_path, monkeypatch)
    yield found
    found.site.engine.dispose()


@pytest.fixture
def room(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    forget()
    found = room_in(released, tmp_path, monkeypatch)
    yield found
    found.site.engine.dispose()
    forget()


def forget() -> None:
    """Forget what is kept of an installation: fonts and gates."""
    for name in ("ctdp_etl.briefing.fonts", "ctdp_etl.pipeline.release", "ctdp_etl.pipeline.reports"):
        for one in vars(sys.modules[name]).values() if name in sys.modules else ():
            if callable(one) and hasattr(one, "cache_clear"):
                one.cache_clear()


def stored(room: Room, change: str) -> None:
    """Change a stored value."""
    with writing(room.site.engine) as connection:
        assert connection.execute(text(change)).rowcount


def file_named(name: str) -> Callable[[Room], None]:
    """Let the corrected workbook be called so."""
    return lambda room: stored(room, f"UPDATE submission SET file_name = '{name}' WHERE source = 'SCT_VN34_80'")


def hostile(markup: str) -> Callable[[Room], None]:
    """Let the workbook be called by ``markup``, and the template forget to escape what it prints."""

    def spoil(room: Room) -> None:
        file_named(markup)(room)
        room.spoil(MACROS, "{{ text_of(cell) }}", "{{ text_of(cell).unescape() | safe }}")

    return spoil


def spoiled(name: str, before: str, after: str) -> Callable[[Room], None]:
    """Let a file of the installation say something else."""
    return lambda room: room.spoil(name, before, after)


def full_disk(room: Room) -> None:
    def fsync(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    room.patch.setattr(os, "fsync", fsync)


def draft(room: Room) -> Path:
    """Return where the correction's print goes."""
    return room.home / "published" / "2026-04" / SECOND


def lost_warehouse(room: Room) -> None:
    """Let the database fail when the print is to be recorded."""

    @event.listens_for(room.site.engine, "before_cursor_execute", retval=True)
    def fail(_connection: object, _cursor: object, statement: str, given: object, *_: object) -> tuple[str, object]:
        return statement.replace("INSERT INTO publication", "INSERT INTO gone"), given


def killed(room: Room) -> None:
    """Die between the record of a print and its file."""

    def job() -> None:
        room.site.engine.dispose()
        room.patch.setattr(printing, "write_whole", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        brief(room.site, MONTH, is_checked=True)

    assert in_fork(job) == -signal.SIGKILL


def open_error(room: Room) -> None:
    path = room.home.parent / "hong.xlsx"
    path.write_bytes(b"<html>")
    submit(room.site, path, TAY_NINH, received_at="2026-04-28T03:00:00Z")
    check(room.site, MONTH)
    brief(room.site, MONTH, is_checked=True)


def resent(room: Room) -> None:
    stored(room, "UPDATE arrival SET received_at = '2026-04-28T04:00:00Z' WHERE received_at = '2026-04-28T02:00:00Z'")


def missing_reports(room: Room) -> None:
    path = room.home / "sources.toml"
    late = (HO_CHI_MINH_ENTRY.replace("SCT_VN34_79", f"SCT_KHAC_{number}") for number in range(3))
    path.write_text("".join((path.read_text(encoding="utf-8"), *late)), encoding="utf-8")
    room.site = replace(room.site, sources=read_sources(path, room.site.catalog))


Injection = Callable[[Room], object]
IN_PRINT: dict[str, tuple[Injection, str]] = {
    "no font": (lambda room: room.patch.setattr(fonts, "_installed", dict), "chưa có phông chữ đủ chữ Việt"),
    "a missing glyph": (file_named("IIP \U0001f4ca.xlsx"), r"không có ký tự U\+1F4CA"),
    "an unknown font": (
        spoiled(STYLE, "", ".first { font-family: 'DejaVu Sans' }"),
        "in bằng phông DejaVu Sans, không phải",
    ),
    "no map": (lambda room: (room.reports / MAP).unlink(), "thiếu hoặc không đọc được tiles_34.csv"),
    "a map without a province": (spoiled(MAP, "VN34_96,1,17,Cà Mau,\n", ""), "VN34_96"),
    "a chart that divides by nought": (
        spoiled(TILES, "", "{{ 1 // 0 }}"),
        "không lập được trang .ZeroDivisionError",
    ),
    "a chart that is no picture": (spoiled(TILES, "</svg>", "<g>"), "Failed to load image|mismatched tag"),
    "a chart that looks elsewhere": (
        spoiled(TILES, "</svg>", '<image href="file:///etc/passwd" width="9" height="9"/></svg>'),
        "render SVG image data:…",
    ),
    "a picture from the network": (hostile("<img alt=x src=http://169.254.169.254/meta>"), "bị chặn: http://169.254"),
    "a file as attachment": (hostile("<link rel=attachment href=file:///etc/passwd>"), "bị chặn: file:///etc/passwd"),
    "a property nobody knows": (spoiled(STYLE, "", "p { no-such-property: 1 }"), "no-such-property"),
    "a template that is none": (spoiled(PAGE, "{% if whole %}", "{% if whole"), "mẫu .*viết sai ở dòng"),
    "a template that wants more": (spoiled(MACROS, "{{ block.unit }}", "{{ block.weight }}"), "mẫu dùng thứ không có"),
    "a report without end": (file_named("x" * 2_000_000), "tài liệu dài 2.* ký tự"),
    "a report without a gate": (spoiled(GATE, "\nrelease:", "\nrelaese:"), "report.yaml"),
    "a letterhead that is blank": (lambda room: room.set(agency=" "), "thể thức văn bản thiếu CTDP_AGENCY"),
    "an infinite number": (
        lambda room: stored(
            room, "UPDATE observation SET value = 9e999 WHERE source = 'SCT_VN34_80' AND measure = 'yoy'"
        ),
        "Số inf không in được: ô .*, tệp .*SCT_VN34_80",
    ),
    "a folder in the way": (lambda room: draft(room).mkdir(), "vướng một tệp hay thư mục cùng tên"),
    "a full disk": (full_disk, "đĩa đầy"),
    "a warehouse that is gone": (lost_warehouse, "Kho số liệu không dùng được.*gone"),
}

AFTER_PRINT: dict[str, tuple[Injection, str]] = {
    "a print that was damaged": (lambda room: draft(room).write_bytes(b"%PDF-1.7"), "bản số 2 mất hoặc hỏng"),
    "reports that are not there": (missing_reports, f"Mới nhận {len(AREAS)}/{len(AREAS) + 3} báo cáo thuộc biểu chính"),
    "an open error": (open_error, "Còn 1 lỗi chưa xử lý"),
    "an outdated print": (resent, "Số liệu đã đổi từ bản số 2"),
}
KILLED = {"killed before its file": (killed, "bản số 2 mất hoặc hỏng")}


def leadership_finds(room: Room) -> dict[str, bytes]:
    """Return the files of the folder that leadership reads."""
    folder = room.site.settings.released
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def numbers_released(room: Room) -> list[int]:
    return [one.number for one in editions(room.site, MONTH) if one.released_at]


@pytest.mark.parametrize("name", [*IN_PRINT, *AFTER_PRINT, *KILLED])
def test_a_fault_releases_nothing_says_why_and_leaves_what_was_released(
    name: str, request: pytest.FixtureRequest
) -> None:
    inject, reason = (IN_PRINT | AFTER_PRINT | KILLED)[name]
    room: Room = request.getfixturevalue("printed_room" if name in AFTER_PRINT else "room")
    before = leadership_finds(room)
    inject(room)
    said = issue(room, is_printed=name not in IN_PRINT)
    assert re.search(reason, said), said
    assert numbers_released(room) == [1]
    assert leadership_finds(room) == before


def test_without_a_fault_it_is_released(room: Room) -> None:
    before = leadership_finds(room)
    assert issue(room) == ""
    after = leadership_finds(room)
    assert numbers_released(room) == [1, 2]
    assert f"2026-04/{SECOND}" in after
    assert {name for name in before if before[name] != after[name]} == {"index.html"}
