"""``sources.toml``: read whole, refused with every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctdp_etl.catalog import load_catalog
from ctdp_etl.collect.sources import SOURCES_TEMPLATE, SourcesError, read_sources
from ctdp_etl.errors import SettingsError

CATALOG = load_catalog()
GOOD = """
[[source]]
id = "SCT_VN34_80"
area = "VN34_80"
name = "Sở Công Thương tỉnh Tây Ninh"
forms = ["IIP", "RETAIL"]
path = "inbox/SCT_VN34_80"
due_day = 22
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> str:
    with pytest.raises(SourcesError) as caught:
        read_sources(write(folder, text), CATALOG)
    return str(caught.value)


def test_a_source_has_its_values_and_the_validity_of_its_area(tmp_path: Path) -> None:
    (source,) = read_sources(write(tmp_path, GOOD), CATALOG)
    assert (source.id, source.area, source.forms, source.due_day) == ("SCT_VN34_80", "VN34_80", ("IIP", "RETAIL"), 22)
    assert source.path == tmp_path / "inbox/SCT_VN34_80"
    assert (source.channel, source.simulated, source.valid_from, source.valid_to) == ("folder", False, "2025-07", "")
    assert source.in_force("2026-04")
    assert not source.in_force("2025-06")


def test_the_template_registers_nobody(tmp_path: Path) -> None:
    assert read_sources(write(tmp_path, SOURCES_TEMPLATE.read_text(encoding="utf-8")), CATALOG) == ()


def test_the_template_s_examples_are_good(tmp_path: Path) -> None:
    lines = SOURCES_TEMPLATE.read_text(encoding="utf-8").splitlines()
    example = "\n".join(line.removeprefix("# ") for line in lines[lines.index("# [[source]]") :])
    sources = read_sources(write(tmp_path, example), CATALOG)
    assert {source.channel: source.id for source in sources} == {
        "folder": "SCT_VN34_80",
        "http": "NSO",
        "sftp": "SCT_VN34_24",
        "mail": "SCT_VN34_01",
    }


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    text = faults(
        tmp_path,
        """
        [[source]]
        id = "A/../B"
        area = "VN34_99"
        name = "X"
        forms = ["IPI"]
        path = "a"
        channel = "fax"
        due_day = 40
        [[source]]
        id = "B"
        name = 7
        forms = []
        pth = "b"
        [[source]]
        id = "C"
        area = "VN63_72"
        name = "C"
        forms = ["IIP"]
        path = "c"
        valid_from = "2025-13"
        """,
    )
    for fault in (
        "id chỉ gồm", "không có địa phương 'VN34_99'", "không có biểu 'IPI'", "không có kênh 'fax'", "due_day 40",
        "nguồn B: thiếu area", "nguồn B: thiếu path", "name phải là chuỗi", "forms trống", "không có thuộc tính pth",
        "valid_from '2025-13'",
    ):  # fmt: skip
        assert fault in text


@pytest.mark.parametrize(
    ("more", "fault"),
    [
        ('valid_from = "2025-01"', "chỉ có hiệu lực từ 2025-07"),
        ('valid_from = "2026-02"\nvalid_to = "2026-01"', "trước valid_from"),
        ("simulated = 1", "simulated phải là true hoặc false"),
        ("due_day = true", "due_day phải là số nguyên"),
    ],
)
def test_validity_and_types(tmp_path: Path, more: str, fault: str) -> None:
    text = GOOD.replace("due_day = 22\n", "") + more
    assert fault in faults(tmp_path, text)


def test_two_sources_never_share_a_folder_or_an_id(tmp_path: Path) -> None:
    inside = GOOD.replace("SCT_VN34_80", "OTHER").replace("inbox/OTHER", "inbox/SCT_VN34_80/sub")
    assert "thư mục trùng hoặc nằm trong" in faults(tmp_path, GOOD + inside)
    assert "mã có hai lần, cùng kênh folder" in faults(tmp_path, GOOD + GOOD)


def test_a_file_that_is_no_toml_is_refused_in_one_message(tmp_path: Path) -> None:
    assert "TOML" in faults(tmp_path, "[[source]\n")
    with pytest.raises(SettingsError, match="không đọc được"):
        read_sources(tmp_path / "none.toml", CATALOG)
    assert "mục lạ [nguon]" in faults(tmp_path, "[nguon]\n")
    assert "[[source]]" in faults(tmp_path, "source = 3\n")


HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
SFTP = f'''
[[source]]
id = "A"
area = "VN34_80"
name = "A"
forms = ["IIP"]
channel = "sftp"
url = "sftp://ctdp@sftp.example.vn:2222/gui-bo/"
host_key = "{HOST_KEY}"
password_env = "CTDP_PASSWORD_A"
'''
HTTP = """
[[source]]
id = "B"
area = "VN34_01"
name = "B"
forms = ["IIP"]
channel = "http"
url = "https://ctdp@portal.example.vn/up/"
password_file = "secrets/b"
"""
MAIL = """
[[source]]
id = "C"
area = "VN34_24"
name = "C"
forms = ["IIP"]
channel = "mail"
url = "imaps://solieu%40example.vn@imap.example.vn"
password_file = "secrets/c"
senders = ["Phong@So.example.vn"]
authserv_id = "MX.example.vn"
"""


