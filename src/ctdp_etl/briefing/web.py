"""Pages of released briefings for any web server: no script, nothing fetched from elsewhere."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from ctdp_etl import resources
from ctdp_etl.briefing.markup import templates

_FOLDER = "released_page"


def web_page(name: str, **content: Any) -> bytes:
    """Return the page ``name`` (a template of ``reports/released_page``) as HTML, UTF-8; ``content`` is escaped."""
    reports = resources.folder("reports")
    style = Markup((reports / _FOLDER / "style.css").read_text(encoding="utf-8"))  # noqa: S704 - our own file
    return templates(reports).get_template(f"{_FOLDER}/{name}.html.j2").render(style=style, **content).encode()
