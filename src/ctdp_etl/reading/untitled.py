"""Sheets without a known title: a table is told by its headings and by what its rows are."""

from __future__ import annotations

import re

from ctdp_etl.catalog import HEADING, Catalog, CodeList, TableSpec, label_key
from ctdp_etl.reading.grid import Sheet
from ctdp_etl.reading.header import HeaderBlock, read_header
from ctdp_etl.reading.headings import LEVEL, RATIO
from ctdp_etl.reading.labels import readings
from ctdp_etl.reading.sections import Section, header_row, is_numbered_title

_MOST = 0.6
_FEWEST_ROWS = 3
_HINTS = {
    "TRADE_EXPORT": re.compile(r"xuất khẩu|\bxk|_xk|xuat ?khau", re.IGNORECASE),
    "TRADE_IMPORT": re.compile(r"nhập khẩu|\bnk|_nk|nhap ?khau", re.IGNORECASE),
    "LABOUR": re.compile(r"lao động|lđ", re.IGNORECASE),
    "LABOUR_AREA": re.compile(r"lao động|lđ", re.IGNORECASE),
    "OUTPUT": re.compile(r"giá trị sản xuất|gtsx", re.IGNORECASE),
    "ELECTRICITY": re.compile(r"điện", re.IGNORECASE),
}
"""What must be said somewhere before a table without a title is one of these: their rows alone do not tell."""


def untitled_section(sheet: Sheet, last: int, file_name: str, catalog: Catalog) -> Section | None:
    """Return the sheet down to the row ``last`` as a table of the dataflow that most of its rows belong to, or None."""
    if not sheet.rows or last < (first := min(sheet.rows)):
        return None
    if any(is_numbered_title(sheet.text(first, column)) for column, _ in sheet.rows[first]):
        return None
    begin = header_row(sheet, last, catalog) or first
    if len(sheet.between(begin, last)) < _FEWEST_ROWS:
        return None
    above = [text for row in sheet.between(first, begin - 1) for text in sheet.texts(row)]
    if any(is_numbered_title(text) for text in above):
        return None
    title = " ".join(above)
    block: HeaderBlock | None = None
    said = " ".join([file_name, *(value for value in sheet.cells.values() if isinstance(value, str))][:60])
    both = all(_HINTS[form].search(said) for form in ("TRADE_EXPORT", "TRADE_IMPORT"))
    best: tuple[float, Section] | None = None
    for flow in catalog.dataflows.values():
        for spec in flow.tables:
            hint = _HINTS.get(spec.form)
            unfit = spec.rows[:1] == ("areas",) or (both and spec.form.startswith("TRADE"))
            if unfit or (hint and not hint.search(said)):
                continue
            section = Section(sheet, flow, spec, title, (first, 0), begin, last, continued=False)
            block = block or read_header(section, catalog)
            share = _share_of_rows(section, block, catalog)
            if share >= _MOST and (best is None or share > best[0]):
                best = (share, section)
    return best[1] if best else None


def _of_another(text: str, spec: TableSpec) -> bool:
    return bool(spec.not_title) and re.search(spec.not_title, label_key(text)) is not None


def _share_of_rows(section: Section, block: HeaderBlock, catalog: Catalog) -> float:
    above = section.sheet.between(section.title_cell[0], block.body - 1)
    texts = [text for row in above for text in section.sheet.texts(row)]
    if any(is_numbered_title(text) or _of_another(text, section.spec) for text in texts):
        return 0.0
    body = section.sheet.between(block.body, section.last)
    filled = {column for row in body for column, value in section.sheet.row_values(row) if isinstance(value, float)}
    told = {column: head.kind for column, head in block.headings.items() if head.kind in (LEVEL, RATIO)}
    kinds = [kind for column, kind in told.items() if column in filled] or list(told.values())
    if len(told) < 2 or (section.spec.is_index and LEVEL in kinds):
        return 0.0
    labels = []
    for row in body:
        texts = [text for text in section.sheet.texts(row) if len(text) > 2]
        if texts:
            labels.append(texts[0])
    lists = [catalog.codelists[name] for name in section.spec.rows if name != "areas"]
    known = [label for label in labels if any(_named(label, codes, catalog) for codes in lists)]
    return len(known) / len(labels) if len(known) >= _FEWEST_ROWS else 0.0


def _named(label: str, codes: CodeList, catalog: Catalog) -> bool:
    return any(code != HEADING for text, _ in readings(label, catalog) if (code := codes.resolve(text)))