def test_a_source_on_another_machine_has_its_address_and_names_its_secret(tmp_path: Path) -> None:
    sftp, http, mail = (source.endpoint for source in read_sources(write(tmp_path, SFTP + HTTP + MAIL), CATALOG))
    assert sftp is not None and http is not None and mail is not None
    assert (sftp.host, sftp.port, sftp.user, sftp.folder) == ("sftp.example.vn", 2222, "ctdp", "/gui-bo")
    assert sftp.password is not None and sftp.password.variable == "CTDP_PASSWORD_A"
    assert (http.port, http.folder, http.listing) == (443, "/up/", "json")
    assert http.password is not None and http.password.file == tmp_path / "secrets/b"
    assert (mail.user, mail.folder, mail.authserv_id) == ("solieu@example.vn", "INBOX", "mx.example.vn")
    assert (mail.require, mail.hops, mail.done) == (("dmarc",), 0, "Đã nhận")
    assert read_sources(write(tmp_path, MAIL), CATALOG)[0].senders == ("phong@so.example.vn",)


@pytest.mark.parametrize(
    ("text", "old", "new", "fault"),
    [
        (SFTP, "ctdp@", "ctdp:secret@", "không ghi mật khẩu trong url"),
        (SFTP, "sftp://", "ftp://", "phải có dạng sftp://"),
        (SFTP, "ctdp@", "", "url thiếu tài khoản"),
        (SFTP, ":2222", ":22222222", "không phải địa chỉ hợp lệ"),
        (SFTP, "/gui-bo", "/a/../b", "thư mục không hợp lệ"),
        (SFTP, HOST_KEY, "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAAB", "host_key phải là khoá công khai"),
        (SFTP, f'host_key = "{HOST_KEY}"', "", "thiếu host_key"),
        (SFTP, "CTDP_PASSWORD_A", "HOME", "password_env phải là tên biến dạng CTDP_"),
        (SFTP, 'password_env = "CTDP_PASSWORD_A"', "", "thiếu cách đăng nhập"),
        (SFTP, "host_key", 'senders = ["a@b.vn"]\nhost_key', "kênh sftp không dùng senders"),
        (HTTP, "https://", "http://", "phải có dạng https://"),
        (HTTP, "ctdp@", "", "tài khoản trong url phải đi cùng"),
        (HTTP, "password_file", 'token_env = "CTDP_T"\npassword_file', "không dùng cả hai"),
        (HTTP, "password_file", 'listing = "html"\npassword_file', "không có listing"),
        (HTTP, "password_file", 'done = "x"\npassword_file', "done chỉ dùng được với"),
        (MAIL, "Phong@So.example.vn", "Phòng <phong@so.example.vn>", "không phải địa chỉ thư"),
        (MAIL, "authserv_id", 'require = ["spam"]\nauthserv_id', "require phải gồm"),
        (MAIL, "authserv_id", "hops = 11\nauthserv_id", "hops phải từ 0 đến 10"),
        (MAIL, '["Phong@So.example.vn"]', "[]", "senders trống"),
        (MAIL, 'password_file = "secrets/c"', "", "thiếu password_env hoặc password_file"),
    ],
)
def test_a_fault_of_an_address_is_named(tmp_path: Path, text: str, old: str, new: str, fault: str) -> None:
    assert old in text
    assert fault in faults(tmp_path, text.replace(old, new))


def test_a_file_or_mail_never_reaches_two_sources(tmp_path: Path) -> None:
    inside = SFTP.replace('"A"', '"D"').replace("gui-bo/", "gui-bo/con")
    assert "thư mục trùng hoặc nằm trong thư mục của nguồn A" in faults(tmp_path, SFTP + inside)
    beside = inside.replace("gui-bo/con", "gui-bo-2")
    assert len(read_sources(write(tmp_path, SFTP + beside), CATALOG)) == 2
    twin = MAIL.replace('"C"', '"D"')
    assert "địa chỉ phong@so.example.vn cũng được đăng ký cho nguồn C" in faults(tmp_path, MAIL + twin)
    other = twin.replace("Phong@", "khac@")
    assert len(read_sources(write(tmp_path, MAIL + other), CATALOG)) == 2
    assert "thiết lập hòm thư khác" in faults(tmp_path, MAIL + other.replace("MX.", "mx2."))


def test_letters_go_to_the_contacts_else_to_those_who_may_send(tmp_path: Path) -> None:
    lines = SOURCES_TEMPLATE.read_text(encoding="utf-8").splitlines()
    example = "\n".join(line.removeprefix("# ") for line in lines[lines.index("# [[source]]") :])
    folder, portal, _, mail = read_sources(write(tmp_path, example), CATALOG)
    assert folder.addresses == ("tonghop@socongthuong.example.vn",)
    assert portal.addresses == ()
    assert mail.addresses == mail.senders != ()
    told = faults(tmp_path, f'{GOOD}contacts = ["a@b.vn\\nBcc: x@y.vn", "khong-co-a-cong", 7]')
    assert told.count("contacts:") == 3


def test_one_sender_may_use_two_channels_or_change_its_channel(tmp_path: Path) -> None:
    def read(*entries: str) -> list[tuple[str, str]]:
        (tmp_path / "sources.toml").write_text("".join(entries), encoding="utf-8")
        return [(source.id, source.channel) for source in read_sources(tmp_path / "sources.toml", CATALOG)]

    folder = SFTP.replace('channel = "sftp"', 'path = "inbox/A"')
    folder = "\n".join(
        line for line in folder.splitlines() if line.split(" ")[0] not in {"url", "host_key", "password_env"}
    )
    assert read(SFTP, folder) == [("A", "sftp"), ("A", "folder")]
    moved = SFTP.replace("gui-bo", "khac")
    assert read(SFTP + 'valid_to = "2026-03"\n', moved + 'valid_from = "2026-04"\n') == [("A", "sftp"), ("A", "sftp")]
    assert "khác nhau ở forms" in faults(tmp_path, SFTP + folder.replace('["IIP"]', '["IIP", "RETAIL"]'))
    assert "cho hai địa phương" in faults(tmp_path, SFTP + folder.replace("VN34_80", "VN34_01"))
