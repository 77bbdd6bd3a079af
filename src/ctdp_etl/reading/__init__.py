"""Bytes to observations; pure (GSBPM 5.1, 5.2)."""

from ctdp_etl.reading.workbook import read_workbook

__all__ = ["read_workbook"]
