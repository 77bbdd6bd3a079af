"""Text of other times in workbooks: VNI fonts, Unicode under old fonts, Unicode converted once too often."""

from __future__ import annotations

import io
import unicodedata

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from reading_books import CATALOG, RETAIL, RETAIL_HEAD, at, codes, read, read_bytes

from ctdp_etl.reading.legacy import TCVN3, VNI_LETTERS, VNI_MARKS, decode_runs, decode_vni

LETTERS = "áàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵđ"
SCRAMBLED = {letter: TCVN3[ord(letter)] for letter in "áâãèéêìíòóôõùúý"}


def vni(text: str) -> str:
    """Return ``text`` as typed in a VNI font."""
    letters = {after: before for before, after in VNI_LETTERS.items()}
    marks = {after: before for before, after in VNI_MARKS.items()}
    parts = []
    for letter in unicodedata.normalize("NFC", text):
        plain, *signs = unicodedata.normalize("NFD", letter)
        if letter in letters or not signs or plain in "iI":
            parts.append(letters.get(letter, letter))
            continue
        horn = unicodedata.normalize("NFC", plain + "\u031b") if "\u031b" in signs else plain
        rest = sorted((sign for sign in signs if sign != "\u031b"), key=lambda sign: sign not in "\u0302\u0306")
        mark = marks["".join(rest)]
        parts.append(letters.get(horn, horn) + (mark.upper() if plain.isupper() else mark))
    return "".join(parts)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("Giaù trò saûn xuaát coâng nghieäp", "Giá trị sản xuất công nghiệp"),
        ("Öôùc thöïc hieän thaùng 5", "Ước thực hiện tháng 5"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ],
)
def test_vni_text(stored: str, text: str) -> None:
    assert decode_vni(stored) == text
    assert decode_runs([(stored, "VNI-Times")]) == text


def test_every_vni_letter_comes_back() -> None:
    assert decode_vni(vni(LETTERS)) == LETTERS
    assert decode_vni(vni(LETTERS.upper())) == LETTERS.upper()


def test_workbook_in_a_vni_font() -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "A"
    for row in [[RETAIL], RETAIL_HEAD, ["Bán lẻ hàng hóa", "Tỷ đồng", 10, 12, 44]]:
        sheet.append([vni(value) if isinstance(value, str) else value for value in row])
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.font = Font(name="VNI-Times")
    content = io.BytesIO()
    book.save(content)
    found = at(read_bytes(content.getvalue()), "D3")
    assert (found.indicator, found.label, found.unit_mult) == ("GOODS", "Bán lẻ hàng hóa", 9)


def test_unicode_under_an_old_font_stays() -> None:
    assert decode_runs([("Tổng số hàng hóa", ".VnTime")]) == "Tổng số hàng hóa"
    assert decode_runs([("hµng ho¸", ".VnTime")]) == "hàng hoá"


def test_unicode_converted_as_tcvn3_is_put_right() -> None:
    rows = [
        [RETAIL],
        ["Chỉ tiêu", "Ước tính tháng 6 năm 2008 (Tỷ đồng)", "6 tháng năm 2008 so với cùng kỳ năm 2007 (%)"],
        ["Kinh tế cá thể", 10.5, 130.2],
        ["Bán lẻ hàng hoá", 10.5, 130.2],
    ]
    stored = [
        [value.translate(str.maketrans(SCRAMBLED)) if isinstance(value, str) else value for value in row]
        for row in rows
    ]
    assert stored[1][1] == "Ước tớnh thỏng 6 năm 2008 (Tỷ đồng)"
    reading = read(("A", stored))
    assert [one.indicator for one in reading.observations] == ["HOUSEHOLD", "HOUSEHOLD", "GOODS", "GOODS"]
    assert at(reading, "C3").time_period == "2008-06"
    assert codes(reading.findings) == []


def test_doubtful_word_is_decided_by_the_whole_label() -> None:
    """ "đỏ" and "thụ" are words too: "Than đỏ" and "Dầu thụ" are not, once "Thỏng" has told what happened."""
    head = ["", "Đơn vị tính", "Ước tính thỏng 6 năm 2008", "Thực hiện 5 thỏng năm 2008"]
    rows = [["Than đỏ (than sạch)", "Tấn", 1.5, 2.5], ["Dầu thụ khai thỏc", "Tấn", 1.5, 2.5]]
    reading = read(("A", [["Một số sản phẩm cụng nghiệp chủ yếu"], head, *rows]))
    assert [at(reading, cell).indicator for cell in ("C3", "C4")] == ["COAL", "CRUDE_OIL"]
    assert at(reading, "C4").label == "Dầu thô khai thác"


def test_catalog_has_no_scrambled_label() -> None:
    assert not [label for codelist in CATALOG.codelists.values() for label in codelist.aliases if "thỏng" in label]
