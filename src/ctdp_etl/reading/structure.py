"""Findings of reading, S01 to S18: what a workbook says that cannot be understood, at its cell."""

from __future__ import annotations

from ctdp_etl.model import Finding, Scope, Severity

REASONS: dict[str, tuple[Severity, str]] = {
    "S01": (
        Severity.ERROR,
        "Không nhận ra biểu nào trong tệp. Hãy giữ tên biểu như mẫu (ví dụ “Chỉ số sản xuất công nghiệp”).",
    ),
    "S02": (Severity.WARNING, "Cột có số nhưng không hiểu tiêu đề {text}. Hãy ghi rõ kỳ và chỉ tiêu của cột."),
    "S03": (Severity.WARNING, "Dòng {text} có số nhưng không có trong danh mục. Hãy sửa tên dòng hoặc báo để bổ sung."),
    "S04": (Severity.ERROR, "Ô ghi {text}: không phải số. Hãy nhập lại bằng số."),
    "S05": (
        Severity.ERROR,
        "Ô ghi {text}: dấu chấm, phẩy không rõ là phần nghìn hay phần thập phân. Hãy nhập lại bằng số.",
    ),
    "S06": (Severity.WARNING, "Không rõ đơn vị tính {text}. Hãy ghi đơn vị như mẫu."),
    "S07": (Severity.ERROR, "Cột {text}: không rõ là chỉ số hay tốc độ tăng. Hãy ghi rõ trong tiêu đề."),
    "S08": (Severity.NOTICE, "Trang tính ngoài phạm vi thu thập: {text}."),
    "S09": (Severity.ERROR, "Biểu {text} không ghi kỳ báo cáo. Hãy ghi tháng, năm ở tên biểu hoặc tiêu đề cột."),
    "S10": (Severity.NOTICE, "Số này đã có ở {text} với cùng giá trị; chỉ giữ một."),
    "S11": (Severity.ERROR, "Cùng một chỉ tiêu có hai giá trị khác nhau: ô này và {text}. Hãy sửa một trong hai."),
    "S12": (Severity.NOTICE, "Trang tính bị ẩn, không đọc: {text}."),
    "S13": (Severity.ERROR, "Không rõ tệp của địa phương nào. Hãy ghi tên Sở ở đầu biểu hoặc nộp kèm mã địa phương."),
    "S14": (Severity.ERROR, "Dòng {text}: không có địa phương này trong kỳ báo cáo."),
    "S16": (
        Severity.WARNING,
        "Biểu không ghi năm; kỳ báo cáo lấy theo tên tệp: {text}. Hãy ghi tháng, năm ở tên biểu.",
    ),
    "S17": (
        Severity.ERROR,
        "Ô có công thức {text} nhưng tệp không giữ kết quả. Hãy mở bằng Excel, lưu lại rồi gửi lại.",
    ),
    "S18": (Severity.NOTICE, "Dòng vùng {text}: không lấy số của vùng, vì tính được từ các tỉnh."),
    "S15": (Severity.NOTICE, "Tiêu đề ghi đơn vị {text}, khác đơn vị của từng dòng; lấy theo dòng."),
}


def finding(code: str, text: str = "", *, sheet: str = "", cell: str = "", **about: str) -> Finding:
    """Return the finding ``code``; ``text`` is quoted in its message, ``about`` are fields of ``Finding``."""
    severity, reason = REASONS[code]
    quoted = text if code in {"S08", "S10", "S11", "S12", "S16"} else f"“{text}”" if text else ""
    scope = Scope.RECORD if cell else Scope.SUBMISSION
    message = " ".join(reason.format(text=quoted).split()).replace(" .", ".").replace(" :", ":")
    return Finding(code=code, severity=severity, scope=scope, message=message, sheet=sheet, cell=cell, **about)  # type: ignore[arg-type]
