"""Label keys: what offices write in many ways compares alike, and different labels stay apart."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctdp_etl.catalog import label_key

VIETNAMESE = st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẵặấềếễộợứừýỳỷỹỵA1290 .,;:-+/()*%\n\t\u0301\u0323İ")


@given(st.one_of(st.text(), VIETNAMESE))
@example("Trong đó (- 1. a)")
@example("1) - a. (*)")
@example("I. II. Công nghiệp")
def test_key_is_its_own_key(text: str) -> None:
    assert label_key(label_key(text)) == label_key(text)


@given(VIETNAMESE)
@example("Thuỷ sản, hoá chất, quả")
def test_composed_and_decomposed_text_have_one_key(text: str) -> None:
    assert label_key(unicodedata.normalize("NFD", text)) == label_key(unicodedata.normalize("NFC", text))


@given(VIETNAMESE)
def test_case_and_spaces_do_not_count(text: str) -> None:
    assert label_key(f"  {text.upper()}\n") == label_key(text.upper().lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Khai thác hoá chất", "KHAI THÁC HÓA CHẤT"),
        ("Thuỷ sản chế biến", "Thủy sản chế biến"),
        ("Khoẻ", "khỏe"),
        ("Quý I", "qúy I"),
        ("Rau qủa", "Rau quả"),
        ("Trong đó: Phôi thép", "Phôi thép"),
        ("    Chia ra: Thép tròn 8mm trở xuống", "Thép tròn 8mm trở xuống"),
        ("TĐ: Cơ sở sản xuất trực tiếp bán lẻ", "Cơ sở sản xuất trực tiếp bán lẻ"),
        ("   + Quốc doanh trung ương", "Quốc doanh trung ương"),
        ("1. Khu vực doanh nghiệp Nhà nước", "Khu vực doanh nghiệp Nhà nước"),
        ("1.1 Công nghiệp khai khoáng", "Công nghiệp khai khoáng"),
        ("2.1.3. Điện", "Điện"),
        ("II- Xuất khẩu", "Xuất khẩu"),
        ("1/ Bán lẻ hàng hóa", "Bán lẻ hàng hóa"),
        ("b) Dịch vụ khác", "Dịch vụ khác"),
        ("Ô tô(*)", "Ô tô"),
        ("Bà Rịa - Vũng Tàu", "Bà Rịa–Vũng Tàu"),
        ("Điện tử, máy vi tính\nvà sản phẩm quang học ", "điện tử máy vi tính và sản phẩm quang học"),
        ("ðiện", "điện"),
        ("1.000 tấn", "1 000 tấn"),
    ],
)
def test_written_differently_meant_alike(one: str, other: str) -> None:
    assert label_key(one) == label_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.000 tấn", "10.000 tấn"),
        ("1.000 đồng", "1.000.000 đồng"),
        ("Khai khoáng", "Khai khoáng khác"),
        ("Đắk Lắk", "Đắk Nông"),
        ("Bưởi", "Buổi"),
        ("đ/kg", "kg"),
        ("m2", "m3"),
        ("Tỷ lệ (%)", "Tỷ lệ"),
    ],
)
def test_different_labels_stay_apart(one: str, other: str) -> None:
    assert label_key(one) != label_key(other)


def test_a_heading_alone_keeps_its_words() -> None:
    assert label_key("Trong đó:") == "trong đó"
    assert label_key("***") == ""
