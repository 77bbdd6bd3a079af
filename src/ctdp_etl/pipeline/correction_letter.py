"""The letter (công văn) that goes back to a sender beside the marked workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ctdp_etl.briefing import letter_pdf
from ctdp_etl.feedback.letter import letter
from ctdp_etl.period import Period
from ctdp_etl.pipeline.brief import letterhead
from ctdp_etl.pipeline.calendar import local_day, release_instant
from ctdp_etl.pipeline.check import as_finding
from ctdp_etl.pipeline.reports import report
from ctdp_etl.pipeline.site import Site
from ctdp_etl.resources import REPORT

NAME = "correction_letter"
_REPORT_KIND = "BC-"


def correction_letter(
    site: Site,
    period: Period,
    sent: Mapping[str, Any],
    findings: Iterable[dict[str, Any]],
    written: Mapping[tuple[str, str], str],
) -> bytes | None:
    """Return the letter about a submission as PDF, or None where its findings are only notices.

    ``findings`` are JSON objects, ``written`` says what stands in the cells. The same findings give the same bytes.
    Raise ``RenderError`` or ``FontError`` where it cannot be printed faultlessly.
    """
    source = site.registered(sent["source"])
    content = letter(
        [as_finding(one) for one in findings],
        written,
        sender=source.name if source else sent["source"],
        file_name=sent["file_name"],
        period_words=period.vietnamese,
        release_day=f"{local_day(release_instant(period, report(REPORT).gate.day)):%d/%m/%Y}",
    )
    if content is None:
        return None
    head = letterhead(site.settings)
    # A letter's sign begins with the office, not with the kind of document (Nghị định 30/2020, Phụ lục I, mục II.3).
    head = replace(head, document_sign=head.document_sign.removeprefix(_REPORT_KIND))
    return letter_pdf(NAME, head, content, as_of=sent["last_received_at"])
