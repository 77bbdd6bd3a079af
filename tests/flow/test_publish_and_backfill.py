"""publish-due and backfill on a real Prefect server: released once, told once, one bad month stops no other."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from prefect_api import Server

from ctdp_etl.demo.published import tay_ninh_files
from registered import HO_CHI_MINH_ENTRY, TAY_NINH_ENTRY

DAY_BEFORE, RELEASE_DAY, DAY_AFTER = (f"2026-04-{day}T08:00:00+07:00" for day in (27, 28, 29))


def run(server: Server, home: Path, *steps: dict[str, Any]) -> list[dict[str, str]]:
    """Run flows one after another and return how each ended."""
    return server.run(home, *steps, CTDP_OPERATORS="truc@cuc.example.vn")


def put(home: Path, *periods: str) -> None:
    """Register Tây Ninh and put its months into its folder, with the times at which they came."""
    home.mkdir(exist_ok=True)
    (home / "sources.toml").write_text(TAY_NINH_ENTRY, encoding="utf-8")
    for period in periods:
        folder = home / "inbox" / "SCT_VN34_80" / period
        folder.mkdir(parents=True)
        for file in tay_ninh_files(period):
            (folder / file.name).write_bytes(file.content)
            moment = file.received_at.timestamp()
            os.utime(folder / file.name, (moment, moment))


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "warehouse.db") as connection:
        return connection.execute(query).fetchall()


def dump(home: Path) -> list[str]:
    with sqlite3.connect(home / "warehouse.db") as connection:
        return list(connection.iterdump())


def test_a_month_is_held_with_one_letter_then_released_once(server: Server, tmp_path: Path) -> None:
    put(tmp_path, "2026-04")
    publish = {"flow": "publish_due"}
    told = run(
        server,
        tmp_path,
        {"flow": "collect_submissions", "parameters": {"period": "2026-04"}, "variables": {"CTDP_NOW": DAY_BEFORE}},
        publish,
        publish | {"variables": {"CTDP_NOW": RELEASE_DAY}, "register": TAY_NINH_ENTRY + HO_CHI_MINH_ENTRY},
        publish | {"variables": {"CTDP_NOW": DAY_AFTER}},
        publish | {"register": TAY_NINH_ENTRY},
        publish,
        publish | {"parameters": {"period": "2026-04"}},
    )
    assert [one["type"] for one in told] == ["COMPLETED"] * 7
    assert [one["name"] for one in told[2:4]] == ["Chờ phát hành"] * 2
    assert "2/3 báo cáo" in told[2]["message"]
    counts = [one["message"].split(" kỳ")[0] for one in (told[1], *told[4:])]
    assert counts == ["0", "1", "0", "1"]
    released = "SELECT publication_id, released_at, who, is_override FROM release ORDER BY publication_id"
    assert rows(tmp_path, released) == [
        (name, "2026-04-29T01:00:00Z", "ctdp", 0)
        for name in ("monthly_briefing:2026-04:2", "province_brief:2026-04:VN34_80:1", "quality_report:2026-04:1")
    ]
    held = rows(tmp_path, "SELECT recipient, body FROM delivery WHERE event LIKE 'held %'")
    assert [recipient for recipient, _ in held] == ["truc@cuc.example.vn"]
    assert "ctdp release 2026-04" in held[0][1]


def test_backfill_shows_does_and_does_again_without_change(server: Server, tmp_path: Path) -> None:
    put(tmp_path, "2026-03", "2026-04")
    months = {"first": "2026-03", "last": "2026-04"}
    (tmp_path / "published").mkdir()
    (tmp_path / "published" / "2026-03").touch()
    work = {"flow": "backfill", "parameters": months}
    told = run(
        server,
        tmp_path,
        {"flow": "backfill", "parameters": months | {"dry_run": True}},
        work,
        work | {"remove": "published/2026-03"},
    )
    assert [one["type"] for one in told] == ["COMPLETED", "FAILED", "COMPLETED"]
    assert told[0]["message"] == "0 tháng có việc phải làm."
    assert told[1]["message"].startswith("1 tháng chưa xong. 2026-03: ")
    assert told[2]["message"] == "1 tháng đã làm xong."
    assert [path.parent.name for path in sorted((tmp_path / "published").rglob("*.pdf"))] == ["2026-03", "2026-04"]
    before = dump(tmp_path)
    (again,) = run(server, tmp_path, {"flow": "backfill", "parameters": months | {"mode": "all"}})
    assert again["message"] == "2 tháng đã làm xong."
    assert dump(tmp_path) == before
    assert rows(tmp_path, "SELECT COUNT(*) FROM delivery") == [(0,)]


def test_backfill_refuses_a_mode_that_does_not_exist(server: Server, tmp_path: Path) -> None:
    put(tmp_path)
    (refused,) = run(
        server, tmp_path, {"flow": "backfill", "parameters": {"first": "2026-03", "last": "2026-04", "mode": "some"}}
    )
    assert refused["type"] == "FAILED"
    assert not (tmp_path / "warehouse.db").exists()
