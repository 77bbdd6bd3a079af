"""Data out on one list of areas: the current values of a period, those of old provinces added up to the new ones."""

from __future__ import annotations

import pandas as pd
from sqlalchemy import Connection

from ctdp_etl.catalog import Catalog
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import KEY, LEVEL_MEASURES
from ctdp_etl.period import Period
from ctdp_etl.pipeline.export import FORMATS
from ctdp_etl.pipeline.tabular import writer_of
from ctdp_etl.series.geography import SERIES_COLUMNS, bases, levels_on, on_areas
from ctdp_etl.series.ratios import Origin
from ctdp_etl.warehouse.read import WAREHOUSE_COLUMNS, current_observations

CODE_LISTS = ("VN63", "VN34")


def export_on(
    conn: Connection,
    catalog: Catalog,
    period: Period,
    code_list: str,
    fmt: str,
    dataflow: str | None = None,
    as_of: str | None = None,
) -> bytes:
    """Return the current values about ``period`` on the areas of ``code_list``, as a file with ``SERIES_COLUMNS``.

    ``conn`` is one of ``reading``. Raise ``CtdpError`` for a list or a format that is not known.
    """
    if code_list not in CODE_LISTS:
        raise CtdpError(f"Không có danh mục địa bàn {code_list!r}. Hãy chọn một trong: {', '.join(CODE_LISTS)}.")
    write = writer_of(fmt, FORMATS)
    return write(series_on(conn, catalog, period, code_list, dataflow, as_of)[list(SERIES_COLUMNS)])


def series_on(
    conn: Connection,
    catalog: Catalog,
    period: Period,
    code_list: str,
    dataflow: str | None = None,
    as_of: str | None = None,
) -> pd.DataFrame:
    """Return the current values about ``period`` on the areas of ``code_list``, as ``on_areas`` does."""
    about, dataflows = str(period), [dataflow] if dataflow else None
    now = current_observations(conn, vintage_to=None, as_of=as_of, dataflows=dataflows, periods=[about])
    before = current_observations(
        conn,
        vintage_to=None,
        as_of=as_of,
        dataflows=dataflows,
        periods=sorted({*bases(period)} - {about}),
        measures=sorted(LEVEL_MEASURES),
    )
    return on_areas(pd.concat([now, before], ignore_index=True), catalog, code_list, [about])


def with_old_units(known: pd.DataFrame, period: Period, catalog: Catalog) -> pd.DataFrame:
    """Return known figures with those that the areas of ``period`` had before they were merged out of old ones.

    A sum has no cell and no file. What a new area told itself of that time gives way: it may be its old namesake's.
    """
    new = {area.code for area in catalog.areas.at(str(period.last_month))} & set(catalog.areas.crosswalk.values())
    if not new or not known["ref_area"].isin(list(catalog.areas.crosswalk)).any():
        return known
    series = levels_on(known, catalog, CODE_LISTS[-1])
    made = series[series["value"].notna() & (series["origin"] != Origin.REPORTED)]
    texts = [name for name in WAREHOUSE_COLUMNS if name not in {"value", "unit_mult", "conflict", "simulated"}]
    blank = made[texts].fillna("").astype("str")
    made = made.assign(**blank, conflict=made["conflict"].fillna(False).astype(bool))[list(WAREHOUSE_COLUMNS)]
    keys = list(KEY)
    replaced = pd.MultiIndex.from_frame(known[keys]).isin(pd.MultiIndex.from_frame(made[keys]))
    return pd.concat([known[~replaced], made.astype({"unit_mult": "int64", "simulated": bool})], ignore_index=True)
