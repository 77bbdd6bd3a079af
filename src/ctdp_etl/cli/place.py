"""Commands about the place itself: init, doctor, catalog, demo."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from ctdp_etl.cli import options
from ctdp_etl.cli.console import say, show, show_json, show_table
from ctdp_etl.settings import Settings

STATES = {"ok": "tốt", "warning": "lưu ý", "error": "LỖI"}


@click.command()
def init() -> None:
    """Tạo thư mục dữ liệu, kho số liệu và tệp sources.toml có chú thích."""
    from ctdp_etl.pipeline.site import init as make

    settings = Settings.from_environment()
    fresh = make(settings)
    say(f"Thư mục dữ liệu: {settings.home}")
    say(f"{'Đã viết' if fresh else 'Giữ nguyên'} {settings.sources_file}. Hãy khai báo các nguồn trong tệp này.")


@click.command()
@options.JSON
def doctor(as_json: bool) -> None:
    """Xem máy này còn thiếu gì, có gì không an toàn; in các thiết lập."""
    from ctdp_etl.pipeline.doctor import examine, shown_settings

    settings = Settings.from_environment()
    symptoms, shown = examine(settings), shown_settings(settings)
    if as_json:
        show_json({"symptoms": [asdict(symptom) for symptom in symptoms], "settings": shown})
        return
    rows = [(STATES[symptom.state], symptom.subject, symptom.message) for symptom in symptoms]
    show_table(("", "mục", "tình trạng"), rows, widest=1000)
    show("")
    show_table(("biến", "giá trị"), list(shown.items()), widest=120)


@click.command()
@click.option("--areas", is_flag=True, help="Liệt kê các địa phương thay cho các biểu.")
@options.JSON
def catalog(areas: bool, as_json: bool) -> None:
    """Danh mục: các biểu được thu thập, hoặc các địa phương."""
    from ctdp_etl.catalog import load_catalog

    known = load_catalog()
    if areas:
        rows: list[dict[str, Any]] = [asdict(area) for area in known.areas.by_code.values()]
        columns = ("code", "name", "full_name", "parent", "valid_from", "valid_to")
        headers = ("mã", "tên", "tên đầy đủ", "thuộc", "từ tháng", "đến tháng")
    else:
        rows = [_dataflow(flow) for flow in known.dataflows.values()]
        columns = ("code", "form_code", "name", "frequency", "due_day", "first_source")
        headers = ("biểu", "mẫu", "tên", "kỳ", "hạn (ngày)", "nguồn in trước")
    if as_json:
        show_json({"areas" if areas else "dataflows": rows})
    else:
        show_table(headers, [[row[name] for name in columns] for row in rows])


def _dataflow(flow: Any) -> dict[str, Any]:
    names = (
        "code",
        "form_code",
        "name",
        "legal_basis",
        "frequency",
        "due_day",
        "first_source",
        "codelists",
        "expected",
    )
    document = {name: getattr(flow, name) for name in names}
    document["tables"] = [table.form for table in flow.tables]
    document["checks"] = {code: asdict(rule) for code, rule in (flow.checks or {}).items()}
    return document


COMMANDS = (init, doctor, catalog)
