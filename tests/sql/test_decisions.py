"""Decisions in the warehouse: what holds follows from what was sent and decided, never from the order of loading."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import permutations

import pytest
from deliveries import DEPARTMENT, Sent, day, deliver, empty, figure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from ctdp_etl.errors import CtdpError
from ctdp_etl.model import Decision, DecisionKind, Finding
from ctdp_etl.warehouse.decisions import decisions, record_decision
from ctdp_etl.warehouse.finding_ids import finding_id
from ctdp_etl.warehouse.findings import findings, record_findings
from ctdp_etl.warehouse.ledger import audit_trail
from ctdp_etl.warehouse.read import current_observations, submitted_observations
from ctdp_etl.warehouse.tables import decision

PERIOD = "2026-10"
INDICATORS = ("B", "C")
FILES = tuple(
    Sent(name, day(1), tuple(figure(code, value + place) for place, code in enumerate(INDICATORS)))
    for name, value in (("x", 100.0), ("y", 110.0), ("z", 100.0))
)


def about(file: Sent, indicator: str) -> Finding:
    """Return the finding of a check about a figure of a file."""
    row = next(one for one in file.reading.observations if one.indicator == indicator)
    return Finding(
        "A01", "error", "record", "Sai.", DEPARTMENT, "IIP", "VN34_80", indicator, row.label, PERIOD, "yoy", row.value,
        sheet=row.sheet, cell=row.cell, sha256=file.sha256,
    )  # fmt: skip


def entry(kind: DecisionKind, finding: Finding, at: str, **more: object) -> Decision:
    """Return a decision about a finding, as somebody makes it at an instant."""
    made = Decision("", kind, PERIOD, finding_id(finding), finding, "Nguyễn An", "vì sao", at)
    return replace(made, **more)  # type: ignore[arg-type]


def correction(file: Sent, indicator: str, value: float, at: str) -> Decision:
    """Return the decision that another value counts instead of a file's."""
    found = about(file, indicator)
    return entry(
        DecisionKind.CORRECT,
        found,
        at,
        obs_submission_id=file.submission.id,
        obs_sheet=found.sheet,
        obs_cell=found.cell,
        obs_measure="yoy",
        obs_value=found.observed,
        value=value,
        value_source="công văn",
    )


def values(engine: Engine, as_of: str | None = None) -> dict[str, float]:
    """Return the current values by indicator."""
    with engine.connect() as connection:
        found = current_observations(connection, vintage_to=None, as_of=as_of)
    return dict(zip(found["indicator"], found["value"], strict=True))


def waived(engine: Engine, today: str) -> set[str]:
    """Return the findings of the last checks that a waiver lifts."""
    with engine.connect() as connection:
        found = findings(connection, PERIOD, today=today)
    return set(found.loc[found["decision"].notna(), "id"])


def decide(engine: Engine, made: Decision) -> tuple[Decision, bool]:
    return record_decision(engine, made, today=made.decided_at[:10])


@dataclass(frozen=True)
class Step:
    """What happens on a day of October: a file comes, or something is decided about a figure of a file."""

    what: str
    file: int
    indicator: str = "B"
    value: float = 0.0
    lasts: int = 0


STEPS = st.builds(
    Step,
    st.sampled_from(["send", "waive", "correct", "undo"]),
    st.integers(0, len(FILES) - 1),
    st.sampled_from(INDICATORS),
    st.sampled_from([50.0, 60.0]),
    st.integers(0, 8),
)


