"""Finds sql/, reports/ and flows/: beside the sources in a checkout, inside the package in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

REPORT = "monthly_briefing"
"""The report on the whole country that is printed every month: the folder of that name in ``reports``."""
_PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """Return the folder ``sql``, ``reports`` or ``flows``; raise ``FileNotFoundError`` in a broken installation."""
    for candidate in (_PACKAGE / "_bundle" / name, _PACKAGE.parents[1] / name):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(f"{name}/ is missing from this installation of ctdp_etl")
