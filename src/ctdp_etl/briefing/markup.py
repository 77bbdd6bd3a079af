"""HTML of a briefing: every number has an anchor, so that its page is known after layout."""

from __future__ import annotations

import base64
import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import yaml
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from ctdp_etl.briefing.behind import behind, file_numbers, file_rows
from ctdp_etl.briefing.charts import Place, geometry
from ctdp_etl.briefing.document import Briefing, Chart, Row, Run, Strong
from ctdp_etl.briefing.figures import Figure
from ctdp_etl.briefing.fonts import Typeface

_MARKS = Markup("<sup>{}</sup>")
_NUMBER = Markup('<span id="{}">{}{}</span>')
_STRONG = Markup("<strong>{}</strong>")


class Printer:
    """Writes one briefing as HTML and remembers at which anchors each figure stands."""

    def __init__(self, reports: Path, face: Typeface) -> None:
        self.anchors: dict[str, list[str]] = {}
        self._count = 0
        self._reports = reports
        self._face = face
        self._lacking: set[str] = set()
        self._file_rows: dict[int, str] = {}
        self._file_numbers: Mapping[str, int] = {}
        self._annex = ""
        self._templates = templates(reports, self._printable)
        self._templates.globals |= {
            "sentence": self.sentence,
            "row_anchor": self.row_anchor,
            "text_of": self.text_of,
            "picture": self.picture,
            "behind": lambda block: behind(block, self._file_numbers, self._annex),
            "block_kind": lambda block: type(block).__name__.lower(),
        }

    def html(self, briefing: Briefing, *, tight: bool = False) -> str:
        """Return the whole document; ``tight`` where page one would not hold what it has to say."""
        return self._written(briefing, tight=tight, whole=True)

    def first_page(self, briefing: Briefing) -> str:
        """Return what the document says before its first section: page one, where it holds it."""
        return self._written(briefing, tight=False, whole=False)

    def _written(self, briefing: Briefing, *, tight: bool, whole: bool) -> str:
        self.anchors.clear()
        self._count = 0
        self._annex = "Phụ lục\u00a0I" if briefing.wide else "Phụ lục"
        files = file_rows(briefing.annex)
        self._file_numbers = file_numbers(files)
        self._file_rows = {id(row): f"tep-{number}" for number, row in enumerate(files, start=1)}
        spec = report_spec(self._reports, briefing.report)
        template = self._templates.get_template(f"{spec.get('form', briefing.report)}/template.html.j2")
        return template.render(briefing=briefing, letter=briefing.letterhead, spec=spec, tight=tight, whole=whole)

    @property
    def unprintable(self) -> list[str]:
        """The codes of the characters that the font lacks, in their order."""
        return [f"U+{ord(char):04X}" for char in sorted(self._lacking)]

    def _printable(self, text: str) -> str:
        shown = self._face.printable(text)
        if "[U+" in shown:
            self._lacking |= self._face.lacking(text)
        return shown

    def sentence(self, runs: Sequence[Run]) -> Markup:
        """Return the runs of a sentence.

        The space before a number goes inside its element: WeasyPrint 70 breaks lines too early after a text that
        ends with a space where that space alone does not fit.
        """
        parts: list[Markup] = []
        lead = ""
        for index, run in enumerate(runs):
            after = runs[index + 1] if index + 1 < len(runs) else ""
            if isinstance(run, Figure):
                sign = "%" if isinstance(after, str) and after.startswith("%") else ""
                parts.append(_NUMBER.format(self._anchor([run]), lead, self.text_of(run, sign)))
                lead = ""
                continue
            if index and isinstance(runs[index - 1], Figure):
                run = type(run)(run.removeprefix("%"))
            lead = " " if isinstance(after, Figure) and run.endswith(" ") else ""
            text = self.text_of(run.removesuffix(lead))
            parts.append(_STRONG.format(text) if isinstance(run, Strong) else text)
        return Markup().join(parts)

    def row_anchor(self, row: Row) -> str:
        """Return a new anchor for the figures of a row, that of a file in the annex, "" where it has none.

        A row stands on one page, and WeasyPrint 70 shares the style of elements without an id: one anchor a row costs
        far less than one a figure.
        """
        figures = [cell for cell in row.cells if isinstance(cell, Figure)]
        return self._anchor(figures) or self._file_rows.get(id(row), "")

    def _anchor(self, figures: Sequence[Figure]) -> str:
        if not figures:
            return ""
        self._count += 1
        name = f"so-{self._count}"
        for figure in figures:
            self.anchors.setdefault(figure.id, []).append(name)
        return name

    def text_of(self, run: Run, unit: str = "") -> Markup:
        """Return what is printed of a run; the signs of a number stand behind its ``unit``."""
        if isinstance(run, Figure):
            return escape(run.printed + unit) + (_MARKS.format(run.marks) if run.marks else "")
        return escape(self._printable(run))

    def picture(self, chart: Chart) -> Markup:
        """Return the chart as an image with alternative text; its figures stand at the chart's anchor."""
        for mark in chart.marks:
            if mark.figure is not None:
                self.anchors.setdefault(mark.figure.id, []).append(f"chart-{chart.number}")
        layout = tile_layout(self._reports, len(chart.marks)) if chart.kind == "tiles" else ()
        template = self._templates.get_template(f"_shared/charts/{chart.kind}.svg.j2")
        svg = template.render(**geometry(chart, layout), family=self._face.family)
        return Markup('<img src="{}" alt="{}">').format(_data_address(svg), self._printable(chart.alt))

    def underlay(self, *, wide: bool = False) -> str:
        """Return the sheet that lies under a page with simulated figures, on its side where ``wide``."""
        size = {"width": 297, "height": 210} if wide else {"width": 210, "height": 297}
        svg = self._templates.get_template("_shared/underlay.svg.j2").render(family=self._face.family, **size)
        return self._templates.get_template("_shared/underlay.html.j2").render(image=_data_address(svg), **size)


class _Compiled(BytecodeCache):
    """Keeps compiled templates by their text: each paper has an environment of its own, and compiling takes long."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


def templates(reports: Path, printable: Callable[[str], str] = str) -> Environment:
    """Return the environment of the templates: data is escaped, never interpreted; ``printable`` sees each text."""

    def finalize(value: Any) -> Any:
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=FileSystemLoader(reports),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=finalize,
        bytecode_cache=_COMPILED,
    )


def report_spec(reports: Path, name: str) -> Mapping[str, Any]:
    """Return ``report.yaml`` of a report."""
    content: Mapping[str, Any] = yaml.safe_load((reports / name / "report.yaml").read_text(encoding="utf-8"))
    return content


def style(reports: Path, name: str, face: Typeface) -> str:
    """Return the style sheet of a report: the page of the decree, then its own rules after those of its form."""
    form = report_spec(reports, name).get("form", name)
    folders = dict.fromkeys((form, name))
    files = (reports / "_shared" / "page.css", *(reports / folder / "style.css" for folder in folders))
    family = f'@page {{ font-family: "{face.family}" }} html {{ font-family: "{face.family}" }}\n'
    return family + "\n".join(file.read_text(encoding="utf-8") for file in files)


def tile_layout(reports: Path, count: int) -> tuple[Place, ...]:
    """Return where the tiles of ``count`` provinces stand (``_shared/tiles_<count>.csv``)."""
    path = reports / "_shared" / f"tiles_{count}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return tuple(Place(row["area"], int(row["column"]), int(row["row"]), row["label"], row["second"]) for row in rows)


def _data_address(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
