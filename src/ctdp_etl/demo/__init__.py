"""The sample months: real published figures where they are at hand, the rest simulated with a fixed seed and marked so.

Real: Sở Công Thương Tây Ninh (IIP, retail), and the statistics office's labour index by province of early 2025.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from ctdp_etl.catalog import Catalog
from ctdp_etl.demo.planted import PLANTED, Planted
from ctdp_etl.demo.published import LABOUR_PERIODS, TAY_NINH, labour_files, tay_ninh_files
from ctdp_etl.demo.sending import SentFile, simulated_files
from ctdp_etl.demo.tables import provinces

__all__ = ["INSTANTS", "LABOUR_PERIODS", "PERIODS", "PLANTED", "Planted", "sources_toml", "write_month"]

PERIODS = ("2026-01", "2026-02", "2026-03", "2026-04")
INSTANTS = {
    "2025-01": "2025-01-29T03:00:00Z",
    "2025-02": "2025-02-28T03:00:00Z",
    "2026-01": "2026-01-23T02:00:00Z",
    "2026-02": "2026-02-13T02:00:00Z",
    "2026-03": "2026-03-24T02:00:00Z",
    "2026-04": "2026-04-24T02:00:00Z",
}
"""What time it is when each month is run, after its files have come."""
_FORMS = ("IIP", "PRODUCTS", "RETAIL", "TRADE", "ELECTRICITY")


def sources_toml(catalog: Catalog) -> str:
    """Return the text of ``sources.toml``: the statistics office and the 34 offices, the simulated ones marked."""
    entries = [_entry("NSO", "VN", "Cục Thống kê, Bộ Tài chính", ("LABOUR",), until=LABOUR_PERIODS[-1])]
    for area in catalog.areas.at(PERIODS[0]):
        name, known = area.name, provinces().get(area.code)
        kind = known.kind if known else "tỉnh"
        forms = ("IIP", "RETAIL") if known is None else (*_FORMS, "OUTPUT") if known.output else _FORMS
        entries.append(
            _entry(f"SCT_{area.code}", area.code, f"Sở Công Thương {kind} {name}", forms, simulated=known is not None)
        )
    return "\n".join(entries)


def write_month(root: Path, period: str, catalog: Catalog) -> list[Path]:
    """Write what every source sends for ``period`` below ``root``/inbox/<source>/<period>/ and return the paths.

    ``period`` is one of ``PERIODS`` or ``LABOUR_PERIODS``. Files that are there already are left as they are.
    """
    sent: dict[str, Sequence[SentFile]] = {}
    if period in LABOUR_PERIODS:
        sent["NSO"] = labour_files(period)
    else:
        sent[f"SCT_{TAY_NINH}"] = tay_ninh_files(period)
        sent |= {f"SCT_{area}": simulated_files(one, period, catalog) for area, one in provinces().items()}
    paths: list[Path] = []
    for source, files in sorted(sent.items()):
        folder = root / "inbox" / source / period
        folder.mkdir(parents=True, exist_ok=True)
        paths += [_write(folder / file.name, file) for file in files]
    return paths


def _write(path: Path, file: SentFile) -> Path:
    """Write the file under another name first, so that nobody ever sees half of it."""
    moment = file.received_at.timestamp()
    if path.exists() and path.stat().st_mtime == moment and path.read_bytes() == file.content:
        return path
    partial = path.with_name(f"{path.name}.part")
    partial.write_bytes(file.content)
    os.utime(partial, (moment, moment))
    partial.replace(path)
    return path


def _entry(source: str, area: str, name: str, forms: Sequence[str], *, until: str = "", simulated: bool = False) -> str:
    lines = [
        "[[source]]",
        f'id = "{source}"',
        f'area = "{area}"',
        f'name = "{name}"',
        f"forms = {json.dumps(list(forms))}",
        f'path = "inbox/{source}"',
        "due_day = 22",
    ]
    if until:
        lines += ['valid_from = "2025-01"', f'valid_to = "{until}"']
    if simulated:
        lines.append("simulated = true")
    return "\n".join((*lines, ""))
