"""Where the tables of a sheet are: found by title, ended by the next title."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ctdp_etl.catalog import Catalog, Dataflow, TableSpec, label_key
from ctdp_etl.reading.cells import is_number_text, unit_text
from ctdp_etl.reading.grid import Sheet
from ctdp_etl.reading.headings import heading_text
from ctdp_etl.reading.memory import remembered
from ctdp_etl.reading.times import mentions

_NUMBERED = re.compile(r"^\s*\d{1,2}\s*\.\s*\S")
_CONTINUED = re.compile(r"\(\s*tiếp(?: theo)?\s*\)|^tiếp theo", re.IGNORECASE)
_ANNEXED = re.compile(r"^\(?\s*(?:kèm theo|ban hành|đính kèm|theo (?:báo cáo|công văn|văn bản))\b", re.IGNORECASE)
FLOWS = "flows"
"""The code list of the rows that part a table of both flows."""
_GROUP_CELLS = 2
"""A row that opens a group of another dataflow under the same header holds its name and perhaps a number before it."""
YEARS = range(1990, 2100)
"""Numbers that are years where a whole row of a header holds them."""

_Start = tuple[int, int, str, int, "tuple[Dataflow, TableSpec] | None"]
"""Row and column of a title, the title, the row after it, and the table that it names."""


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one printed table: title, where it stands, and the rows below it up to the next title."""

    sheet: Sheet
    dataflow: Dataflow
    spec: TableSpec
    title: str
    title_cell: tuple[int, int]
    first: int
    last: int
    continued: bool


def is_numbered_title(text: str) -> bool:
    """Say whether a text looks like the title of a printed table ("12. Chỉ số giá ...")."""
    return _NUMBERED.match(text) is not None and len(text) > 12


def find_sections(sheet: Sheet, catalog: Catalog) -> list[Section]:
    """Return the tables of ``sheet`` whose titles the catalog knows, in their order."""
    starts: list[_Start] = []
    skip_to = 0
    for row in sheet.rows:
        if row < skip_to:
            continue
        for column in _title_columns(sheet, row):
            title, after = _title(sheet, row, column, catalog)
            known = match_title(title, catalog)
            if known and starts and not _begins(sheet, starts[-1], (row, column, title, after, known), catalog):
                continue
            if known or (_NUMBERED.match(title) and _heads_a_table(sheet, after, catalog)):
                starts.append((row, column, title, after, known))
                skip_to = after
                break
    end = max(sheet.rows, default=0) + 1
    bounds = [*(start[0] for start in starts[1:]), end]
    sections = [
        Section(sheet, known[0], known[1], title, (row, column), after, last - 1, bool(_CONTINUED.search(title)))
        for (row, column, title, after, known), last in zip(starts, bounds, strict=False)
        if known
    ]
    return [part for section in sections for part in _by_flow(section, catalog)]


def _by_flow(section: Section, catalog: Catalog) -> list[Section]:
    """Return a table of both flows ("Xuất, nhập khẩu") as one section for each row that names a flow."""
    if section.spec.rows != (FLOWS,):
        return [section]
    specs = {spec.parts[0]: spec for spec in section.dataflow.tables}
    cuts = [
        (row, column, specs[code])
        for row in section.sheet.between(section.first, section.last)
        for column, value in section.sheet.row_values(row)
        if isinstance(value, str) and (code := catalog.codelists[FLOWS].resolve(value)) in specs
    ]
    cuts = [cut for cut, before in zip(cuts, [None, *cuts], strict=False) if before is None or cut[2] is not before[2]]
    ends = [*(cut[0] - 1 for cut in cuts), section.last]
    parts = [replace(section, last=ends[0])]
    for (row, column, spec), last in zip(cuts, ends[1:], strict=True):
        parts.append(replace(section, spec=spec, title_cell=(row, column), first=row, last=last))
    return parts


