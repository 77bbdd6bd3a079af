"""Frames to findings; pure (GSBPM 5.3 review and validate).

Codes name the family: K structure over frames, C coverage, A arithmetic, U unit and scale, T typing, D copies, P period
slips, H plausibility, R revision, N between sources, L localisation. ``CHECKS`` is the table of them. Structure found
while reading (unmapped rows and columns) is told by the reader.
"""

from ctdp_etl.checks import (
    additivity,
    copying,
    coverage,
    deflators,
    growth,
    indices,
    localisation,
    misplacing,
    plausibility,
    quarters,
    revision,
    rollforward,
    scale,
    sources,
    structure,
    typing_slips,
)
from ctdp_etl.checks.inputs import FORM_COLUMNS, CheckInput
from ctdp_etl.checks.registry import CHECKS, Check
from ctdp_etl.checks.rows import HISTORY_MONTHS
from ctdp_etl.checks.run import run_checks

__all__ = [
    "CHECKS",
    "FORM_COLUMNS",
    "HISTORY_MONTHS",
    "Check",
    "CheckInput",
    "additivity",
    "copying",
    "coverage",
    "deflators",
    "growth",
    "indices",
    "localisation",
    "misplacing",
    "plausibility",
    "quarters",
    "revision",
    "rollforward",
    "run_checks",
    "scale",
    "sources",
    "structure",
    "typing_slips",
]
