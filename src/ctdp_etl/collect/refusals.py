"""Why bytes that were received are refused: a stable code for each reason, and the sentence that says what to do."""

from __future__ import annotations

from ctdp_etl.errors import WorkbookError

EMPTY, FOREIGN, LOCKED, BROKEN, UNSAFE = "F01", "F02", "F03", "F04", "F05"
UNREADABLE = "F09"
MACROS, EMBEDDED, CONNECTED, SLOW, HEAVY = "F11", "F12", "F13", "F14", "F15"

_SENTENCES = {
    EMPTY: "Tệp {name} rỗng, không có nội dung. Hãy kiểm tra và gửi lại.",
    FOREIGN: ("Tệp {name} không phải sổ tính Excel mà là {what}. Hãy mở bằng Excel, lưu lại thành .xlsx rồi gửi lại."),
    LOCKED: "Tệp {name} được đặt mật khẩu. Hãy bỏ mật khẩu rồi gửi lại.",
    BROKEN: "Tệp {name} bị hỏng hoặc bị cắt cụt khi truyền. Hãy gửi lại tệp.",
    UNSAFE: "Tệp {name} không được mở vì không an toàn ({what}). Hãy chép số liệu sang tệp Excel mới rồi gửi lại.",
    UNREADABLE: "Tệp {name}: chương trình không đọc được ({what}). Hãy gửi tệp này cho bộ phận kỹ thuật.",
    MACROS: (
        "Tệp {name} có macro nên không nhận, dù macro vô hại. Hãy mở bằng Excel, chọn Lưu thành (Save As) kiểu "
        "“Excel Workbook (*.xlsx)” rồi gửi tệp .xlsx đó."
    ),
    EMBEDDED: (
        "Tệp {name} có đối tượng nhúng ({what}) nên không nhận. Hãy xóa đối tượng nhúng khỏi trang tính, hoặc chép số "
        "liệu sang tệp Excel mới, rồi gửi lại."
    ),
    CONNECTED: (
        "Tệp {name} có kết nối tự lấy dữ liệu từ ngoài ({what}) nên không nhận. Hãy bỏ kết nối (Data > Queries & "
        "Connections, Edit Links), dán số liệu dạng giá trị rồi gửi lại."
    ),
    SLOW: (
        "Tệp {name} đọc quá lâu nên đã dừng. Hãy xóa các hàng, cột, trang thừa hoặc chép riêng các biểu sang tệp Excel "
        "mới rồi gửi lại."
    ),
    HEAVY: (
        "Tệp {name} quá nặng khi mở nên đã dừng. Hãy xóa các hàng, cột, trang thừa hoặc chép riêng các biểu sang tệp "
        "Excel mới rồi gửi lại."
    ),
}


def refused(code: str, file_name: str, what: str = "") -> WorkbookError:
    """Return the error of this code for a file; ``what`` is the Vietnamese detail of the reasons that have one."""
    return WorkbookError(code, _SENTENCES[code].format(name=file_name, what=what))
