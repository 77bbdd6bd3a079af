"""Every number on a report's pages has a reason: a cell's figure, a count of the ledger, or one of a short list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from recounted import Allowed, Ledger, counts, told_of_findings

Traced = Mapping[str, Any]
_NOT_DENSE = frozenset(" \n\f\u00a0†‡")
_MARK = "SỐ LIỆU MINH HỌA"
_HASH = r"\b[0-9a-f]{12}\b"
_OFFICES = (
    r"báo cáo của (\d+) Sở Công Thương\.(?: [†‡][^.]*\.)*"
    r"(?: Tệp số ([\d, -]+)(?: \(và (\d+) tệp khác trong so-\s*lieu\.csv\))? trong)?"
)
_KIND = ("dataflow", "measure", "time_period")
_SHORTEST = 8
"""Letters of a sentence that stand on one page at least."""
_NUMBER = re.compile(r"\u2212?\d+(?:[.,]\d+)*")
_NOT_FIGURES: Mapping[str, str] = {
    "day": r"ngày \d+ tháng \d+ năm \d{4}|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}|\d{2}:\d{2}",
    "month or year": r"tháng \d+(?: năm \d{4})?|năm \d{4}|(?:cộng dồn|lũy kế|tính chung|IIP|^)? ?\d{1,2} tháng\b",
    "months of the table of senders": r"12 tháng gần nhất",
    "prices of a year": r"giá (?:so sánh )?\d{4}",
    "number of the document": r"Số: \d*/",
    "number of a table, chart or file": r"(?:Bảng|Hình) \d+|Tệp số [\d, -]+(?= trong| \(và)|ở Bảng \d+",
    "number of a heading": r"^\d+\. (?=[A-ZĐ])",
    "page": r"^\d+$|\.{3,} \d+",
    "how many of the largest a table or chart shows": r"\d+ (?:mặt hàng lớn nhất|cao nhất và \d+ thấp nhất)",
    "index of which 100 is the base": r"= 100\b",
    "steps of the map's legend": r"(?:tăng|giảm) (?:trên|đến) \d+%(?: đến \d+%)?",
    "rules of the method": r"Tốc độ tăng, giảm làm tròn một lần .*?(?=Ký hiệu)|từ \d+% (?:số địa phương|tổng mức)",
    "section that a note refers to": r"nêu ở mục \d+",
    "unit": r"\bm3\b",
    "hash": rf"{_HASH}|SHA-256",
}


def dense_of(words: str) -> str:
    """Return words without spaces and marks."""
    return "".join(char for char in words if char not in _NOT_DENSE)


class Pages:
    """The text of a report, in which what has a reason is struck out."""

    def __init__(self, pages: Sequence[str]) -> None:
        whole = [
            re.sub(r"[^\S\n]*\n", "\n", re.sub(r"[^\S\n]+", " ", page.removeprefix(f"{_MARK}\n"))) for page in pages
        ]
        self.text = "\n\f".join(whole)
        self._struck = bytearray(len(self.text))
        places = [place for place, char in enumerate(self.text) if char not in _NOT_DENSE]
        self._dense, self._places = "".join(self.text[place] for place in places), places
        self._starts = [
            place for place, at in enumerate(places) if place == 0 or "\f" in self.text[places[place - 1] : at]
        ]

    def find(self, pattern: str) -> Iterator[re.Match[str]]:
        """Yield where a pattern is; a space in it is the end of a line too."""
        return re.finditer(pattern.replace(" ", r"\s"), self.text, re.MULTILINE | re.DOTALL | re.IGNORECASE)

    def strike(self, start: int, end: int) -> None:
        """Strike out a stretch."""
        self._struck[start:end] = b"\1" * (end - start)

    def strike_words(self, words: str) -> None:
        """Strike out these words wherever they stand, however their lines are broken."""
        for places in self.stand(words):
            self.strike(places[0], places[-1] + 1)

    def stand(self, words: str) -> Iterator[list[int]]:
        """Yield the places of each letter of these words wherever they stand whole, be it on two pages."""
        dense, start = dense_of(words), 0
        while dense and (start := self._dense.find(dense, start)) >= 0:
            yield self._places[start : start + len(dense)]
            start += len(dense)
        for page in self._starts[1:]:
            for cut in range(_SHORTEST, len(dense) - _SHORTEST):
                before = self._dense.rfind(dense[:cut], 0, page) if self._dense.startswith(dense[cut:], page) else -1
                if before >= 0:
                    yield self._places[before : before + cut] + self._places[page : page + len(dense) - cut]

    def left(self) -> Iterator[tuple[int, str, str]]:
        """Yield the numbers not struck out with their page (from 1) and the words around them."""
        for token in _NUMBER.finditer(self.text):
            if not all(self._struck[token.start() : token.end()]):
                around = self.text[max(0, token.start() - 40) : token.end() + 25]
                yield self.text.count("\f", 0, token.start()) + 1, token[0], " ".join(around.split())


def unexplained(texts: Sequence[str], content: Traced, ledger: Ledger) -> list[str]:
    """Return the numbers on the pages that no reason is known for, and the counts that the ledger gives otherwise."""
    pages = Pages(texts)
    found = [*_counted(pages, counts(ledger)), *_counted(pages, _tables(pages, content, ledger))]
    found += [*_in_sentences(pages, content, ledger), *_offices(pages, content), *_localities(content, ledger)]
    _strike_rows(pages, ledger)
    for words in (*told_of_findings(ledger), *_names(content)):
        pages.strike_words(words)
    for pattern in _NOT_FIGURES.values():
        for match in pages.find(pattern):
            pages.strike(*match.span())
    cells = [one for one in content["figures"] if one["observations"] or one["how"] == "từ sổ nhận"]
    anywhere = {one["printed"] for one in cells if not one["printed"].isdecimal()}
    there = {(one["page"], one["printed"]) for one in cells}
    return found + [
        f"page {page}: {number} in “{around}”"
        for page, number, around in pages.left()
        if number not in anywhere and (page, number) not in there
    ]


def _counted(pages: Pages, found: Iterable[tuple[str, Allowed]]) -> Iterator[str]:
    """Yield the words whose numbers are none of those allowed, and strike out the numbers."""
    for pattern, allowed in found:
        for match in pages.find(pattern):
            if match.groups() not in allowed:
                yield f"“{match[0]}”, counted again: {sorted(allowed)}"
            for group in range(1, len(match.groups()) + 1):
                pages.strike(*match.span(group))


def _in_sentences(pages: Pages, content: Traced, ledger: Ledger) -> Iterator[str]:
    """Strike out the figures of each sentence where it stands; localities up, down, level and untold are all."""
    figures = {one["id"]: one for one in content["figures"]}
    everywhere = _areas(pages, ledger)
    for match in pages.find(r"trong (\d+) địa phương(?= ?[.);])"):
        if int(match[1]) not in everywhere:
            yield f"“{match[0]}”, counted again: {everywhere}"
        pages.strike(*match.span(1))
    for sentence in content["sentences"]:
        text = sentence["text"]
        if untold := re.search(r"(\d+) địa phương chưa có số liệu", text):
            told = re.findall(r"(?:tăng|giảm|tương đương) ở (\d+) địa phương|(\d+) địa phương chưa xếp", text)
            if (every := sum(int(one or other) for one, other in told) + int(untold[1])) not in everywhere:
                yield f"{every} localities in “{text}”"
        printed = {figures[one]["printed"] for one in sentence["figures"] if figures[one]["observations"]}
        for places in pages.stand(text):
            for number in _NUMBER.finditer(text):
                start, size = len(dense_of(text[: number.start()])), len(number[0])
                if number[0] in printed or (untold and number.start() == untold.start(1)):
                    pages.strike(places[start], places[start + size - 1] + 1)


def _localities(content: Traced, ledger: Ledger) -> Iterator[str]:
    """Yield the indices of which other localities are counted than the ledger knows."""
    found: dict[tuple[str, ...], set[str]] = {}
    for one in content["figures"]:
        if re.fullmatch(r"f-count\.([A-Z]+)\.([\d-]+)\.(yoy|ytd_yoy)\.(?:\d|doubtful)", one["id"]):
            told = {(cell["dataflow"], cell["measure"], cell["time_period"]) for cell in one["observations"]}
            for key in told:
                found.setdefault(key, set()).update(cell["ref_area"] for cell in one["observations"])
    for (dataflow, measure, period), areas in found.items():
        if areas != (known := ledger.told_by(dataflow, measure, period)):
            yield f"{dataflow} {measure} of {period}: {sorted(areas ^ known)} are not counted right"


def _areas(pages: Pages, ledger: Ledger) -> set[int]:
    """Return how many provinces there are, and how many there were when older figures were told."""
    areas = ledger.site.catalog.areas
    found = {ledger.areas}
    for match in pages.find(r"số mới nhất là của tháng (\d+) năm (\d+), theo (\d+) tỉnh, thành phố khi đó"):
        then = len(areas.at(f"{match[2]}-{int(match[1]):02}"))
        found.add(then)
        if int(match[3]) == then:
            pages.strike(*match.span(3))
    return found


def _strike_rows(pages: Pages, ledger: Ledger) -> None:
    """Strike out the numbers of rows: each the next of its table, in the second half of a row as well."""
    names = "|".join(re.escape(one.name).replace(r"\ ", " ") for one in ledger.site.catalog.areas.by_code.values())
    last, second, is_new = 0, 0, False
    for match in pages.find(rf"^TT\b|^(\d+) (?=\S)|(?<=\d)\x20(\d+)\x20(?=(?:{names})\b)"):
        if match[1] and (int(match[1]) == last + 1 or (is_new and match[1] == "1")):
            last, second, is_new = int(match[1]), second if int(match[1]) > 1 else 0, False
            pages.strike(*match.span(1))
        elif match[2] and second in (0, int(match[2]) - 1):
            second = int(match[2])
            pages.strike(*match.span(2))
        is_new = is_new or match[0] == "TT"


def _offices(pages: Pages, content: Traced) -> Iterator[str]:
    """Count again how many departments a table comes from: by its files, else by the cells of one figure or all."""
    senders = {cell["sha256"][:12]: cell["source"] for one in content["figures"] for cell in one["observations"]}
    numbered = [match[0] for match in pages.find(_HASH) if match[0] in senders]
    by_figure = [{cell["source"] for cell in one["observations"]} for one in content["figures"]]
    known = {len(one - {"NSO"}) for one in (*by_figure, set(senders.values()))}
    for match in pages.find(_OFFICES):
        listed = {senders[numbered[number - 1]] for number in _spelled(match[2] or "")} - {"NSO"}
        told, more = int(match[1]), int(match[3] or 0)
        right = len(listed) <= told <= len(listed) + more if listed else told in known
        if not right or more > len(senders) - len(numbered):
            yield f"“{match[0]}”: {len(listed)} departments, {len(senders) - len(numbered)} files without a number"
        pages.strike(*match.span(1))
        pages.strike(*match.span(3) if match[3] else match.span(1))


def _spelled(numbers: str) -> Iterator[int]:
    """Yield the numbers of "2-4, 7"."""
    for part in filter(None, (one.strip() for one in numbers.split(","))):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _tables(pages: Pages, content: Traced, ledger: Ledger) -> Iterator[tuple[str, Allowed]]:
    """Yield what notes say of their tables, and what that may be by the figures."""
    figures, period, area = content["figures"], content["period"], content["ref_area"]
    cells = [cell for one in figures for cell in one["observations"]]
    files = {cell["sha256"] for cell in cells}
    shown = sum(1 for _ in pages.find(_HASH))
    revised = {one["id"] for one in figures if one["how"].startswith(("nay \u2212", "(nay /"))}
    index = [cell for cell in cells if (cell["dataflow"], cell["measure"], cell["ref_area"]) == ("IIP", "yoy", area)]
    told = {cell["indicator"] for cell in index if cell["time_period"] == period}
    again = [one for one in figures if "count.quality.revised" in one["id"]]
    offices = {cell["source"] for one in again for cell in one["observations"]}
    yield r"thấp nhất trong (\d+) [a-zđ]", {(str(number),) for number in _ranked(content, ledger)}
    yield r"Bảng nêu (\d+) tệp; (\d+) tệp khác", {(str(shown), str(len(files) - shown))}
    for pattern, number in (
        (r"còn (\d+) ngành khác ở giữa", ledger.branches - len(told)),
        (r"số liệu các kỳ trước của (\d+) đơn vị", len(offices)),
        (r"Bảng nêu (\d+) điều chỉnh đáng chú ý nhất", len(revised)),
        (r"số liệu của (\d+) địa phương khác", len({cell["ref_area"] for cell in cells} - {area})),
    ):
        yield pattern, {(str(number),)}


def _ranked(content: Traced, ledger: Ledger) -> set[int]:
    """Return how many localities or indicators there are of each kind of figure without an open error, or in a sum."""
    wrong = {(one["sha256"], one["sheet"], one["cell"]) for one in ledger.open if one["severity"] == "error"}
    found: dict[tuple[object, ...], set[str]] = {}
    for one in content["figures"]:
        cells = one["observations"]
        if cells and not wrong & {(cell["sha256"], cell["sheet"], cell["cell"]) for cell in cells}:
            kind = (one["how"].strip("|"), *(frozenset(cell[name] for cell in cells) for name in _KIND))
            areas, codes = ({cell[name] for cell in cells} for name in ("ref_area", "indicator"))
            found.setdefault((*kind, frozenset(codes)), set()).update(areas if len(areas) == 1 else ())
            found.setdefault((*kind, "codes"), set()).update(codes if len(codes) == 1 else ())
    added = {len({cell["ref_area"] for cell in one["observations"]}) for one in content["figures"]}
    return added | {len(kind) for kind in found.values()}


def _names(content: Traced) -> Iterable[str]:
    """Return the files, sheets, cells and raw texts that the figures come from, the longest first."""
    cells = [cell for one in content["figures"] for cell in one["observations"]]
    names = {cell["file"] for cell in cells} | {cell["sheet"] for cell in cells if not cell["sheet"].isdecimal()}
    places = {f"{cell['sheet']}, {cell['cell']}" for cell in cells}
    raws = {f"{cell['sheet']}, {cell['cell']}{cell['raw']}" for cell in cells}
    sheets: dict[str, set[str]] = {}
    for cell in cells:
        sheets.setdefault(cell["sha256"], set()).add(cell["sheet"])
    cut = {
        f"{'; '.join(sorted(all_)[:shown])} và {len(all_) - shown} trang khác"
        for all_ in sheets.values()
        for shown in range(1, len(all_))
    }
    return sorted(names | places | raws | cut, key=len, reverse=True)
