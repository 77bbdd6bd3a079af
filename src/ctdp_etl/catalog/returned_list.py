"""The list of findings in a workbook that went back: written by ``feedback``, passed over by ``reading``."""

LIST_TITLE = "Lỗi cần sửa"
LIST_HEADER_ROW = 5
LIST_HEADINGS = ("STT", "Mức độ", "Trang tính", "Ô", "Dòng", "Đã ghi", "Đối chiếu", "Nội dung", "Mã")
