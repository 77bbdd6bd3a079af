"""What the sender reads: severities, headings and sentences, in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence

from ctdp_etl.catalog.returned_list import LIST_TITLE
from ctdp_etl.model import Finding, Severity

AUTHOR = "Phòng số liệu CTĐP"
OURS = "— Phòng số liệu CTĐP —"
"""What our words in a note begin with, also where the note is the sender's own."""
MOST_IN_NOTE = 8
SEVERITIES = {Severity.ERROR: "LỖI", Severity.WARNING: "CẢNH BÁO", Severity.NOTICE: "LƯU Ý"}
GRAVEST = tuple(Severity)
HOW = (
    "Sửa ngay trong các trang tính của đơn vị (bấm vào tên ô để đến ô) rồi gửi lại cả tệp; không cần xóa trang này, "
    "ghi chú hay màu đánh dấu. Số liệu, công thức và bố cục của đơn vị được giữ nguyên."
)
FROM_XLS = (
    "Tệp gửi ở dạng .xls nên được trả lại ở dạng .xlsx: địa chỉ ô, giá trị, ô gộp, độ rộng cột, phông chữ được giữ; "
    "công thức thay bằng giá trị; hình vẽ, biểu đồ không mang sang. Nên sửa trong tệp gốc."
)


def severity(finding: Finding) -> str:
    """Return the word for the finding's severity."""
    return SEVERITIES[Severity(finding.severity)]


def counted(findings: Sequence[Finding]) -> str:
    """Return the number of findings by severity, as a sentence."""
    return f"Tổng cộng {len(findings)} phát hiện: {counted_briefly(findings)}."


def counted_briefly(findings: Sequence[Finding]) -> str:
    """Return the number of findings by severity, in words: "2 lỗi, 1 cảnh báo, 0 lưu ý"."""
    numbers = [(word.lower(), sum(one.severity == name for one in findings)) for name, word in SEVERITIES.items()]
    return ", ".join(f"{number} {word}" for word, number in numbers)


def said(finding: Finding) -> str:
    """Return what the note at the cell says of a finding."""
    return f"{severity(finding)} {finding.code}: {finding.message}"


def pointing(finding: Finding, sheet: str) -> str:
    """Return what the note says at another cell, of ``sheet``, that a finding has to do with."""
    where = finding.cell if finding.sheet == sheet else f"{finding.cell} trang {finding.sheet}"
    return f"Liên quan tới {severity(finding)} {finding.code} ở ô {where}."


def note(lines: Sequence[str]) -> str:
    """Return the text of a cell's note; where there are very many findings the list has the rest."""
    rest = len(lines) - MOST_IN_NOTE
    more = [f"... và {rest} phát hiện khác, xem trang {LIST_TITLE}."] if rest > 0 else []
    return "\n".join((OURS, *lines[:MOST_IN_NOTE], *more))


def number(value: float | None) -> str:
    """Return a number as a Vietnamese reader writes it, at most four decimals; '' for none."""
    if value is None:
        return ""
    plain = f"{value:,.4f}".rstrip("0").rstrip(".")
    return plain.translate(str.maketrans(",.", ".,"))
