"""Errors by name; each message is Vietnamese and says what to do next. They end a command with exit code 2."""

from __future__ import annotations

from collections.abc import Sequence


class CtdpError(Exception):
    """Wrong usage or refused input; ``str()`` is one line for the operator."""


class PeriodError(CtdpError):
    """A text that names no period."""

    def __init__(self, text: str) -> None:
        super().__init__(f"Kỳ báo cáo không hợp lệ: {text!r}. Hãy viết dạng 2026-10, 2026-Q3, 2026-S1 hoặc 2026.")


class AreaError(CtdpError):
    """A text that names no area valid in the period."""

    def __init__(self, text: str, period: str) -> None:
        super().__init__(f"Không có địa phương {text!r} trong kỳ {period}. Xem danh sách: ctdp catalog --areas.")


class CatalogError(CtdpError):
    """A faulty catalog; every fault is listed."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("Danh mục có lỗi, hãy sửa rồi chạy lại:\n" + "\n".join(f"  - {fault}" for fault in faults))


class SettingsError(CtdpError):
    """A setting that cannot be used."""


class WorkbookError(CtdpError):
    """Bytes that are no readable workbook. ``code`` is the stable finding code of the reason."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class UnknownSourceError(CtdpError):
    """Nobody knows who reports this file."""


class ReceiptChangedError(CtdpError):
    """A receipt is no longer what it was when its file was read: ``state`` is what became of it meanwhile."""

    def __init__(self, receipt_id: str, state: str) -> None:
        self.state = state
        super().__init__(f"Phiếu nhận {receipt_id[:12]} đã được xử lý khác trong lúc đọc tệp. Xem: ctdp status.")


class GateShutError(CtdpError):
    """The briefing may not be made; the reason says what is missing (exit code 1)."""
