"""A month in which everything hostile arrives: honest files load, each other has its receipt, all bytes are kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile_bytes import good, good_xls
from hostile_corpus import CORPUS

from ctdp_etl.collect import archive
from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline.load import load
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.receipts import known_receipts
from ctdp_etl.pipeline.site import Site, identity, open_site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import record_receipt

PERIOD = "2026-04"
SOURCE, AREA = "SCT_VN34_80", "VN34_80"


@pytest.fixture
def site(tmp_path: Path, sqlite_template: Path) -> Site:
    (tmp_path / "warehouse.db").write_bytes(sqlite_template.read_bytes())
    return open_site(Settings(tmp_path, f"sqlite:///{tmp_path / 'warehouse.db'}"))


def receive(site: Site, content: bytes, file_name: str, day: int, number: int) -> Receipt:
    sha256 = archive.store(site.settings.archive, content)
    locator = f"{PERIOD}/{number}/{file_name}"
    receipt = Receipt(
        id=identity(sha256, SOURCE, "folder", locator),
        sha256=sha256,
        source=SOURCE,
        ref_area=AREA,
        channel="folder",
        locator=locator,
        file_name=file_name,
        size=len(content),
        received_at=f"2026-04-{day:02d}T01:00:{number % 60:02d}Z",
        state="received",
        message="",
    )
    with writing(site.engine) as connection:
        record_receipt(connection, receipt)
    return receipt


def test_honest_files_load_beside_hostile_ones(site: Site) -> None:
    expected: dict[str, str] = {receive(site, good(), "dau.xlsx", 10, 0).id: ""}
    for number, (code, file_name, build) in enumerate(CORPUS.values(), start=1):
        expected[receive(site, build(), file_name, 12, number).id] = code
    expected[receive(site, good_xls(), "cuoi.xls", 20, 999).id] = ""
    outcomes = list(load(site, Period.parse(PERIOD)))
    assert {one.receipt_id: one.message[:3] for one in outcomes} == expected
    loaded = [one for one in outcomes if not one.message]
    assert [one.file_name for one in loaded] == ["dau.xlsx", "cuoi.xls"]
    assert all(one.observations == 6 for one in loaded)
    for receipt in known_receipts(site):
        code = expected[receipt.id]
        assert receipt.state == ("failed" if code else "loaded")
        assert receipt.message.startswith(code)
        assert len(archive.load(site.settings.archive, receipt.sha256)) == receipt.size
    again = list(load(site, Period.parse(PERIOD)))
    assert {one.receipt_id for one in again} == {name for name, code in expected.items() if code}
    assert not any(one.added for one in again)
    site.engine.dispose()


def test_loading_may_be_broken_off_between_files(site: Site) -> None:
    for number in range(8):
        receive(site, good() + bytes(number), f"{number}.xlsx", 10, number)
    going = load(site, Period.parse(PERIOD))
    assert next(going).state == "loaded"
    going.close()
    assert [one.state for one in known_receipts(site)].count("loaded") == 1
    site.engine.dispose()


@pytest.mark.parametrize("name", ["macros", "flat bomb", "xls with a password", "sheet cut inside", "pdf"])
def test_a_hostile_file_that_came_by_hand_is_kept_with_its_reason(site: Site, tmp_path: Path, name: str) -> None:
    code, file_name, build = CORPUS[name]
    path = tmp_path / file_name
    path.write_bytes(build())
    outcome = submit(site, path, Sender("", AREA, PERIOD), received_at="2026-04-20T01:00:00Z")
    assert (outcome.state, outcome.message[:3]) == ("failed", code)
    (receipt,) = known_receipts(site)
    assert receipt.state == "failed"
    assert archive.load(site.settings.archive, receipt.sha256) == path.read_bytes()
    assert {part.name for part in site.settings.archive.rglob("*") if part.is_file()} == {receipt.sha256}
    site.engine.dispose()