class Expected:
    """What should hold after steps on the days from 2 October on, told without a database."""

    def __init__(self) -> None:
        self.last: Sent | None = None
        self.corrections: dict[tuple[str, str], float] = {}
        self.waivers: dict[str, str] = {}
        self.made: dict[str, list[tuple[str, tuple[str, str]]]] = {}

    def waive(self, finding: Finding, until: str, today: str) -> bool:
        name = finding_id(finding)
        if self.waivers.get(name, "") >= today:
            return False
        self.waivers[name] = until
        self.made.setdefault(name, []).append(("waive", ("", "")))
        return True

    def correct(self, finding: Finding, file: Sent, value: float) -> bool:
        place = (file.submission.id, finding.indicator)
        if place in self.corrections:
            return False
        self.corrections[place] = value
        self.made.setdefault(finding_id(finding), []).append(("correct", place))
        return True

    def undo(self, finding: Finding, today: str) -> bool:
        name = finding_id(finding)
        mine = self.made.get(name, [])
        for index in range(len(mine) - 1, -1, -1):
            kind, place = mine[index]
            if kind == "correct":
                del self.corrections[place], mine[index]
                return True
            if self.waivers.get(name, "") >= today:
                del self.waivers[name], mine[index]
                return True
        return False

    def values(self) -> dict[str, float]:
        if self.last is None:
            return {}
        reported = {one.indicator: one.value or 0.0 for one in self.last.figures}
        identity = self.last.submission.id
        return {code: self.corrections.get((identity, code), value) for code, value in reported.items()}


def undoing(engine: Engine, finding: Finding, at: str) -> Decision:
    """Return the entry that undoes the last decision that holds about a finding; it undoes nothing where none does."""
    with engine.connect() as connection:
        standing = [one for one in decisions(connection) if one.finding_id == finding_id(finding)]
    last = [one for one in standing if one.is_in_force(at[:10])]
    return entry(DecisionKind.UNDO, finding, at, undoes=last[-1].id if last else "nothing")


def live(engine: Engine, steps: Sequence[Step], expected: Expected) -> tuple[list[Sent], list[Decision]]:
    """Do the steps day by day as an operator would, and return what was sent and what was recorded."""
    sent, recorded = [], []
    for number, step in enumerate(steps, start=2):
        at, file = day(number), FILES[step.file]
        finding = about(file, step.indicator)
        if step.what == "send":
            expected.last = replace(file, at=at)
            deliver(engine, [expected.last])
            sent.append(expected.last)
            continue
        until = day(number + step.lasts)[:10]
        match step.what:
            case "waive":
                made, may = entry(DecisionKind.WAIVE, finding, at, until=until), expected.waive(finding, until, at[:10])
            case "correct":
                made = correction(file, step.indicator, step.value, at)
                may = expected.correct(finding, file, step.value)
            case _:
                made, may = undoing(engine, finding, at), expected.undo(finding, at[:10])
        try:
            kept, new = decide(engine, made)
        except CtdpError:
            assert not may
        else:
            assert new == may
            recorded += [kept] if new else []
    return sent, recorded


@settings(deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=9), data=st.data())
def test_what_holds_does_not_depend_on_the_order_of_loading(
    warehouse: Engine, steps: list[Step], data: st.DataObject
) -> None:
    empty(warehouse)
    everything = [about(file, code) for file in FILES for code in INDICATORS]
    expected = Expected()
    sent, recorded = live(warehouse, steps, expected)
    last_day = day(len(steps) + 1)[:10]
    holding = {name for name, until in expected.waivers.items() if until >= last_day}
    record_findings(warehouse, PERIOD, everything, day(20))
    assert values(warehouse) == expected.values()
    assert waived(warehouse, last_day) == holding

    # Loaded again in another order, with the decisions anywhere in between, each in its own time.
    empty(warehouse)
    in_time = iter(recorded)
    for place in data.draw(st.permutations(range(len(sent) + len(recorded)))):
        if place < len(sent):
            deliver(warehouse, [sent[place]])
        else:
            kept = next(in_time)
            assert decide(warehouse, kept) == (kept, True)
    record_findings(warehouse, PERIOD, everything, day(20))
    assert values(warehouse) == expected.values()
    assert waived(warehouse, last_day) == holding

    # Undone one by one, nothing is left of them.
    for finding in everything:
        while (made := undoing(warehouse, finding, day(28))).undoes != "nothing":
            decide(warehouse, made)
    reported = {one.indicator: one.value for one in sent[-1].figures} if sent else {}
    assert values(warehouse) == reported
    assert waived(warehouse, day(28)[:10]) == set()


