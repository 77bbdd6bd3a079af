"""From a wrong figure to the marked workbook, the letter and the corrected resend, through the public steps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from marked_books import LIST, NOW, SENDER, links, opened, saved

from ctdp_etl.cli import ctdp
from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.model import Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline import check
from ctdp_etl.pipeline.answer import answer
from ctdp_etl.pipeline.feedback import annotated, feedback, stored_name
from ctdp_etl.pipeline.load import Outcome
from ctdp_etl.pipeline.precheck import precheck
from ctdp_etl.pipeline.receipts import LOADED, known_receipts
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.warehouse.outbox import deliveries

MONTH = Period.parse("2026-04")


def take(site: Site, folder: Path, content: bytes, *, name: str = "4. TMDV.xlsx", at: str = NOW) -> Outcome:
    path = folder / name
    path.write_bytes(content)
    return submit(site, path, SENDER, received_at=at)


def receipt(site: Site, outcome: Outcome) -> Receipt:
    return next(one for one in known_receipts(site) if one.id == outcome.receipt_id)


def errors(site: Site) -> list[dict[str, object]]:
    return [one for one in check.check(site, MONTH) if one["severity"] == "error"]


def test_only_the_flagged_cells_are_corrected_in_the_marked_workbook_and_its_findings_close(
    site: Site, spoiled: bytes, tmp_path: Path
) -> None:
    outcome = take(site, tmp_path, spoiled)
    found = errors(site)
    assert {one["cell"] for one in found} == {"C9"}
    (done,) = feedback(site, MONTH)
    assert done.path.parent == site.settings.home / "feedback" / "2026-04" / "SCT_VN34_80"
    assert done.path.read_bytes() == annotated(site, receipt(site, outcome))
    book = opened(done.path.read_bytes())
    right = opened(tay_ninh_files("2026-04")[1].content)
    for sheet, cell in set(links(book)):
        assert book[sheet][cell].comment is not None
        book[sheet][cell].value = right[sheet][cell].value
    again = take(site, tmp_path, saved(book), name="4. TMDV sửa.xlsx", at="2026-04-24T03:00:00Z")
    assert (again.state, again.observations) == (LOADED, outcome.observations)
    assert errors(site) == []
    assert not any(one["sha256"] == outcome.sha256 for one in check.findings(site, MONTH))
    feedback(site, MONTH)
    assert not done.path.exists(), "nothing is left to correct in the first workbook"


def test_what_is_right_is_not_written_again(site: Site, spoiled: bytes, tmp_path: Path) -> None:
    take(site, tmp_path, spoiled)
    check.check(site, MONTH)
    (first,) = feedback(site, MONTH)
    before = first.path.stat()
    assert feedback(site, MONTH) == [first]
    assert (first.path.stat().st_mtime_ns, first.path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert feedback(site, MONTH, only_new=True) == []
    assert feedback(site, MONTH, area="VN34_24") == []


def test_a_workbook_that_is_gone_from_the_archive_stops_no_other(site: Site, spoiled: bytes, tmp_path: Path) -> None:
    lost = take(site, tmp_path, spoiled)
    industry = opened(tay_ninh_files("2026-04")[0].content)
    industry.worksheets[0]["D9"].value = 112550
    take(site, tmp_path, saved(industry), name="IIP.xlsx")
    check.check(site, MONTH)
    (site.settings.archive / lost.sha256[:2] / lost.sha256).unlink()
    done = {one.file_name: one for one in feedback(site, MONTH)}
    assert "Kho lưu trữ" in done["4. TMDV.xlsx"].message
    assert not done["4. TMDV.xlsx"].path.exists()
    assert done["IIP.xlsx"].message == ""
    assert done["IIP.xlsx"].path.exists()


def test_precheck_finds_what_check_finds_after_submitting_and_marks_the_same_bytes(
    site: Site, spoiled: bytes, tmp_path: Path
) -> None:
    path, out = tmp_path / "4. TMDV.xlsx", tmp_path / "out"
    path.write_bytes(spoiled)
    before = precheck(path, SENDER, site.catalog, site.engine, now=NOW, out=out)
    submit(site, path, SENDER, received_at=NOW)
    after = [one for one in check.check(site, MONTH) if one["sha256"] == before["sha256"]]
    assert json.dumps(before["findings"], ensure_ascii=False) == json.dumps(after, ensure_ascii=False)
    assert before["findings"]
    (done,) = feedback(site, MONTH)
    assert Path(before["annotated"]).read_bytes() == done.path.read_bytes()
    assert path.read_bytes() == spoiled


def test_the_letter_says_where_the_marked_workbook_is_once_and_without_figures(
    site: Site, spoiled: bytes, tmp_path: Path
) -> None:
    take(site, tmp_path, spoiled)
    check.check(site, MONTH)
    (done,) = feedback(site, MONTH)
    assert answer(site) == 1
    assert answer(site) == 0
    with site.engine.connect() as connection:
        (letter,) = [one for one in deliveries(connection) if one.time_period == "2026-04"]
    assert f"2026-04/SCT_VN34_80/{done.path.name}" in letter.body
    assert str(site.settings.home) not in letter.body
    assert "C9" not in letter.body


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.xlsx",
        "..\\..\\a.xlsx",
        "/abs.xlsx",
        "a\0b\nc.xlsx",
        "...",
        "",
        "~root",
        "\u202egpj.xlsx",
        "đ" * 300,
    ],
)
def test_a_name_from_outside_leads_nowhere(name: str) -> None:
    stored = stored_name(name, "0123456789" + "0" * 54)
    assert stored.endswith("-01234567.xlsx")
    assert Path(stored).name == stored
    assert not stored.startswith((".", "~"))
    assert stored.isprintable()
    assert len(stored.encode()) < 255


def test_the_commands(site: Site, spoiled: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CTDP_HOME", str(site.settings.home))
    monkeypatch.setenv("CTDP_NOW", NOW)
    take(site, tmp_path, spoiled)
    path, out = tmp_path / "4. TMDV.xlsx", tmp_path / "before"
    runner = CliRunner()
    looked = runner.invoke(ctdp, ["precheck", str(path), "--area", "VN34_80", "--out", str(out), "--json"])
    assert looked.exit_code == 1
    (marked,) = out.iterdir()
    assert json.loads(looked.stdout)["files"][0]["annotated"] == str(marked)
    assert LIST in opened(marked.read_bytes()).sheetnames
    assert runner.invoke(ctdp, ["check", "2026-04"]).exit_code == 1
    given = runner.invoke(ctdp, ["feedback", "2026-04", "--area", "Tây Ninh", "--out", str(tmp_path / "share")])
    assert given.exit_code == 0, given.output
    letter, written = sorted((tmp_path / "share" / "2026-04" / "SCT_VN34_80").iterdir())
    assert str(written) in given.stdout
    assert str(letter) in given.stdout
    assert written.read_bytes() == marked.read_bytes()


def test_a_receipt_without_figures_has_an_empty_list(site: Site) -> None:
    known = next(one for one in known_receipts(site))
    book = opened(annotated(site, replace(known)))
    assert links(book) == []
