"""Step: each submission with findings goes back to its sender: the sender's own workbook marked, with a letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, cast

from pandas import DataFrame

from ctdp_etl.catalog import Catalog
from ctdp_etl.collect import archive, intake
from ctdp_etl.errors import CtdpError
from ctdp_etl.model import DecisionKind, Receipt
from ctdp_etl.period import Period
from ctdp_etl.pipeline import check
from ctdp_etl.pipeline.correction_letter import correction_letter
from ctdp_etl.pipeline.lapsed import CODES as OUR_OWN
from ctdp_etl.pipeline.output import write_whole
from ctdp_etl.pipeline.parsing import PROCESSES, parsers
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.engine import reading
from ctdp_etl.warehouse.read import submissions, submitted_observations

_UNSAFE = re.compile(r"[^\w ().-]+")
_LONGEST = 60
"""Letters of a stored name; each may take three bytes, and folders of shares allow 255."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A submission with findings: where its marked workbook is, or why there is none; counts by severity.

    ``letter`` is the PDF that goes with it, where there is more than notices.
    """

    source: str
    file_name: str
    sha256: str
    path: Path
    counts: Mapping[str, int]
    message: str = ""
    letter: Path | None = None


def feedback(
    site: Site, period: Period, *, area: str = "", out: Path | None = None, only_new: bool = False
) -> list[Returned]:
    """Write the marked workbook of each submission of ``period`` with findings; a file that fails stops no other.

    They stand under ``out``, or the home's folder ``feedback``, by period and source, each with its letter as PDF where
    there is more than notices. One that is right already is left alone, one without findings any more is taken away;
    ``only_new`` leaves out those that were marked before.
    """
    folder = (out or site.settings.home / "feedback") / str(period)
    found = check.findings(site, period)
    with reading(site.engine) as connection:
        sent = submissions(connection, period=str(period))
        observations = submitted_observations(connection, str(period)) if found else DataFrame()
    rows = [one for one in cast(list[dict[str, Any]], sent.to_dict("records")) if not area or one["ref_area"] == area]
    due = []
    for one in rows:
        mine = for_sender(found, one["source"], one["sha256"])
        path = folder / _stored(one["source"]) / stored_name(one["file_name"], one["sha256"])
        if not mine:
            path.unlink(missing_ok=True)
            path.with_suffix(".pdf").unlink(missing_ok=True)
        elif not (only_new and path.exists()):
            due.append((one, path, mine))
    with ThreadPoolExecutor(PROCESSES, thread_name_prefix="marking") as threads:
        done = list(threads.map(lambda one: _return(site, observations, *one), due))
    return [
        _with_letter(site, period, observations, back, one, mine)
        for back, (one, _, mine) in zip(done, due, strict=True)
    ]


def annotated(site: Site, receipt: Receipt) -> bytes:
    """Return the workbook of a receipt marked with its findings in force; raise ``CtdpError`` where it cannot be."""
    with reading(site.engine) as connection:
        sent = submissions(connection)
        months = sorted(
            sent.loc[(sent["source"] == receipt.source) & (sent["sha256"] == receipt.sha256), "time_period"]
        )
        observations = [submitted_observations(connection, month) for month in months]
    found = [one for month in months for one in check.findings(site, Period.parse(month))]
    written = {place: raw for frame in observations for place, raw in _written(frame, receipt.sha256).items()}
    content = archive.load(site.settings.archive, receipt.sha256)
    return marked(content, receipt.file_name, for_sender(found, receipt.source, receipt.sha256), written, site.catalog)


def marked(
    content: bytes,
    file_name: str,
    documents: Iterable[dict[str, Any]],
    written: Mapping[tuple[str, str], str],
    catalog: Catalog,
) -> bytes:
    """Return a workbook marked with findings (JSON objects), in the child process that may open foreign bytes."""
    intake.inspect(content, file_name)
    return parsers(catalog).annotate(content, file_name, [check.as_finding(one) for one in documents], written)


def returned_place(site: Site, period: str, source: str, sha256: str) -> str:
    """Return where the marked workbook of a submission is, below the folder ``feedback``, or '' where there is none."""
    folder = site.settings.home / "feedback"
    found = sorted((folder / period / _stored(source)).glob(f"*-{sha256[:8]}.xlsx"))
    return str(PurePosixPath(found[0].relative_to(folder))) if found else ""


def stored_name(file_name: str, sha256: str) -> str:
    """Return the name of a marked workbook: nothing of a name from outside leads to another folder or file."""
    stem = re.split(r"[/\\]", file_name)[-1]
    return f"{_stored(stem.rpartition('.')[0] or stem)}-{sha256[:8]}.xlsx"


def _stored(name: str) -> str:
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name))[:_LONGEST]
    return plain.strip(" .") or "tep"


def for_sender(found: Sequence[dict[str, Any]], source: str, sha256: str) -> list[dict[str, Any]]:
    """Return what the sender has to see to: not what was accepted as it is, nor what is about our own decisions."""
    return [
        one
        for one in found
        if one["source"] == source
        and one["sha256"] == sha256
        and one["code"] not in OUR_OWN
        and (one["decision"] is None or one["decision"]["kind"] != DecisionKind.WAIVE)
    ]


def _written(observations: DataFrame, sha256: str) -> dict[tuple[str, str], str]:
    """Return what stands in the cells of a workbook."""
    if observations.empty:
        return {}
    mine = observations[observations["sha256"] == sha256]
    return dict(zip(zip(mine["sheet"], mine["cell"], strict=True), mine["raw"], strict=True))


def _return(
    site: Site, observations: DataFrame, sent: dict[str, Any], path: Path, found: list[dict[str, Any]]
) -> Returned:
    message = ""
    try:
        content = archive.load(site.settings.archive, sent["sha256"])
        write_whole(
            path, marked(content, sent["file_name"], found, _written(observations, sent["sha256"]), site.catalog)
        )
    except (CtdpError, OSError) as error:
        message = str(error)
    return Returned(sent["source"], sent["file_name"], sent["sha256"], path, check.counts(found), message)


def _with_letter(
    site: Site,
    period: Period,
    observations: DataFrame,
    back: Returned,
    sent: dict[str, Any],
    found: list[dict[str, Any]],
) -> Returned:
    """Write the letter beside the marked workbook; pages are laid out one after another, in this process."""
    path = back.path.with_suffix(".pdf")
    try:
        content = correction_letter(site, period, sent, found, _written(observations, sent["sha256"]))
        if content is None:
            path.unlink(missing_ok=True)
            return back
        write_whole(path, content)
    except (CtdpError, OSError) as error:
        return replace(back, message=" ".join(filter(None, (back.message, str(error)))))
    return replace(back, letter=path)
