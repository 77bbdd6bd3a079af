"""Whose workbook it is: the Sở named in its head, or the statistics office where it speaks of the whole country."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ctdp_etl.catalog import NATIONAL, Catalog
from ctdp_etl.reading.grid import Sheet

_OFFICE = re.compile(
    r"(?:sở (?:công thương|ct)|ủy ban nhân dân|uỷ ban nhân dân|ubnd|cục thống kê|chi cục thống kê|thống kê)"
    r"\s+(?P<area>(?:tỉnh|thành phố|tp\.?|t\.p\.?)?\s*[^\d:;,.()\n]{2,40})",
    re.IGNORECASE,
)
_COUNTRY = re.compile(r"việt nam\b|cả nước|toàn quốc|tổng cục thống kê", re.IGNORECASE)
_STATE = re.compile(r"cộng hòa xã hội chủ nghĩa việt nam|cộng hoà xã hội chủ nghĩa việt nam", re.IGNORECASE)
_HEAD_ROWS = 12


def reporting_area(sheets: Sequence[Sheet], period: str, catalog: Catalog) -> str | None:
    """Return the code of the area whose office signs the head of a sheet, ``VN`` for a national one, or None."""
    for text in _head_texts(sheets):
        for match in _OFFICE.finditer(text):
            words = match["area"].split()
            for length in range(len(words), 0, -1):
                area = catalog.areas.find(" ".join(words[:length]), period)
                if area is not None and area.code != NATIONAL:
                    return area.code
    texts = (value for sheet in sheets for value in sheet.cells.values() if isinstance(value, str))
    return NATIONAL if any(_COUNTRY.search(_STATE.sub("", text)) for text in texts) else None


def _head_texts(sheets: Iterable[Sheet]) -> Iterable[str]:
    for sheet in sheets:
        for row in list(sheet.rows)[:_HEAD_ROWS]:
            yield from sheet.texts(row)
