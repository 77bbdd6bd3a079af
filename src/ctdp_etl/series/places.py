"""Where a figure of one list of areas stands in another: old provinces in new ones, month by month."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pandas import DataFrame, Series

from ctdp_etl.catalog import Areas
from ctdp_etl.period import Period


class Place(NamedTuple):
    """Figures of ``ref_area`` in ``time_period`` are part ``bit`` of ``expected`` (bits) parts of ``target``.

    ``own`` where the area stands in the list itself; ``why`` says why its figures cannot be taken over, else ''.
    """

    ref_area: str
    time_period: str
    target: str
    own: bool
    bit: int
    expected: int
    members: str
    why: str


def places(pairs: DataFrame, areas: Areas, code_list: str) -> DataFrame:
    """Return the places of each (ref_area, time_period) in ``code_list``, with the fields of ``Place`` as columns."""
    found = [
        place
        for area, period in pairs[["ref_area", "time_period"]].drop_duplicates().itertuples(index=False, name=None)
        for place in _places(areas, code_list, area, period)
    ]
    frame = DataFrame(found, columns=list(Place._fields))
    texts = ["ref_area", "time_period", "target", "members", "why"]
    return frame.astype(dict.fromkeys(texts, "str") | {"own": bool, "bit": "int64", "expected": "int64"})


def old_parts(areas: Areas, code: str) -> tuple[str, ...]:
    """Return the old areas that ``code`` was made of on the day it came into force; () for one without them."""
    area = areas.by_code.get(code)
    if area is None or code not in areas.crosswalk.values():
        return ()
    eve = str(Period.parse(area.valid_from).previous)
    return areas.members(code, eve, eve)


def names(areas: Areas, codes: tuple[str, ...]) -> str:
    """Return areas in words: "Bắc Giang (VN63_24), Bắc Ninh (VN63_27)"."""
    return ", ".join(f"{areas.by_code[code].name} ({code})" for code in codes)


def missing_names(areas: Areas, members: str, mask: int) -> str:
    """Return the members (codes parted by blanks) whose bits stand in ``mask``, in words."""
    return names(areas, tuple(code for place, code in enumerate(members.split()) if mask >> place & 1))


def sender_kind(sources: Series) -> Series:
    """Return the kind of each sender: NSO of NSO, SCT of SCT_VN63_24."""
    return sources.str.replace("_.*", "", regex=True)


def _places(areas: Areas, code_list: str, area: str, period: str) -> Iterator[Place]:
    if area in areas.crosswalk and areas.by_code[areas.crosswalk[area]].code_list == code_list:
        yield _in_new(areas, area, Period.parse(period))
    elif (parts := old_parts(areas, area)) and areas.by_code[parts[0]].code_list == code_list:
        why = "" if len(parts) == 1 else f"không tách được từ {names(areas, (area,))}"
        yield from (Place(area, period, part, False, 1, 1, area, why) for part in parts)
    else:
        yield Place(area, period, area, True, 1, 1, "", "")


def _in_new(areas: Areas, area: str, period: Period) -> Place:
    first, last = str(period.first_month), str(period.last_month)
    new = areas.crosswalk[area]
    members = areas.members(new, first, last)
    why = ""
    if area not in members:
        why = f"mã {area} không dùng trong kỳ {period}"
    elif spanning := areas.spanning(new, last):
        why = f"không tách được: {names(areas, spanning)} khi đó gồm cả đất của tỉnh khác"
    bit = 1 << members.index(area) if area in members else 0
    return Place(area, str(period), new, False, bit, (1 << len(members)) - 1, " ".join(members), why)
