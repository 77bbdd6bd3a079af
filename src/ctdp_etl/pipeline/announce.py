"""Letters with released reports: each issue to those who are registered for it, once, with the PDF as released."""

from __future__ import annotations

from ctdp_etl.period import Period
from ctdp_etl.pipeline.calendar import later, local_text
from ctdp_etl.pipeline.editions import editions
from ctdp_etl.pipeline.letters import BRIEFING, KEEP, Notice, queue
from ctdp_etl.pipeline.readers import addresses, readers
from ctdp_etl.pipeline.released_files import changes_page, clause, last_issues, released_file, size_words
from ctdp_etl.pipeline.reports import Report, report
from ctdp_etl.pipeline.site import Site
from ctdp_etl.warehouse.releases import Edition, released_since


def announce(site: Site) -> int:
    """Queue the newest issue of each report for its readers, once each; return how many letters are new.

    What was released longer ago than a letter is worth sending goes to nobody. No figure stands in the letter itself.
    Entries of ``CTDP_READERS`` that are wrong stop no other.
    """
    known, _ = readers(site.settings)
    oldest, new = later(site.settings.now(), -KEEP), 0
    with site.engine.connect() as connection:
        recent = released_since(connection, oldest) if known else []
    for name, text in recent:
        about, period = report(name), Period.parse(text)
        for one, before in last_issues(editions(site, period, name, None)):
            to = addresses(known, about, one.ref_area)
            if to and one.is_in_force and one.released_at >= oldest:
                new += queue(site, _notice(site, about, period, one, before), to)
    return new


def _notice(site: Site, about: Report, period: Period, one: Edition, before: Edition | None) -> Notice:
    path = released_file(site, period, one, about.name)
    called = about.called(period, site.catalog.areas.by_code[one.ref_area])
    registered = f" (số {one.document})" if one.document else ""
    released = f"bản số {one.number}, phát hành ngày {local_text(one.released_at)[:10]}{registered}"
    lines = [f"{about.letter.greeting},", "", f"Phòng số liệu xin gửi kèm {called}, {released}."]
    if before:
        page = changes_page(path)
        where = f"trang báo cáo đã phát hành: {page.relative_to(site.settings.released).as_posix()}"
        changes = f"; các số và câu đã đổi có ở {where}" if page.is_file() else ""
        lines.append(f"Bản này thay bản số {before.number}{changes}.")
    if one.is_override:
        lines.append(f"Phát hành theo quyết định của {one.who}: {clause(one.reason)}.")
    lines += ["", f"Tệp: {path.name} ({size_words(path)}), SHA-256 {one.content_sha256}"]
    return Notice(
        event=f"released:{one.id}",
        kind=BRIEFING,
        subject=f"{called[:1].upper()}{called[1:]}, bản số {one.number}",
        body="\n".join(lines),
        time_period=str(period),
        attachment=one.id,
    )
