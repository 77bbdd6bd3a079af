"""Reports on many areas made side by side in processes from frames that were fetched once; one fault stops no other."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context

from ctdp_etl.briefing.compose import composed, material
from ctdp_etl.briefing.document import Briefing
from ctdp_etl.briefing.inputs import BriefingInput
from ctdp_etl.briefing.month import Month
from ctdp_etl.briefing.render import lay_out
from ctdp_etl.pipeline import collector
from ctdp_etl.warehouse.publications import FigureSource, PrintedFigure

PROCESSES = min(len(os.sched_getaffinity(0)), 8)
"""Children that print side by side: one for each processor."""
FEW = 4
"""Up to so many reports are made here: a child takes as long to start as a few of them."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The ids of what figures are made from: submissions by (source, vintage, sha256), receipts by (source, sha256)."""

    submissions: Mapping[tuple[str, str, str], str]
    receipts: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Made:
    """A report as it leaves the press, with its figures as the ledger keeps them."""

    pdf: bytes
    sha256: str
    figures: tuple[PrintedFigure, ...]
    pages: int
    simulated: bool
    warnings: tuple[str, ...]


def make(briefing: Briefing, stored: Stored) -> Made:
    """Return a composed report printed."""
    rendered = lay_out(briefing)
    pages = {entry["id"]: entry["page"] for entry in rendered.lineage["figures"]}
    figures = tuple(_figures(briefing, pages, stored))
    digest = hashlib.sha256(rendered.pdf).hexdigest()
    return Made(rendered.pdf, digest, figures, rendered.pages, briefing.simulated, rendered.warnings)


def _figures(briefing: Briefing, pages: Mapping[str, int], stored: Stored) -> Iterator[PrintedFigure]:
    """Yield the figures with the page they are on and the stored cells and receipts behind them."""
    facts = {id(fact): fact for figure in briefing.figures for fact in figure.facts}
    cells = {
        key: FigureSource(
            stored.submissions[fact.source, fact.vintage, fact.sha256], fact.sheet, fact.cell, fact.measure
        )
        for key, fact in facts.items()
    }
    for figure in briefing.figures:
        files = (FigureSource(receipt_id=stored.receipts[item.source, item.sha256]) for item in figure.receipts)
        sources = (*(cells[id(fact)] for fact in figure.facts), *files)
        yield PrintedFigure(figure.id, pages[figure.id], figure.printed, figure.value, sources)


def make_each(inputs: BriefingInput, stored: Stored, areas: Sequence[str]) -> Iterator[tuple[str, Made | Exception]]:
    """Yield each area with its report, or with what went wrong, as they are done.

    A child that dies takes its pool with it: what is left is made once more, each area in a pool of its own.
    """
    if len(areas) <= FEW:
        month = material(inputs)
        for area in areas:
            yield area, _tried(partial(_made, month, inputs, stored, area))
        return
    left = list(areas)
    for area, done in _pool(inputs, stored, left):
        if not isinstance(done, BrokenProcessPool):
            left.remove(area)
            yield area, done
    for area in left:
        yield from _pool(inputs, stored, [area])


def _tried(work: Callable[[], Made]) -> Made | Exception:
    try:
        return work()
    except Exception as error:
        return error


def _pool(inputs: BriefingInput, stored: Stored, areas: Sequence[str]) -> Iterator[tuple[str, Made | Exception]]:
    # A fork would copy the threads' locks of this process; what a fresh one needs is sent to it once.
    given = (get_context("spawn"), _begin, (inputs, stored))
    with ProcessPoolExecutor(min(PROCESSES, len(areas)), *given) as pool:
        futures = {pool.submit(_in_child, area): area for area in areas}
        for future in as_completed(futures):
            yield futures[future], _tried(future.result)


_given: list[tuple[BriefingInput, Stored]] = []


def _begin(inputs: BriefingInput, stored: Stored) -> None:
    _given.append((inputs, stored))


@cache
def _material() -> Month:
    return material(_given[0][0])


@collector.held()
def _in_child(area: str) -> Made:
    inputs, stored = _given[0]
    return _made(_material(), inputs, stored, area)


def _made(month: Month, inputs: BriefingInput, stored: Stored, area: str) -> Made:
    return make(composed(month, replace(inputs, home=area)), stored)
