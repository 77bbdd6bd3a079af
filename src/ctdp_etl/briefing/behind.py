"""Which files of the annex stand behind a table or chart: "Tệp số 1, 3-5", each number a link to its row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup

from ctdp_etl.briefing.annex import FILES, HASH_SHOWN
from ctdp_etl.briefing.document import Block, Row, Table, printed_in

_LINK = Markup('<a href="#tep-{}">{}</a>')
_TOLD = Markup(" Tệp số {}{} trong {}.")


def file_rows(annex: Iterable[Block]) -> tuple[Row, ...]:
    """Return the rows of the table of files, numbered from 1; none where there is no such table."""
    return next((block.rows for block in annex if isinstance(block, Table) and block.title == FILES), ())


def file_numbers(rows: Sequence[Row]) -> Mapping[str, int]:
    """Return the number of each file by its hash as the annex shows it; of bytes that two sent, the first."""
    return {str(row.cells[-1]): number for number, row in reversed(list(enumerate(rows, start=1)))}


def behind(block: Block, numbers: Mapping[str, int], annex: str) -> Markup:
    """Return the files that the printed numbers of a block come from, '' where none is in the ``annex`` so called.

    Of very many the annex shows the first; the data attached to the PDF name the others.
    """
    hashes = {fact.sha256[:HASH_SHOWN] for figure in printed_in(block) for fact in figure.facts}
    found = sorted(numbers[one] for one in hashes & numbers.keys())
    if not found:
        return Markup()
    spans = Markup(", ").join(_span(first, last) for first, last in _runs(found))
    more = len(hashes - numbers.keys())
    return _TOLD.format(spans, f" (và {more} tệp khác trong so-lieu.csv)" if more else "", annex)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for number in numbers[1:]:
        if number > last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _span(first: int, last: int) -> Markup:
    if first == last:
        return _LINK.format(first, first)
    between = "-" if last > first + 1 else ", "
    return _LINK.format(first, first) + between + _LINK.format(last, last)
