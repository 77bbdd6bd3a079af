"""What a run of the checks sees: the period's submissions, what was known with and before them, the catalog."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from ctdp_etl.catalog import Catalog
from ctdp_etl.checks.arrange import arrange
from ctdp_etl.checks.borrowed import Borrowed, find_borrowed
from ctdp_etl.checks.copies import Copies, find_copies
from ctdp_etl.checks.expected import GrowthSlip, growth_slips
from ctdp_etl.checks.figures import LEVELS, Record, among, coded, codes, prepare, some
from ctdp_etl.checks.rolled import Rolled, roll_on
from ctdp_etl.checks.rows import HISTORY_MONTHS, KNOWN, Rows
from ctdp_etl.checks.slips import Slips, find_slips
from ctdp_etl.checks.sums import Sums, find_sums
from ctdp_etl.checks.typed import TypedCells, find_typed
from ctdp_etl.checks.usual import Units, find_units
from ctdp_etl.period import Period

FORM_COLUMNS = (
    *("submission_id", "source", "ref_area", "dataflow", "form", "sheet", "time_period"),
    *("file_name", "sha256"),
)
"""What is told of a table of a submission."""

_SENDER = ("source", "dataflow")


@dataclass(frozen=True, eq=False)
class CheckInput:
    """``submitted``: every observation of the period's submissions; ``previous``: what is current of the vintages up to
    the period before; ``forms``: the tables of the period's submissions (``FORM_COLUMNS``); ``withdrawn``: rows that
    a resend left out, as observations of the earlier submission, where the caller knows them.
    """

    period: str
    submitted: pd.DataFrame
    previous: pd.DataFrame
    forms: pd.DataFrame
    catalog: Catalog
    withdrawn: pd.DataFrame | None = None

    @cached_property
    def due(self) -> Period:
        """The period that is due."""
        return Period.parse(self.period)

    @cached_property
    def told(self) -> pd.DataFrame:
        """Every submitted observation, texts and keys that stand twice among them, coded."""
        return self._coded[0]

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The submitted numbers, prepared; findings are about positions in it."""
        return prepare(self.told)

    def figure(self, place: int) -> Record:
        """Return the submitted number at a position."""
        return self.rows.told[place]

    @cached_property
    def history(self) -> pd.DataFrame:
        """What was known of the last year before the report, of the same sources and dataflows, prepared.

        Of the months before the previous one only the levels and what is compared with a year ago.
        """
        told, known = self._coded
        first = str(self.due.shift(-HISTORY_MONTHS))
        months = {name for name in known["time_period"].cat.categories if name >= first}
        level = among(known, "measure", LEVELS) & among(known, "time_period", months)
        near = among(known, "time_period", {str(self.due.previous)})
        near |= among(known, "measure", {"mom"}) & among(known, "time_period", {str(self.due.year_ago)})
        senders = np.zeros([len(known[name].cat.categories) for name in _SENDER], dtype=bool)
        senders[tuple(codes(told, name) for name in _SENDER)] = True
        return prepare(some(known, (level | near) & senders[tuple(codes(known, name) for name in _SENDER)]))

    @cached_property
    def _coded(self) -> list[pd.DataFrame]:
        return coded(self.submitted, self.previous)

    @cached_property
    def rows(self) -> Rows:
        """One line per submission and series of the period."""
        return arrange(self.due, self.figures, self.history)

    @cached_property
    def copies(self) -> Copies:
        """The tables and columns that repeat figures of another month."""
        return find_copies(self.rows)

    @cached_property
    def borrowed(self) -> tuple[Borrowed, ...]:
        """The tables that repeat another area's."""
        return find_borrowed(self.figures, self.period)

    @cached_property
    def slips(self) -> Slips:
        """The levels that are a power of ten off."""
        return find_slips(self._own_rows)

    @cached_property
    def _own_rows(self) -> Rows:
        """The lines without the cells that repeat others."""
        return self.rows.without(self._again)

    @cached_property
    def _again(self) -> list[int]:
        """The positions of the cells that repeat others: judging them one by one would tell one mistake many times."""
        return sorted({*self.copies.places, *(place for table in self.borrowed for place in table.places)})

    @cached_property
    def typed(self) -> TypedCells:
        """The mistyped cells."""
        return find_typed(self._scaled_rows, self._scaled_sums)

    @cached_property
    def sound(self) -> pd.DataFrame:
        """The figures that have neither slipped nor been mistyped nor repeat others."""
        gone = [*self._again, *self.slips.places, *self.typed.places]
        kept = np.ones(len(self.figures), dtype=bool)
        kept[gone] = False
        return self.figures[kept] if gone else self.figures

    @cached_property
    def sums(self) -> Sums:
        """The totals and parts of the levels that have neither slipped nor been mistyped."""
        return self._scaled_sums.without(np.array(self.typed.places, dtype=np.intp))

    @cached_property
    def sound_rows(self) -> Rows:
        """The lines without the slipped and mistyped cells: one error is found once, and by its cause."""
        return self._scaled_rows.without(self.typed.places)

    @cached_property
    def growth_slips(self) -> dict[tuple[str, int], GrowthSlip]:
        """The growth cells (role, line) of ``sound_rows`` that have slipped."""
        return growth_slips(self.sound_rows)

    @cached_property
    def rolled(self) -> Rolled:
        """How the cumulatives of ``sound_rows`` go on from the month before."""
        return roll_on(self.sound_rows)

    @cached_property
    def units(self) -> Units:
        """The groups of comparable lines."""
        return find_units(self.rows, self.catalog.areas.by_code)

    @cached_property
    def _scaled_sums(self) -> Sums:
        every = find_sums(self.figures, self.catalog, LEVELS)
        return every.without(np.array([*self._again, *self.slips.places], dtype=np.intp))

    @cached_property
    def _scaled_rows(self) -> Rows:
        """The lines without the slipped levels, and without the history of the lines whose history had slipped."""
        rows = self._own_rows
        echoed = sorted(self.slips.echoes)
        places, past = rows.places.copy(), {measure: old.copy() for measure, old in rows.past.items()}
        for role in KNOWN:
            if role.startswith(("known_", "earlier_")):
                places[role][echoed] = -1
        for old in past.values():
            old[echoed] = -1
        return replace(rows, places=places, past=past).without(self.slips.places)
