"""``ctdp doctor`` names what is missing or unsafe, changes nothing and shows no secret."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctdp_etl.pipeline import doctor
from ctdp_etl.settings import Settings
from ctdp_etl.warehouse.engine import migrate, open_engine

SECRET = "b1-M@t/khẩu:?&#="


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"CTDP_HOME": str(tmp_path / "home")})


def messages(settings: Settings, subject: str, state: str) -> str:
    """Return the messages of one subject and state, joined."""
    return " ".join(one.message for one in doctor.examine(settings) if (one.subject, one.state) == (subject, state))


def made(settings: Settings) -> Settings:
    """Make the home with a warehouse of the newest schema, as ``ctdp init`` leaves it."""
    settings.home.mkdir(mode=0o700)
    engine = open_engine(settings.warehouse_url)
    migrate(engine)
    engine.dispose()
    (settings.home / "warehouse.db").chmod(0o600)
    settings.sources_file.write_text("", encoding="utf-8")
    settings.sources_file.chmod(0o600)
    return settings


def test_on_an_empty_machine_everything_points_to_init_and_nothing_is_made(settings: Settings, tmp_path: Path) -> None:
    assert "ctdp init" in messages(settings, "Thư mục dữ liệu", "error")
    assert "ctdp init" in messages(settings, "Kho số liệu", "error")
    assert "ctdp init" in messages(settings, "Nguồn số liệu", "error")
    assert list(tmp_path.iterdir()) == []


def test_a_made_home_is_well(settings: Settings) -> None:
    symptoms = doctor.examine(made(settings))
    assert [one for one in symptoms if one.state == "error"] == []
    assert {one.subject for one in symptoms if one.state == "ok"} >= {"Chương trình", "Kho số liệu", "Thư mục dữ liệu"}


def test_an_older_schema_is_an_error(settings: Settings) -> None:
    settings.home.mkdir()
    sqlite3.connect(settings.home / "warehouse.db").close()
    assert "chưa có bảng nào" in messages(settings, "Kho số liệu", "error")


def test_a_file_that_is_no_database_is_an_error_in_one_line(settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "warehouse.db").write_bytes(b"not a database" * 100)
    found = messages(settings, "Kho số liệu", "error")
    assert found.startswith("Không mở được")
    assert "\n" not in found


def test_a_home_that_others_may_change_is_an_error(settings: Settings) -> None:
    made(settings).home.chmod(0o777)
    assert f"chmod 700 {settings.home}" in messages(settings, "Quyền truy cập", "error")
    settings.home.chmod(0o755)
    assert f"chmod 700 {settings.home}" in messages(settings, "Quyền truy cập", "warning")
    settings.home.chmod(0o700)
    assert messages(settings, "Quyền truy cập", "error") == messages(settings, "Quyền truy cập", "warning") == ""


def test_a_clock_that_stands_still_is_a_warning(settings: Settings) -> None:
    fixed = Settings.from_environment({"CTDP_HOME": str(settings.home), "CTDP_NOW": "2026-04-24T09:00:00+07:00"})
    assert "2026-04-24T02:00:00Z" in messages(fixed, "Đồng hồ", "warning")
    assert messages(settings, "Đồng hồ", "warning") == ""


def test_faults_of_the_sources_are_all_listed(settings: Settings) -> None:
    made(settings).sources_file.write_text('[[source]]\nid = "a b"\n[[source]]\narea = "VN34_99"\n', encoding="utf-8")
    found = messages(settings, "Nguồn số liệu", "error")
    assert "nguồn a b" in found
    assert "nguồn 2" in found


def test_a_source_without_its_folder_is_a_warning(settings: Settings) -> None:
    entry = 'id="NSO"\narea="VN"\nname="Cục Thống kê"\nforms=["IIP"]\npath="inbox/NSO"\n'
    made(settings).sources_file.write_text(f"[[source]]\n{entry}", encoding="utf-8")
    assert str(settings.home / "inbox" / "NSO") in messages(settings, "Nguồn số liệu", "warning")
    (settings.home / "inbox" / "NSO").mkdir(parents=True)
    assert messages(settings, "Nguồn số liệu", "warning") == ""


def test_without_fontconfig_the_font_is_a_warning(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "which", lambda name: None)
    assert "fonts-liberation2" in messages(settings, "Phông chữ", "warning")


def test_a_font_without_vietnamese_is_a_warning(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "FONT", "No Such Font")
    monkeypatch.setattr(doctor, "which", lambda name: "/bin/true")
    assert "fonts-liberation2" in messages(settings, "Phông chữ", "warning")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/api", "file:///etc/hostname", "nonsense"])
def test_a_silent_prefect_server_is_an_error(settings: Settings, address: str) -> None:
    assert "PREFECT_API_URL" in messages(replace(settings, prefect_api_url=address), "Prefect", "error")


@pytest.mark.parametrize(
    ("url", "warned"),
    [
        ("postgresql://u@db.example:1/ctdp?connect_timeout=1", True),
        ("postgresql://u@db.example:1/ctdp?sslmode=prefer", True),
        ("postgresql://u@db.example:1/ctdp?sslmode=verify-full", False),
        ("postgresql://u@127.0.0.1:1/ctdp", False),
        ("postgresql://u:a[b@db.example/ctdp", True),
        ("sqlite:///x.db", False),
    ],
)
def test_an_open_line_to_another_machine_is_a_warning(url: str, warned: bool) -> None:
    assert bool(list(doctor._open_line(url))) is warned


@pytest.mark.parametrize("secret", [SECRET, quote(SECRET, safe="")])
def test_an_unreachable_server_is_an_error_without_the_password(settings: Settings, secret: str) -> None:
    far = replace(settings, warehouse_url=f"postgresql://ctdp:{secret}@127.0.0.1:9/ctdp")
    text = " ".join(one.message for one in doctor.examine(far)) + str(doctor.shown_settings(far))
    assert [part for part in (SECRET, *SECRET.split("@"), secret) if part in text] == []
    assert "CTDP_WAREHOUSE_URL" in messages(far, "Kho số liệu", "error")


def test_settings_are_shown_by_their_variables(settings: Settings) -> None:
    shown = doctor.shown_settings(settings)
    assert shown["CTDP_HOME"] == str(settings.home)
    assert shown["CTDP_AGENCY"] == "Cục Công Thương địa phương"
    assert "CTDP_NOW" not in shown


@given(st.text(min_size=6, alphabet=st.characters(min_codepoint=33, exclude_categories=["Cs"])))
def test_no_password_is_ever_shown(password: str) -> None:
    secret = f"<{password}>"
    for url in (f"postgresql://ctdp:{secret}@h/d", f"smtp://a:{secret}@h:587", f"http://:{secret}@h/api"):
        assert secret not in doctor.masked(url)
    assert doctor.masked("postgresql://h/d?user=a&password=abc&sslmode=require").endswith(
        "password=***&sslmode=require"
    )
    assert doctor.masked("sqlite:///folder/warehouse.db") == "sqlite:///folder/warehouse.db"
