"""A release by decision while the gate is shut: what was read, printed with its mark and released, both or neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from released_months import MONTH, READERS, issue, site_of, states
from sqlalchemy import text

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.errors import CtdpError, GateShutError
from ctdp_etl.pipeline import override
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.diff import diff
from ctdp_etl.pipeline.editions import editions, published_path
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.release import publish, publish_due, release, standing
from ctdp_etl.pipeline.released import tend
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.pipeline.verify import verify
from ctdp_etl.warehouse.publications import record_publication

EARLY = "2026-04-24T02:00:00Z"
TYPED = Decision("Nguyễn \u202eAn <b>", "họp giao ban\n{{ 7 * 7 }} " + "rất gấp " * 40, EARLY)
MARK = (
    "Phát hành theo quyết định của Nguyễn An <b> khi báo cáo chưa đủ điều kiện phát hành: chưa đến ngày phát hành "
    "28/04/2026. Lý do: họp giao ban {{ 7 * 7 }} rất gấp"
)


@pytest.fixture(scope="module")
def read(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """April printed for whoever has to read it, the release day not come yet; to be copied."""
    folder = tmp_path_factory.mktemp("read")
    site = site_of(month, folder, None, now=EARLY)
    brief(site, MONTH)
    site.engine.dispose()
    return folder / "home"


@pytest.fixture(scope="module")
def signed(read: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same released by a decision, with all that goes with it; to be copied."""
    folder = tmp_path_factory.mktemp("signed")
    site = site_of(read, folder, None, now=EARLY)
    publish(site, MONTH, TYPED)
    site.engine.dispose()
    return folder / "home"


def stored(site: Site) -> dict[str, Any]:
    """Return how much the ledger has of what a release could add, and every published file."""
    with site.engine.connect() as connection:
        counts = {
            name: connection.scalar(text(f"SELECT COUNT(*) FROM {name}"))
            for name in ("publication", "figure", "release", "audit", "delivery")
        }
    return counts | {str(path): path.read_bytes() for path in site.settings.published.rglob("*.pdf")}


def resend(site: Site, folder: Path, received_at: str) -> None:
    """Let a file come again, with the same figures."""
    file = tay_ninh_files("2026-04")[0]
    (folder / file.name).write_bytes(file.content)
    submit(site, folder / file.name, Sender("SCT_VN34_80", "VN34_80", ""), received_at=received_at)


def test_the_mark_is_all_that_differs_from_what_was_read(read: Path, signed: Path, tmp_path: Path) -> None:
    before = published_path(site_of(read, tmp_path / "read", None).settings, "2026-04", 1).read_bytes()
    site = site_of(signed, tmp_path, None, now=EARLY)
    draft, marked = editions(site, MONTH)
    assert (draft.released_at, marked.is_override, marked.reason) == ("", True, TYPED.reason)
    assert marked.as_of == draft.as_of
    assert published_path(site.settings, "2026-04", 1).read_bytes() == before
    found = diff(site, MONTH)
    assert found["figures"] == []
    (sentence,) = found["sentences"]
    assert sentence["before"] == ""
    assert sentence["after"].startswith(MARK)
    assert len(sentence["after"]) < len(MARK) + 160
    assert verify(site) == ()
    site.engine.dispose()


def test_done_again_it_changes_nothing_and_the_marked_paper_stays_in_force(signed: Path, tmp_path: Path) -> None:
    site = site_of(signed, tmp_path, None, now=EARLY)
    assert set(states(site)) == set(READERS)
    before = stored(site)
    assert not brief(site, MONTH).new
    release(site, MONTH, TYPED)
    release(site, MONTH, Decision("Bình", "ký lại", EARLY))
    publish_due(site, MONTH)
    tend(site)
    assert stored(site) == before
    found = standing(site, MONTH)
    assert (found.is_released, found.newest and found.newest.number) == (True, 2)
    site.engine.dispose()


def test_a_reissue_tells_the_sentence_and_no_figure(signed: Path, tmp_path: Path) -> None:
    site = site_of(signed, tmp_path, None)
    resend(site, tmp_path, "2026-04-27T02:00:00Z")
    issue(site)
    page = (site.settings.released / "2026-04" / "bao-cao-2026-04-so-03-thay-doi.html").read_text(encoding="utf-8")
    assert "<del>Phát hành theo quyết định của Nguyễn An &lt;b&gt;" in page
    assert diff(site, MONTH)["figures"] == []
    site.engine.dispose()


def test_what_comes_while_it_is_printed_is_signed_by_nobody(
    read: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_of(read, tmp_path, None, now=EARLY)
    known, make = override.standing_reports, override.make

    def late(*asked: Any) -> Any:
        resend(site, tmp_path, "2026-04-23T02:00:00Z")
        return known(*asked)

    monkeypatch.setattr(override, "standing_reports", late)
    with pytest.raises(GateShutError, match="đã đổi từ bản số 1"):
        release(site, MONTH, TYPED)
    assert [one.released_at for one in editions(site, MONTH)] == [""]
    brief(site, MONTH)

    def overtaken(*given: Any) -> Any:
        about = {"report": "monthly_briefing", "period": "2026-04", "as_of": EARLY, "published_at": EARLY}
        record_publication(site.engine, content_sha256="0" * 64, figures=(), **about)
        return make(*given)

    monkeypatch.setattr(override, "standing_reports", known)
    monkeypatch.setattr(override, "make", overtaken)
    with pytest.raises(CtdpError, match="vừa có bản số 3"):
        release(site, MONTH, TYPED)
    assert [one.released_at for one in editions(site, MONTH)] == [""] * 3
    site.engine.dispose()


def test_cut_off_before_its_release_no_marked_paper_is_left_to_anybody(
    read: Path, signed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = site_of(read, tmp_path, None, now=EARLY)

    def cut(*_given: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(override, "record_release", cut)
        with pytest.raises(KeyboardInterrupt):
            release(site, MONTH, TYPED)
    assert [one.number for one in editions(site, MONTH)] == [1]
    release(site, MONTH, TYPED)
    expected = site_of(signed, tmp_path / "signed", None, now=EARLY)
    assert editions(site, MONTH) == editions(expected, MONTH)
    for one in (site, expected):
        one.engine.dispose()
