"""Pictures: drawn from figures, told in words too, left out where they would show nothing."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
import report_material as material
from markupsafe import Markup

from ctdp_etl import resources
from ctdp_etl.briefing import Briefing, pictures
from ctdp_etl.briefing.chart_grids import KEPT, LATE, MISSING, NOT_DUE, REFUSED
from ctdp_etl.briefing.charts import KINDS, geometry
from ctdp_etl.briefing.document import Chart, Mark
from ctdp_etl.briefing.facts import Fact
from ctdp_etl.briefing.figures import Figure, Figures
from ctdp_etl.briefing.markup import templates, tile_layout
from ctdp_etl.briefing.month import Month

STATES = (KEPT, LATE, MISSING, REFUSED, NOT_DUE)


def svg(chart: Chart) -> str:
    """Return the picture as its template draws it."""
    reports = resources.folder("reports")
    layout = tile_layout(reports, len(chart.marks)) if chart.kind == "tiles" else ()
    template = templates(reports).get_template(f"_shared/charts/{chart.kind}.svg.j2")
    return template.render(**geometry(chart, layout), family="Liberation Serif")


def texts(chart: Chart) -> list[str]:
    """Return the words and numbers in a picture."""
    return [Markup(one).unescape() for one in re.findall(r"<text[^>]*>([^<]*)</text>", svg(chart))]


def figure(name: str, value: str) -> Figure:
    return Figures().number(name, Decimal(value), [], decimals=1, unit="%")


@pytest.fixture(scope="module")
def month() -> Month:
    return importlib.import_module("ctdp_etl.briefing.compose").material(material.provinces())


def fulfilled(month: Month, values: list[float]) -> list[Fact]:
    """Return made-up plan fulfilment of the first provinces."""
    known = month.provinces("RETAIL", "TOTAL", "yoy")
    return [fact._replace(measure="plan_pct", value=value) for fact, value in zip(known, values, strict=False)]


def test_plan_fulfilment_is_held_against_the_even_pace_of_the_year(month: Month) -> None:
    chart = pictures.plan_fulfilment(month, fulfilled(month, [40.0, 20.5, 33.4]))
    assert chart is not None
    names = [month.area_name(fact.ref_area) for fact in month.provinces("RETAIL", "TOTAL", "yoy")]
    assert "".join(run.printed if isinstance(run, Figure) else run for run in chart.title) == (
        f"Thực hiện kế hoạch năm cao nhất là {names[0]} (40,0%), thấp nhất là {names[1]} (20,5%)"
    )
    drawn = geometry(chart)["bars"]
    assert [row["text"] for row in drawn] == ["40,0", "33,4", "20,5"]
    assert [row["falls"] for row in drawn] == [False, False, True]
    assert "nhịp đều 4/12 tháng: 33,3%" in texts(chart)


def test_plan_fulfilment_of_too_few_or_doubtful_numbers_is_not_drawn(month: Month) -> None:
    facts = fulfilled(month, [40.0, 20.5, 33.4])
    assert pictures.plan_fulfilment(month, facts[:2]) is None
    assert pictures.plan_fulfilment(month, [facts[0], facts[1], facts[2]._replace(questioned=True)]) is None


def test_who_sent_what_is_a_row_for_each_sender_and_tells_what_is_missing() -> None:
    slots = [
        pictures.Slot(row, column, state)
        for row, states in {"Hà Nội": "kept kept", "Huế": "late missing", "Cà Mau": "refused missing"}.items()
        for column, state in zip(("IIP", "Bán lẻ"), states.split(), strict=True)
    ]
    chart = pictures.discipline_map(slots, ("1 trong 3",), "Nguồn: sổ nhận báo cáo.")
    assert chart is not None
    assert chart.alt == "Bảng ô 3 đơn vị. Còn thiếu: Huế: Bán lẻ; Cà Mau: IIP, Bán lẻ."
    said = texts(chart)
    assert [word for word in said if word in ("Hà Nội", "Huế", "Cà Mau")] == ["Hà Nội", "Huế", "Cà Mau"]
    assert [word for word in said if word.startswith("thiếu")] == ["thiếu 1", "thiếu 2"]
    assert said.count("×") == 3
    assert {"đã nhận", "nhận sau hạn", "chưa nhận", "đã gửi, chưa dùng được"} <= set(said)


def test_nobody_asked_is_no_picture() -> None:
    slots = [pictures.Slot(name, "IIP", NOT_DUE) for name in ("a", "b", "c", "d")]
    assert pictures.discipline_map(slots, ("x",), "") is None
    assert pictures.discipline_map([*slots, pictures.Slot("a", "Điện", KEPT)], ("x",), "") is None


@pytest.mark.parametrize(
    ("state", "came", "due", "wanted"),
    [
        ("received", "2026-04-20T01:00:00Z", "2026-04-22T17:00:00Z", KEPT),
        ("accepted", "2026-04-23T01:00:00Z", "2026-04-22T17:00:00Z", LATE),
        ("with findings", "2026-04-23T01:00:00Z", "", KEPT),
        ("late", "", "2026-04-22T17:00:00Z", MISSING),
        ("withdrawn", "2026-04-20T01:00:00Z", "2026-04-22T17:00:00Z", MISSING),
        ("quarantined", "2026-04-20T01:00:00Z", "2026-04-22T17:00:00Z", REFUSED),
        ("not due", "", "", NOT_DUE),
    ],
)
def test_a_report_is_kept_late_missing_or_refused(state: str, came: str, due: str, wanted: str) -> None:
    assert pictures.slot_state(state, came, due) == wanted


def test_a_waterfall_starts_each_step_where_the_one_before_ended() -> None:
    steps = [("a", "6.8"), ("b", "1.4"), ("c", "-0.6")]
    marks = [Mark(name, figure(name, value)) for name, value in steps] + [Mark("Tổng", figure("t", "7.6"), strong=True)]
    rows = geometry(Chart("waterfall", (), "", tuple(marks), "", ""))["bars"]
    ends = [row["x"] if row["falls"] else row["x"] + row["width"] for row in rows]
    starts = [row["x"] + row["width"] if row["falls"] else row["x"] for row in rows]
    assert starts[1:3] == pytest.approx(ends[:2])
    assert starts[3] == pytest.approx(starts[0])
    assert ends[3] == pytest.approx(ends[2])
    assert [row["text"] for row in rows] == ["+6,8", "+1,4", "\u22120,6", "+7,6"]


def drawn(kind: str, make: Callable[[str], Figure]) -> Chart:
    """Return a small chart of each kind with two groups of four marks."""
    marks = tuple(
        Mark(label, make(f"{group}{label}"), group=group, code=KEPT) for group in ("Bắc", "Nam") for label in "abcd"
    )
    if kind == "revisions":
        marks = tuple(mark for mark in marks if mark.label in "ab")
    return Chart(kind, (), "", marks, "", "", against=(25.0, "nhịp đều") if kind == "plan" else None)


@pytest.mark.parametrize("kind", sorted(KINDS - {"tiles"}))
@pytest.mark.parametrize("value", ["0.0", "-7.3", "1234.5"])
def test_no_picture_leaves_its_sheet_or_divides_by_nothing(kind: str, value: str) -> None:
    chart = drawn(kind, lambda name: figure(name, value))
    text = svg(chart)
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text).groups())  # type: ignore[union-attr]
    assert not re.search("nan|inf|None", text)
    for tag, x, y in re.findall(r'<(\w+) (?:[^>]*?)\b(?:c?x|x1)="(-?[\d.]+)" (?:c?y|y1)="(-?[\d.]+)"', text):
        assert -0.01 <= float(x) <= width + 0.01, tag
        assert -0.01 <= float(y) <= height + 0.01, tag


def test_an_unknown_kind_of_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="pie"):
        geometry(replace(drawn("bars", lambda name: figure(name, "1")), kind="pie"))


def test_what_stands_for_a_picture_tells_its_title_and_every_number(national_briefing: Briefing) -> None:
    charts = [block for one in national_briefing.sections for block in one.blocks if isinstance(block, Chart)]
    assert {chart.kind for chart in charts} >= {"bars", "tiles", "waterfall"}
    for chart in charts:
        for mark in chart.marks:
            assert mark.figure is None or f"{mark.label} {mark.figure.printed}" in chart.alt
        assert str(chart.title[0]) in chart.alt
