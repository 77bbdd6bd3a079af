"""A recalled briefing: kept as evidence, offered no more; who got it is told once, who had not gets neither letter."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from released_months import MONTH, PDF, READERS, RELEASED, issue, site_of, states

from ctdp_etl.demo.published import tay_ninh_files
from ctdp_etl.errors import CtdpError
from ctdp_etl.pipeline.accept import Decision
from ctdp_etl.pipeline.brief import brief
from ctdp_etl.pipeline.companions import publish_companions
from ctdp_etl.pipeline.deliver import deliver, resolve
from ctdp_etl.pipeline.print_companions import print_companions
from ctdp_etl.pipeline.read import Sender
from ctdp_etl.pipeline.recall import follow_up, recall
from ctdp_etl.pipeline.release import document, due_companions, due_releases, publish_due, release, standing
from ctdp_etl.pipeline.released import arrange, tend
from ctdp_etl.pipeline.site import Site
from ctdp_etl.pipeline.submit import submit
from ctdp_etl.warehouse.engine import writing
from ctdp_etl.warehouse.ledger import audit_trail
from ctdp_etl.warehouse.outbox import deliveries, move_delivery
from kept import kept, words_of_page
from post_office import PostOffice

GOLDEN = Path(__file__).parent / "golden"
WHY = Decision("Trần Bình", "số bán lẻ sai đơn vị <b>", "2026-04-28T03:00:00Z")
EVENING, NEXT_DAY = "2026-04-28T09:00:00Z", "2026-04-29T02:00:00Z"


def page(site: Site) -> str:
    arrange(site)
    return (site.settings.released / "index.html").read_text(encoding="utf-8")


def half_delivered(published: Path, folder: Path, office: PostOffice) -> Site:
    """Return a site whose mail server took half of the letters and wants the others later."""
    site = site_of(published, folder, office)
    with writing(site.engine) as connection:
        for letter in deliveries(connection)[:5]:
            move_delivery(connection, letter, replace(letter, attempts=1, tried_at=RELEASED))
    deliver(site)
    return site


def test_who_got_it_is_told_once_and_who_had_not_gets_neither(
    published: Path, tmp_path: Path, office: PostOffice
) -> None:
    site = half_delivered(published, tmp_path, office)
    got = {reader for reader, state in states(site).items() if state == "sent"}
    assert len(got) == 5
    recall(site, MONTH, 1, WHY)
    follow_up(site)
    later = site_of(published, tmp_path, office, now=NEXT_DAY)
    assert deliver(later).sent == len(got)
    recall(later, MONTH, 1, Decision("Ai đó", "lần nữa", NEXT_DAY))
    tend(later)
    assert deliver(later).sent == 0
    arrived = [(reader, str(message["Subject"])) for reader, message in office.arrived()]
    assert Counter(reader for reader, subject in arrived if "THU HỒI" in subject) == dict.fromkeys(got, 1)
    assert {reader for reader, subject in arrived if "THU HỒI" not in subject} == got
    assert Counter(states(later).values()) == {"sent": 5, "cancelled": 5}
    with later.engine.connect() as connection:
        notice = next(one for one in deliveries(connection, kind="recall"))
        trail = audit_trail(connection, verb="recall").to_dict("records")
    assert "số bán lẻ sai đơn vị" in notice.body
    assert "Bản thay thế sẽ được gửi khi phát hành." in notice.body
    assert [(one["who"], one["subject"], one["detail"]) for one in trail] == [
        ("Trần Bình", "monthly_briefing:2026-04:1", "01/BC-CTĐP")
    ]
    site.engine.dispose()
    later.engine.dispose()


def test_killed_after_the_recall_the_next_round_tells_them(published: Path, tmp_path: Path, office: PostOffice) -> None:
    site = site_of(published, tmp_path, office)
    assert deliver(site).sent == len(READERS)
    recall(site, MONTH, 1, WHY)
    assert states(site, "recall") == {}
    assert deliver(site).sent == len(READERS)
    assert set(states(site, "recall")) == set(READERS)
    site.engine.dispose()


def test_a_letter_in_doubt_does_not_go_again_after_a_recall(
    published: Path, tmp_path: Path, office: PostOffice
) -> None:
    site = site_of(published, tmp_path, office)
    office.fails("BODY", "drop")
    deliver(site)
    office.fails()
    unsure = [reader for reader, state in states(site).items() if state == "unknown"]
    assert unsure
    recall(site, MONTH, 1, WHY)
    with site.engine.connect() as connection:
        letter = next(one for one in deliveries(connection, state="unknown"))
    resolve(site, letter.id, Decision("An", "gửi lại", EVENING), has_arrived=False)
    before = len(office.arrived())
    deliver(site_of(published, tmp_path, office, now=NEXT_DAY))
    assert states(site)[letter.recipient] == "cancelled"
    assert all("THU HỒI" in str(message["Subject"]) for _, message in office.arrived()[before:])
    site.engine.dispose()


def test_the_page_says_it_and_only_a_reissue_replaces_it(published: Path, tmp_path: Path) -> None:
    site = site_of(published, tmp_path, None, now=EVENING)
    pdf = site.settings.released / "2026-04" / PDF
    content = pdf.read_bytes()
    assert "ĐÃ THU HỒI" not in page(site)
    recall(site, MONTH, 1, WHY)
    told = page(site)
    assert "ĐÃ THU HỒI ngày 28/04/2026 theo quyết định của Trần Bình</span>: số bán lẻ sai đơn vị &lt;b&gt;." in told
    assert "Chưa có bản thay thế." in told
    assert f'<a href="2026-04/{PDF}">PDF</a>' not in told
    assert pdf.read_bytes() == content
    found = release(site, MONTH, WHY)
    assert (found.is_released, [one.code for one in found.reasons]) == (False, ["recalled"])
    assert document(site, standing(site, MONTH))["recalled_at"] == WHY.at
    file = tay_ninh_files("2026-04")[0]
    (tmp_path / file.name).write_bytes(file.content)
    submit(site, tmp_path / file.name, Sender("SCT_VN34_80", "VN34_80", ""), received_at="2026-04-28T04:00:00Z")
    assert (due_releases(site), due_companions(site)) == ([], [])
    brief(site, MONTH)
    waits = publish_due(site, MONTH)
    assert (waits.released, [one.code for one in waits.reasons]) == (None, ["recalled"]), "a person decides"
    issue(site)
    told = page(site)
    assert "ĐÃ THU HỒI" in told
    assert "Đã có bản số 2 thay thế." in told
    assert 'so-02.pdf">PDF</a>' in told
    with site.engine.connect() as connection:
        reissued = [one for one in deliveries(connection) if one.attachment == "monthly_briefing:2026-04:2"]
    where = "trang báo cáo đã phát hành: 2026-04/bao-cao-2026-04-so-02-thay-doi.html"
    assert len(reissued) == len(READERS)
    assert f"Bản này thay bản số 1; các số và câu đã đổi có ở {where}." in reissued[0].body
    changes = (site.settings.released / "2026-04" / "bao-cao-2026-04-so-02-thay-doi.html").read_text(encoding="utf-8")
    for name, html in (("released_index", told), ("released_changes", changes)):
        assert words_of_page(html) == kept(GOLDEN / f"{name}.txt", words_of_page(html)), name
    assert pdf.read_bytes() == content
    site.engine.dispose()


def test_a_report_beside_the_month_is_released_whole_and_recalled_by_name_and_area(
    published: Path, tmp_path: Path
) -> None:
    site = site_of(published, tmp_path, None)
    about = ("province_brief", "VN34_80")
    (one,) = print_companions(site, about[0], MONTH, about[1:], is_checked=True)
    assert one.printed
    content = one.printed.path.read_bytes()
    one.printed.path.write_bytes(content[:-1])
    assert publish_companions(site, MONTH) == ["Tây Ninh 2026-04: Tệp của bản số 1 mất hoặc hỏng, hãy in lại."]
    assert "Tây Ninh" not in page(site)
    one.printed.path.write_bytes(content)
    assert publish_companions(site, MONTH) == []
    assert "Tây Ninh, bản số 1" in words_of_page(page(site))
    recall(site, MONTH, 1, WHY, *about)
    assert "Tây Ninh, bản số 1: ĐÃ THU HỒI ngày 28/04/2026: số bán lẻ sai đơn vị" in words_of_page(page(site))
    assert standing(site, MONTH).is_released, "the country's stays"
    site.engine.dispose()


@pytest.mark.parametrize(("number", "reason"), [(2, "không có bản số 2"), (0, "không có bản số 0")])
def test_only_what_was_released_can_be_recalled(published: Path, tmp_path: Path, number: int, reason: str) -> None:
    site = site_of(published, tmp_path, None)
    with pytest.raises(CtdpError, match=reason):
        recall(site, MONTH, number, WHY)
    site.engine.dispose()
