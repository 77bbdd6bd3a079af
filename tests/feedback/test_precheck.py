"""A file judged before it is sent: the findings that its sender will have once it is sent, to the byte."""

from __future__ import annotations

import json
from pathlib import Path

from marked_books import NOW, SENDER, opened, saved

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.period import Period
from ctdp_etl.pipeline.check import check
from ctdp_etl.pipeline.precheck import precheck
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.submit import submit

MONTH = Period.parse("2026-04")
OTHER = Sender("SCT_VN34_75", "VN34_75", "")


def retail(folder: Path, name: str, *, without: int | None = None, **cells: float) -> Path:
    """Write April's retail workbook of Tây Ninh with other numbers in some cells, and perhaps a row less."""
    book = opened(tay_ninh_files("2026-04")[1].content)
    for cell, value in cells.items():
        book.worksheets[0][cell].value = value
    if without is not None:
        book.worksheets[0].delete_rows(without)
    path = folder / name
    path.write_bytes(saved(book))
    return path


def told(findings: list[dict[str, object]]) -> str:
    return json.dumps(findings, ensure_ascii=False, sort_keys=True)


def mine(site: Site) -> list[dict[str, object]]:
    return [one for one in check(site, MONTH) if one["source"] == SENDER.source]


def test_the_others_are_seen_and_only_own_findings_are_told(site: Site, tmp_path: Path) -> None:
    submit(site, retail(tmp_path, "khac.xlsx"), OTHER, received_at=NOW)
    path = retail(tmp_path, "cua toi.xlsx")
    before = precheck(path, SENDER, site.catalog, site.engine, now=NOW)["findings"]
    assert "D02" in {one["code"] for one in before}
    assert {one["source"] for one in before} == {SENDER.source}
    submit(site, path, SENDER, received_at=NOW)
    assert told(before) == told(mine(site))
    alone = precheck(path, SENDER, site.catalog, None, now=NOW)["findings"]
    assert "D02" not in {one["code"] for one in alone}


def test_a_resend_is_judged_as_what_it_will_replace(site: Site, tmp_path: Path) -> None:
    submit(site, retail(tmp_path, "lan 1.xlsx"), SENDER, received_at=NOW)
    path = retail(tmp_path, "lan 2.xlsx", without=12, C9=18350223456.2)
    before = precheck(path, SENDER, site.catalog, site.engine, now=NOW)["findings"]
    assert "R01" in {one["code"] for one in before}
    submit(site, path, SENDER, received_at="2026-04-24T03:00:00Z")
    assert told(before) == told(mine(site))
