"""Tasks of releases and of work on many months."""

from __future__ import annotations

from typing import Any

from ctdp_etl.errors import CtdpError
from ctdp_etl.period import Period
from ctdp_etl.pipeline import backfill, deliver, release, released
from ctdp_etl.pipeline.load import Mode
from flows._tasks import site, step


@step(name="list-releases", task_run_name="list releases")
def list_releases() -> list[str]:
    """Return the months that are due for release, or a report that goes with them is; see to what is released."""
    released.tend(site())
    place = site()
    return sorted({str(period) for period in (*release.due_releases(place), *release.due_companions(place))})


@step(name="publish-month", task_run_name="publish {period}")
def publish_month(period: str) -> dict[str, Any]:
    """Check, print and release a month and what goes with it; the operators are told once why a gate is shut."""
    found = release.publish_due(site(), Period.parse(period))
    release.tell_held(site(), found)
    return {**release.document(site(), found), "words": found.words}


@step(name="send-queued", task_run_name="letters")
def send_queued() -> str:
    """Send the letters that are queued; return what somebody has to see to."""
    return deliver.deliver(site()).trouble


@step(name="plan-backfill", task_run_name="plan {first} {last}")
def plan(first: str, last: str, mode: str) -> list[dict[str, Any]]:
    """Return what is to be done in each month, those with nothing but missing senders too."""
    months = Period.parse(first), Period.parse(last)
    if str(months[0]) > str(months[1]):
        raise CtdpError(f"Tháng đầu {first} sau tháng cuối {last}. Hãy viết tháng sớm trước.")
    return [
        {
            "kỳ": str(gap.period),
            "tệp phải đọc": len(gap.files),
            "báo cáo": gap.printing,
            "nguồn chưa gửi": ", ".join(gap.senders),
            "phải làm": gap.has_work,
        }
        for gap in backfill.gaps(site(), *months, Mode(mode))
    ]
