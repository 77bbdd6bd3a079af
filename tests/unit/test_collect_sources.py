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
    assert [source.id for source in read_sources(write(tmp_path, example), CATALOG)] == ["SCT_VN34_80", "NSO"]


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
    assert "mã có hai lần" in faults(tmp_path, GOOD + GOOD)


def test_a_file_that_is_no_toml_is_refused_in_one_message(tmp_path: Path) -> None:
    assert "TOML" in faults(tmp_path, "[[source]\n")
    with pytest.raises(SettingsError, match="không đọc được"):
        read_sources(tmp_path / "none.toml", CATALOG)
    assert "mục lạ [nguon]" in faults(tmp_path, "[nguon]\n")
    assert "[[source]]" in faults(tmp_path, "source = 3\n")
