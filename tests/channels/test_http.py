"""The HTTP channel against a real nginx over TLS, by its JSON index and by WebDAV."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from nginx import Nginx
from sites import JUST_NOW, NOW, OLD, QUICK, look, names, put, site, workbook

import certificates
from ctdp_etl.collect import archive, http
from ctdp_etl.collect.arrivals import Arrival, Reception, Visit
from ctdp_etl.collect.listing import json_index, multistatus
from ctdp_etl.collect.reach import ReachError
from ctdp_etl.pipeline.receipts import known_receipts
from ctdp_etl.pipeline.site import Site

JSON, DAV = {"location": "json"}, {"location": "dav", "listing": "webdav"}


def visit(place: Site, take: object, **more: object) -> Visit:
    source = place.sources[0]
    assert source.endpoint is not None
    return http.visit(source, source.endpoint, Reception(now=NOW, take=take, patience=QUICK, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("way", [JSON, DAV], ids=["json", "webdav"])
def test_files_are_taken_once_and_asked_for_by_etag(portal: Nginx, home: Path, way: dict[str, str]) -> None:
    put(portal.inbox, "2026-04/Số liệu & Tây Ninh (1) #2.xlsx", workbook("a"))
    put(portal.inbox, "IIP.xlsx", workbook("b"))
    place = site(home, portal.entry(**way))
    first = look(place)
    assert (first.new, first.known, first.waiting, first.failures) == (2, 0, (), ())
    receipts = {receipt.locator: receipt for receipt in known_receipts(place)}
    receipt = receipts["2026-04/Số liệu & Tây Ninh (1) #2.xlsx"]
    assert (receipt.channel, receipt.ref_area, receipt.state) == ("http", "VN34_80", "received")
    assert receipt.received_at == "2026-04-12T13:20:00Z"
    assert archive.load(place.settings.archive, receipt.sha256) == workbook("a")
    assert not any(answer.endswith("304") for answer in portal.answers())
    again = look(place)
    assert (again.new, again.known) == (0, 2)
    assert [answer.split()[-1] for answer in portal.answers() if ".xlsx" in answer][-2:] == ["304", "304"]


def test_a_changed_file_comes_again(portal: Nginx, home: Path) -> None:
    put(portal.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, portal.entry("json"))
    look(place)
    put(portal.inbox, "IIP.xlsx", workbook("b"), OLD + 60)
    assert look(place).new == 1
    assert names(place) == ["IIP.xlsx", "IIP.xlsx"]


def test_by_webdav_what_is_safe_here_is_moved_there(portal: Nginx, home: Path) -> None:
    put(portal.inbox, "2026-04/Số liệu.xlsx", workbook("a"))
    place = site(home, portal.entry("dav", listing="webdav", done="đã nhận"))
    found = look(place)
    assert (found.new, found.failures) == (1, ())
    moved = [path.name for path in (portal.inbox / "đã nhận").iterdir()]
    assert moved == [f"2026-04-12T132000Z-{len(workbook('a'))}-Số liệu.xlsx"]
    again = look(place)
    assert (again.new, again.known, again.failures) == (0, 0, ())


def test_a_file_replaced_while_it_is_taken_is_not_moved_away(portal: Nginx, home: Path) -> None:
    path = put(portal.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, portal.entry("dav", listing="webdav", done="done"))

    def take(_arrival: Arrival) -> None:
        put(portal.inbox, "IIP.xlsx", workbook("b"), OLD + 60)

    visit(place, take)
    assert path.read_bytes() == workbook("b")


def test_where_nothing_may_be_moved_the_file_is_taken_and_that_is_said(portal: Nginx, home: Path) -> None:
    put(portal.inbox, "IIP.xlsx", workbook("a"))
    place = site(home, portal.entry("read-only", listing="webdav", done="done"))
    found = look(place)
    assert found.new == 1
    assert "không chuyển được vào done" in found.failures[0].message
    assert look(place).new == 0


def test_a_token_opens_the_portal(portal: Nginx, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(portal.inbox, "IIP.xlsx", workbook("a"))
    entry = portal.entry("token", user="", token_env="CTDP_TEST_TOKEN")
    assert look(site(home, entry)).new == 1
    monkeypatch.setenv("CTDP_TEST_TOKEN", "other")
    assert "không nhận token" in look(site(home, entry)).failures[0].message


def test_a_password_may_stand_in_a_file(portal: Nginx, home: Path) -> None:
    put(portal.inbox, "IIP.xlsx", workbook("a"))
    entry = portal.entry("json", password_file="secrets/so")
    entry.pop("password_env")
    assert "Không đọc được tệp bí mật so" in look(site(home, entry)).failures[0].message
    for content, new in ((" \n", 0), ("m@t-khau\n", 1)):
        put(home, "secrets/so", content.encode())
        assert look(site(home, entry)).new == new


@pytest.mark.parametrize("way", [JSON, DAV], ids=["json", "webdav"])
def test_a_wrong_password_is_named_and_never_shown(
    portal: Nginx, home: Path, way: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CTDP_TEST_PORTAL", "sai-mat-khau")
    (failure,) = look(site(home, portal.entry(**way))).failures
    assert "không nhận tài khoản so" in failure.message
    assert "sai-mat-khau" not in repr(failure)


def test_another_authority_s_certificate_is_refused_before_the_password(
    portal: Nginx, home: Path, tmp_path: Path
) -> None:
    put(portal.inbox, "IIP.xlsx", workbook("a"))
    other, _, _ = certificates.write(tmp_path)
    (failure,) = look(site(home, portal.entry("json", ca_file=str(other)))).failures
    assert "Không tin được chứng thư TLS" in failure.message
    entry = portal.entry("json")
    (failure,) = look(site(home, {**entry, "url": str(entry["url"]).replace("127.0.0.1", "localhost")})).failures
    assert "Không tin được chứng thư TLS" in failure.message
    entry.pop("ca_file")
    assert "Không tin được chứng thư TLS" in look(site(home, entry)).failures[0].message
    assert portal.answers() == []


@pytest.mark.parametrize(
    ("location", "more", "message"),
    [
        ("html", {}, "không đúng dạng JSON"),
        ("html", {"listing": "webdav"}, "không liệt kê được"),
        ("elsewhere", {}, "chuyển đi nơi khác (302)"),
        ("nowhere", {}, "không có thư mục /nowhere/"),
        ("json", {"ca_file": "/nowhere.pem"}, "Không dùng được ca_file"),
    ],
)
def test_what_a_server_does_not_do_is_named(
    portal: Nginx, home: Path, location: str, more: dict[str, str], message: str
) -> None:
    (failure,) = look(site(home, portal.entry(location, **more))).failures
    assert message in failure.message


@pytest.mark.parametrize("way", [JSON, DAV], ids=["json", "webdav"])
def test_a_file_still_being_written_is_left_alone(portal: Nginx, home: Path, way: dict[str, str]) -> None:
    whole = workbook("a")
    put(portal.inbox, "IIP.xlsx", whole[: len(whole) // 2], JUST_NOW)
    put(portal.inbox, "IIP.xlsx.part", whole)
    place = site(home, portal.entry(**way))
    assert look(place).waiting == ("SCT_VN34_80/IIP.xlsx",)
    assert names(place) == []
    put(portal.inbox, "IIP.xlsx", whole, JUST_NOW)
    assert look(place).new == 1


@pytest.mark.parametrize("way", [JSON, DAV], ids=["json", "webdav"])
def test_a_file_that_changes_between_two_looks_is_left_alone(portal: Nginx, home: Path, way: dict[str, str]) -> None:
    path = put(portal.inbox, "IIP.xlsx", workbook("a"))
    taken: list[Arrival] = []

    def write_more(_seconds: float) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    assert visit(site(home, portal.entry(**way)), taken.append, pause=write_more).waiting == ["IIP.xlsx"]
    assert taken == []


def test_a_name_that_is_not_unicode(portal: Nginx, home: Path) -> None:
    put(portal.inbox, os.fsdecode(b"S\xe8 li\xd6u.xlsx"), workbook("a"))
    for way in (JSON, DAV):
        place = site(home / way["location"], portal.entry(**way))
        assert look(place).failures == ()
        assert names(place) == ["S\ufffd li\ufffdu.xlsx"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'[{"name":"../x","type":"file","mtime":""}]', b"[" * 9999])
def test_an_index_that_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(ReachError, match="không đúng dạng"):
        json_index(content)


def test_an_entity_bomb_in_a_multistatus_is_refused() -> None:
    bomb = (
        b'<!DOCTYPE a [<!ENTITY b "c">]><multistatus xmlns="DAV:"><response><href>&b;</href></response></multistatus>'
    )
    with pytest.raises(ReachError, match="không đúng dạng"):
        multistatus(bomb, "/x/")


def test_what_lies_outside_the_folder_is_not_listed() -> None:
    rows = "".join(
        f"<D:response><D:href>{href}</D:href></D:response>"
        for href in ("/x/", "/x/a.xlsx", "/y/b.xlsx", "/x/c/d.xlsx", "/x/%2e%2e/e.xlsx", "https://other.vn/x/f.xlsx")
    )
    listed = multistatus(f'<D:multistatus xmlns:D="DAV:">{rows}</D:multistatus>'.encode(), "/x/")
    assert [one.name for one in listed] == ["a.xlsx", "f.xlsx"]
