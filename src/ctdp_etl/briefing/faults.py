"""Why no PDF is made."""

from __future__ import annotations

from collections.abc import Sequence

from ctdp_etl.errors import CtdpError


class RenderError(CtdpError):
    """The PDF could not be made faultlessly, so none is made; the reason is WeasyPrint's own."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("Không lập được bản PDF không lỗi: " + "; ".join(reasons))
        self.reasons = tuple(reasons)

    def __reduce__(self) -> tuple[type[RenderError], tuple[tuple[str, ...]]]:
        """Let a process that prints tell another."""
        return RenderError, (self.reasons,)
