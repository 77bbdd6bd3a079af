"""The findings go back to the sender at their cells: the sender's own workbook, marked; bytes in, bytes out."""

from ctdp_etl.feedback.annotate import annotate

__all__ = ["annotate"]