def test_at_each_instant_what_was_decided_by_then_counts(warehouse: Engine) -> None:
    deliver(warehouse, [replace(FILES[0], at=day(2))])
    made, _ = decide(warehouse, correction(FILES[0], "B", 60.0, day(4)))
    decide(warehouse, entry(DecisionKind.UNDO, about(FILES[0], "B"), day(6), undoes=made.id))
    seen = [values(warehouse, day(number)).get("B") for number in (1, 2, 3, 4, 5, 6, 7)]
    assert seen == [None, 100.0, 100.0, 60.0, 60.0, 100.0, 100.0]
    with warehouse.connect() as connection:
        standing = [len(decisions(connection, as_of=day(number))) for number in (3, 4, 6)]
    assert standing == [0, 1, 0]


def test_a_correction_settles_a_key_that_stands_twice(warehouse: Engine) -> None:
    twice = Sent("t", day(2), (figure("B", 1.0, conflict=True), figure("B", 2.0, conflict=True), figure("C", 3.0)))
    deliver(warehouse, [twice])
    assert values(warehouse) == {"C": 3.0}
    decide(warehouse, correction(twice, "B", 1.0, day(3)))
    assert values(warehouse) == {"B": 1.0, "C": 3.0}
    with warehouse.connect() as connection:
        submitted = submitted_observations(connection, PERIOD)
    assert submitted.sort_values("cell")["conflict"].tolist() == [False, True, False]


def test_a_correction_of_another_value_than_the_stored_one_does_not_apply(warehouse: Engine) -> None:
    deliver(warehouse, [FILES[0]])
    decide(warehouse, replace(correction(FILES[0], "B", 60.0, day(3)), obs_value=99.0))
    assert values(warehouse)["B"] == 100.0


def test_of_two_who_decide_at_once_one_is_refused(warehouse: Engine) -> None:
    found = about(FILES[0], "B")

    def waive(who: str) -> str:
        try:
            return decide(warehouse, replace(entry(DecisionKind.WAIVE, found, day(3)), who=who))[0].who
        except CtdpError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(waive, ["An", "Bình", "Chi", "Dung"]))
    (winner,) = [text for text in said if len(text) < 5]
    assert all(f"của {winner} (vì sao)" in text for text in said if text != winner)
    with warehouse.connect() as connection:
        assert [one.who for one in decisions(connection)] == [winner]
        trail = audit_trail(connection, subject=finding_id(found))
        assert trail[["who", "verb", "reason"]].values.tolist() == [[winner, "waive", "vì sao"]]


def test_nothing_is_recorded_of_a_refused_decision(warehouse: Engine) -> None:
    found = about(FILES[0], "B")
    with pytest.raises(CtdpError, match="không còn hiệu lực hoặc đã được gỡ"):
        decide(warehouse, entry(DecisionKind.UNDO, found, day(3), undoes="0123456789ab"))
    with warehouse.connect() as connection:
        assert connection.execute(select(func.count()).select_from(decision)).scalar() == 0
        assert audit_trail(connection).empty


def test_a_waiver_is_about_the_number_that_was_found(warehouse: Engine) -> None:
    found = about(FILES[0], "B")
    decide(warehouse, entry(DecisionKind.WAIVE, found, day(3)))
    for observed, count in ((100.0, 1), (101.0, 0), (None, 0)):
        record_findings(warehouse, PERIOD, [replace(found, observed=observed)], day(4))
        assert len(waived(warehouse, "")) == count


def test_what_was_found_in_reading_is_lifted_by_a_correction_too(warehouse: Engine) -> None:
    misread = replace(about(FILES[0], "B"), code="K07")
    for order in permutations((True, False)):
        empty(warehouse)
        for loads in order:
            if loads:
                deliver(warehouse, [replace(FILES[0], findings=(misread,))])
            else:
                made = replace(correction(FILES[0], "B", 60.0, day(3)), finding=misread, finding_id=finding_id(misread))
                decide(warehouse, made)
        assert waived(warehouse, "") == {finding_id(misread)}