def _begins(sheet: Sheet, open_table: _Start, start: _Start, catalog: Catalog) -> bool:
    """Say whether a text that matches a title begins a table below the open one, or is a heading cell or row of it."""
    row, _, title, after, known = start
    if open_table[4] is None or known is None:
        return True
    same_flow = open_table[4][0] is known[0]
    figures = any(_has_figure(sheet, line, catalog) for line in sheet.between(open_table[3], row - 1))
    if same_flow and not figures and not _NUMBERED.match(title):
        return False
    if _CONTINUED.search(title) or _heads_a_table(sheet, after, catalog):
        return True
    if open_table[4][1] is known[1] or len(sheet.row_values(row)) > _GROUP_CELLS:
        return False
    return same_flow or not _is_row_of(open_table[4][1], title, catalog)


def _has_figure(sheet: Sheet, row: int, catalog: Catalog) -> bool:
    return any(isinstance(value, float) or is_number_text(value, catalog) for _, value in sheet.row_values(row))


def _is_row_of(spec: TableSpec, label: str, catalog: Catalog) -> bool:
    return any(catalog.codelists[name].resolve(label) for name in spec.rows if name != "areas")


@lru_cache(maxsize=256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


@remembered
def match_title(title: str, catalog: Catalog) -> tuple[Dataflow, TableSpec] | None:
    """Return the dataflow and table that ``title`` names, or None."""
    key = label_key(title)
    bare = catalog.vocabulary.title_prefix.sub("", key)
    for flow in catalog.dataflows.values():
        for spec in flow.tables:
            if _pattern(spec.title).search(bare) and not (spec.not_title and _pattern(spec.not_title).search(bare)):
                return flow, spec
    return None


def _title_columns(sheet: Sheet, row: int) -> list[int]:
    cells = sheet.row_values(row)
    if len(cells) > 4 or any(not isinstance(value, str) for _, value in cells):
        return []
    return [column for column, value in cells if isinstance(value, str) and len(value) >= 3]


def _title(sheet: Sheet, row: int, column: int, catalog: Catalog) -> tuple[str, int]:
    """Return the title with the lines that continue it, and the row after it."""
    title, after = sheet.text(row, column), row + 1
    for line in range(row + 1, row + 4):
        cells = sheet.row_values(line)
        if not cells and line == after:
            continue
        if len(cells) != 1 or not isinstance(cells[0][1], str) or abs(cells[0][0] - column) > 1:
            break
        text = cells[0][1]
        if line > after and not mentions(text.lower()):
            break
        if _ANNEXED.match(text):
            after = line + 1
            continue
        if catalog.unit(text) or unit_text(text, catalog) or match_title(text, catalog) or _NUMBERED.match(text):
            break
        title, after = f"{title} {text}", line + 1
    return " ".join(title.split()), after


def _heads_a_table(sheet: Sheet, first: int, catalog: Catalog) -> bool:
    for row in range(first, first + 6):
        texts = sheet.texts(row)
        if len([text for text in texts if _speaks_of_time(text, catalog)]) >= 2:
            return True
        if any(isinstance(value, float) and value not in YEARS for _, value in sheet.row_values(row)):
            return False
    return False


def header_row(sheet: Sheet, last: int, catalog: Catalog) -> int:
    """Return the row in which the header of a table without a known title begins, or 0."""
    for row in sheet.rows:
        if row > last:
            return 0
        if len([text for text in sheet.texts(row) if _speaks_of_time(text, catalog)]) >= 2:
            while len(sheet.rows.get(row - 1, ())) >= 2:
                row -= 1
            return row
    return 0


@remembered
def _speaks_of_time(text: str, catalog: Catalog) -> bool:
    words = heading_text(text, catalog.vocabulary)
    patterns = (catalog.vocabulary.comparison, catalog.vocabulary.cumulative, *catalog.vocabulary.status.values())
    return bool(mentions(words)) or any(pattern.search(words) for pattern in patterns)
