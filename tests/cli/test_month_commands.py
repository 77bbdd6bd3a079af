"""collect, load, check, brief, rerun, backfill, status without any Prefect server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command import TAY_NINH, Command

from ctdp_etl.demo.published import tay_ninh_files
from registered import HO_CHI_MINH_ENTRY, TAY_NINH_ENTRY

Month = Callable[[str], list[Path]]
SOURCES = TAY_NINH_ENTRY + HO_CHI_MINH_ENTRY + "simulated = true"


@pytest.fixture
def inbox(home: Path) -> Path:
    """Register two sources; the folder of the first holds nothing yet."""
    folder = home / "inbox"
    for source in ("SCT_VN34_80", "SCT_VN34_79"):
        (folder / source).mkdir(parents=True)
    (home / "sources.toml").write_text(SOURCES, encoding="utf-8")
    return folder


def put(inbox: Path, period: str) -> None:
    """Put what Tây Ninh sent for the month into its folder, with the time at which it came."""
    folder = inbox / "SCT_VN34_80" / period
    folder.mkdir()
    for file in tay_ninh_files(period):
        (folder / file.name).write_bytes(file.content)
        moment = file.received_at.timestamp()
        os.utime(folder / file.name, (moment, moment))


def test_a_month_step_by_step_and_again(ctdp: Command, inbox: Path) -> None:
    put(inbox, "2026-03")
    put(inbox, "2026-04")
    assert "4 tệp mới" in ctdp("collect", "2026-04").err
    loaded = ctdp("load", "2026-04", "--json").document["files"]
    assert {one["time_period"] for one in loaded} == {"2026-03", "2026-04"}
    found = ctdp("check", "2026-04", "--json")
    assert found.document["period"] == "2026-04"
    assert found.code == (1 if any(one["severity"] == "error" for one in found.document["findings"]) else 0)
    assert ctdp("findings", "2026-04", "--json").document == found.document
    pdf = Path(ctdp("brief", "2026-04").out.strip())
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF-")

    assert "0 tệp mới" in ctdp("collect", "2026-04").err
    assert ctdp("load", "2026-04", "--json").document == {"files": []}
    assert Path(ctdp("brief", "2026-04").out.strip()) == pdf
    assert pdf.read_bytes() == content
    rerun = ctdp("rerun", "2026-04", "--force")
    assert "0 số liệu mới" in rerun.err
    assert Path(rerun.out.strip()) == pdf
    figures = ctdp("trace", pdf, "--json").document["figures"]
    cells = [cell for figure in figures for cell in figure["observations"]]
    assert cells
    assert {cell["file"] for cell in cells} <= {
        file.name for month in ("2026-03", "2026-04") for file in tay_ninh_files(month)
    }


def test_the_board_tells_who_sent_what(ctdp: Command, inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(inbox, "2026-04")
    broken = inbox / "SCT_VN34_79" / "2026-04"
    broken.mkdir()
    (broken / "hong.xlsx").write_bytes(b"<html>")

    def states() -> dict[tuple[str, str], str]:
        board = ctdp("status", "2026-04", "--json").document["board"]
        return {(line["source"], line["dataflow"]): line["state"] for line in board}

    monkeypatch.setenv("CTDP_NOW", "2026-03-31T23:00:00+07:00")
    assert set(states().values()) == {"not due"}
    monkeypatch.setenv("CTDP_NOW", "2026-04-22T23:00:00+07:00")
    assert set(states().values()) == {"awaited"}
    monkeypatch.setenv("CTDP_NOW", "2026-04-23T00:00:00+07:00")
    assert set(states().values()) == {"late"}
    monkeypatch.setenv("CTDP_NOW", "2030-01-01T00:00:00+07:00")
    ctdp("collect", "2026-04")
    ctdp("load", "2026-04")
    ctdp("check", "2026-04")
    assert states()[f"SCT_{TAY_NINH}", "IIP"] in {"received", "with findings"}
    assert states()["SCT_VN34_79", "IIP"] == "failed"
    text = ctdp("status", "2026-04").out
    assert "Tây Ninh" in text
    assert "tệp lỗi" in text


def test_backfill_lists_then_does_what_is_missing(ctdp: Command, inbox: Path) -> None:
    put(inbox, "2026-03")
    put(inbox, "2026-04")
    ctdp("collect", "2026-03")
    listed = ctdp("backfill", "2026-03", "2026-04", "--dry-run", "--json").document["gaps"]
    assert [gap["period"] for gap in listed] == ["2026-03", "2026-04"]
    assert not list((inbox.parent / "published").rglob("*.pdf"))
    done = ctdp("backfill", "2026-03", "2026-04")
    assert done.code == 0
    assert len(list((inbox.parent / "published").rglob("*.pdf"))) == 2
    again = ctdp("backfill", "2026-03", "2026-04", "--json").document["gaps"]
    assert all(gap["printed"] and not gap["files"] for gap in again)
    assert [gap["senders"] for gap in again] == [["SCT_VN34_79"], ["SCT_VN34_79"]]


def test_a_file_of_another_month_stops_nothing_and_is_found(ctdp: Command, inbox: Path) -> None:
    put(inbox, "2026-03")
    shutil.move(inbox / "SCT_VN34_80" / "2026-03", inbox / "SCT_VN34_80" / "2026-04")
    ctdp("collect", "2026-04")
    answer = ctdp("load", "2026-04", "--json")
    assert answer.code == 0
    assert {(one["state"], one["added"]) for one in answer.document["files"]} == {("failed", 0)}
    found = ctdp("check", "2026-04", "--json")
    assert found.code == 1
    assert {one["code"] for one in found.document["findings"]} == {"F10"}
    shut = ctdp("brief", "2026-04")
    assert (shut.code, shut.out) == (1, "")
    assert "chưa có báo cáo" in shut.err


def test_a_briefing_made_again_later_says_what_it_said(ctdp: Command, month: Month) -> None:
    ctdp("submit", *month("2026-03"), "--area", TAY_NINH, "--received-at", "2026-03-24T08:00")
    first = Path(ctdp("brief", "2026-03").out.strip()).read_bytes()
    ctdp("submit", *month("2026-04"), "--area", TAY_NINH, "--received-at", "2026-04-24T08:00")
    assert Path(ctdp("brief", "2026-03").out.strip()).read_bytes() == first
    latest = Path(ctdp("brief", "2026-03", "--latest").out.strip())
    assert latest.read_bytes() != first


def test_the_order_of_loading_does_not_matter(ctdp: Command, month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = []
    for order in (("2026-02", "2026-03", "2026-04"), ("2026-04", "2026-02", "2026-03")):
        monkeypatch.setenv("CTDP_HOME", "-".join(order))
        for period in order:
            ctdp("submit", *month(period), "--area", TAY_NINH, "--received-at", f"{period}-24T08:00")
        exports.append([ctdp("export", period, "--format", "csv").out for period in order[::-1] if period != "x"])
    assert sorted(exports[0]) == sorted(exports[1])
    assert all(text.count("\n") > 50 for text in exports[0])
