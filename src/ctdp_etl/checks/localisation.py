"""Where the error is: the cells whose change lets all arithmetic hold, and what they should be; never applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from ctdp_etl.catalog import Rule
from ctdp_etl.checks import wording
from ctdp_etl.checks.evidence import dues
from ctdp_etl.checks.figures import LEVELS, Record, own_unit
from ctdp_etl.checks.inputs import CheckInput
from ctdp_etl.checks.registry import Break, check
from ctdp_etl.checks.suspects import DIGIT, OPEN, SIGN, SWAPPED, UNIT, Located, Suspect, locate
from ctdp_etl.checks.systems import ToldEdit, tangles

FAMILY = "định vị lỗi"
_SUGGESTION = "Đây là gợi ý để đối chiếu với số gốc; hệ thống không tự sửa."
_WORDS = {
    SWAPPED: "hai chữ số cạnh nhau bị đảo",
    DIGIT: "một chữ số bị gõ nhầm",
    SIGN: "sai dấu",
    UNIT: "sai đơn vị",
}


@check(
    "L01",
    "Ô nhiều khả năng sai",
    family=FAMILY,
    level=2,
    source="Fellegi và Holt (1976): ít ô phải sửa nhất để mọi đẳng thức của biểu đều khớp",
    rule=Rule(notice=0, reason="Chỉ ra ô phải xem trước; lỗi đã tính ở phép kiểm số học, không tính thêm lần nữa"),
)
def suspected(inputs: CheckInput) -> Iterator[Break]:
    """The fewest cells whose change lets every broken identity hold; a notice, for the break has its own finding.

    Nothing is said where that finding says it already: where it stands at the very cell with the number due, and
    where most cells of the identities are as likely as each other and no slip tells one of them from the rest. Slips
    that other families tell (unit, digits, sign) are no longer among the figures that are searched.
    """
    for found in located(inputs):
        yield from _certain(inputs, found)
        yield from _doubtful(inputs, found)
        if not found.certain and not found.choices:
            yield _given_up(inputs, found)


def located(inputs: CheckInput) -> list[Located]:
    """Return what localisation says of every group of broken identities."""
    groups = tangles(inputs)
    if not groups:
        return []
    with np.errstate(divide="ignore", invalid="ignore"):
        known = {(due.identity, due.role): due for due in dues(groups[0].rows)}
        return [locate(tangle, inputs.figures, known) for tangle in groups]


def _certain(inputs: CheckInput, found: Located) -> Iterator[Break]:
    cells = {one.place for one in found.certain}
    for one in found.certain:
        mine = [edit for edit in found.told if one.place in edit.cells]
        heads = {edit.head for edit in mine}
        if heads == {one.place} and not found.best:
            continue
        yield _break(inputs, one, mine, _accused(inputs, found, one, heads - cells))


def _doubtful(inputs: CheckInput, found: Located) -> Iterator[Break]:
    if found.best or not found.choices:
        return
    cells = {one.place for choice in found.choices for one in choice}
    told = [edit for edit in found.told if cells.intersection(edit.cells)]
    everything = {place for edit in told for place in edit.cells}
    slipped = any(one.kind in _WORDS for choice in found.choices for one in choice)
    if 2 * len(cells) > len(everything) and not slipped:
        return
    place = next((edit.head for edit in told if edit.head in cells), found.choices[0][0].place)
    message = (
        "Chưa chắc ô nào sai; chỉ cần một trong các khả năng sau là mọi đẳng thức liên quan đều khớp: "
        f"{_listed(inputs, found)}. {_SUGGESTION}"
    )
    yield _break(inputs, Suspect(place, np.nan, np.nan, OPEN, 0), told, message)


def _given_up(inputs: CheckInput, found: Located) -> Break:
    told = found.told
    message = (
        f"Chưa định vị được ô sai: {len(told)} đẳng thức không khớp trong {len(found.tangle.places)} ô có liên "
        "quan với nhau. Hãy kiểm tra lại cả bảng, nhất là đơn vị tính và thứ tự cột."
    )
    return _break(inputs, Suspect(told[0].head, np.nan, np.nan, OPEN, 0), told, message)


def _accused(inputs: CheckInput, found: Located, one: Suspect, cleared: Iterable[int]) -> str:
    at = inputs.figure(one.place)
    others = " và ".join(_named(inputs, other) for other in found.certain if other.place != one.place)
    right, why = _right(inputs, one)
    change = f"nếu là {right}" if right else "sửa ô này"
    names = wording.cells(inputs.figure(place) for place in sorted(cleared))
    words = [
        f"{wording.row(at)}, {wording.measure(at)}: ô {at['cell']} nhiều khả năng là ô sai "
        f"(ghi {_number(inputs, at)}); "
        f"{change}{f', cùng với {others},' if others else ''} thì mọi đẳng thức liên quan đều khớp{why}.",
        f"Khi đó {names} không phải sửa." if names else "",
        f"Khả năng khác, ít hơn: {_listed(inputs, found)}." if found.best else "",
        _SUGGESTION,
    ]
    return " ".join(filter(None, words))


def _listed(inputs: CheckInput, found: Located) -> str:
    return "; hoặc ".join(" và ".join(_named(inputs, one) for one in choice) for choice in found.choices)


def _named(inputs: CheckInput, one: Suspect) -> str:
    right, why = _right(inputs, one)
    return f"ô {inputs.figures['cell'].iloc[one.place]}" + (f" nếu là {right}{why}" if right else "")


def _right(inputs: CheckInput, one: Suspect) -> tuple[str, str]:
    """Return what the cell should be, and in brackets the slip that made it what it is."""
    if one.kind == OPEN:
        return "", ""
    at = inputs.figure(one.place)
    factor = f" {wording.factor(one.power)}" if one.kind == UNIT else ""
    why = f" ({_WORDS[one.kind]}{factor})" if one.kind in _WORDS else ""
    return _number(inputs, at, _own(at, one.right)), why


def _number(inputs: CheckInput, at: Record, value: float | None = None) -> str:
    unit = wording.unit(inputs.catalog, at) if at["measure"] in LEVELS else "%"
    return f"{wording.number(float(at['value']) if value is None else value)}{unit}"


def _own(at: Record, value: float) -> float:
    return own_unit(at, value) if at["measure"] in LEVELS else value


def _break(inputs: CheckInput, one: Suspect, edits: list[ToldEdit], message: str) -> Break:
    at = inputs.figure(one.place)
    places = dict.fromkeys(place for edit in edits for place in edit.cells if place != one.place)
    known = (record for edit in edits for record in edit.known)
    return Break(
        at=at,
        size=1,
        expected=_own(at, one.right) if one.kind != OPEN else None,
        tolerance=_own(at, one.allowed) if one.kind != OPEN else None,
        others=(*(inputs.figure(place) for place in places), *known),
        message=message,
    )
