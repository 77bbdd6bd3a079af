"""Registered senders: ``sources.toml`` (SDMX: provision agreements, a data provider and what it delivers how)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ctdp_etl.catalog import Catalog
from ctdp_etl.errors import PeriodError, SettingsError
from ctdp_etl.model import Area
from ctdp_etl.period import Period

SOURCES_TEMPLATE = Path(__file__).with_name("sources.toml")
"""The commented file that ``ctdp init`` writes; it registers nobody."""
CHANNELS = frozenset({"folder"})
_ID = re.compile(r"[\w.-]{1,64}")
_KINDS: Mapping[str, tuple[type, str]] = {
    "id": (str, "chuỗi"),
    "area": (str, "chuỗi"),
    "name": (str, "chuỗi"),
    "forms": (list, "danh sách"),
    "channel": (str, "chuỗi"),
    "path": (str, "chuỗi"),
    "due_day": (int, "số nguyên"),
    "valid_from": (str, "chuỗi"),
    "valid_to": (str, "chuỗi"),
    "simulated": (bool, "true hoặc false"),
}
_REQUIRED = ("id", "area", "name", "forms", "path")


class SourcesError(SettingsError):
    """A faulty ``sources.toml``; every fault is listed."""

    def __init__(self, path: Path, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        listed = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"Tệp nguồn {path.name} có lỗi, hãy sửa rồi chạy lại:\n{listed}")


@dataclass(frozen=True, slots=True)
class Source:
    """One sender. ``due_day`` 0 leaves the day to each form; ``valid_from`` and ``valid_to`` are months, inclusive.

    ``valid_to`` is empty while the source is in force; ``simulated`` marks invented figures.
    """

    id: str
    area: str
    name: str
    forms: tuple[str, ...]
    path: Path
    channel: str = "folder"
    due_day: int = 0
    valid_from: str = ""
    valid_to: str = ""
    simulated: bool = False

    def in_force(self, period: str) -> bool:
        """Say whether the source has to report for the month ``period``."""
        return self.valid_from <= period and (not self.valid_to or period <= self.valid_to)


def read_sources(path: Path, catalog: Catalog) -> tuple[Source, ...]:
    """Return the sources of the file, in its order; raise ``SourcesError`` with every fault."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SourcesError(path, [f"không đọc được ({error.strerror}); chạy `ctdp init` để tạo tệp mẫu"]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourcesError(path, [f"không đúng cú pháp TOML (UTF-8): {error}"]) from error
    entries = content.pop("source", [])
    faults = [f"mục lạ [{key}]; mỗi nguồn là một mục [[source]]" for key in content]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SourcesError(path, [*faults, "mỗi nguồn phải là một mục [[source]]"])
    sources: list[Source] = []
    for number, entry in enumerate(entries, start=1):
        where = f"nguồn {entry.get('id') or number}"
        found = _shape_faults(entry) or _meaning_faults(entry, catalog)
        faults += [f"{where}: {fault}" for fault in found]
        if not found:
            sources.append(_source(entry, path.absolute().parent, catalog))
    faults += _clashes(sources)
    if faults:
        raise SourcesError(path, faults)
    return tuple(sources)


def _shape_faults(entry: Mapping[str, Any]) -> list[str]:
    found = [f"thiếu {key}" for key in _REQUIRED if key not in entry]
    for key, value in entry.items():
        if key not in _KINDS:
            found.append(f"không có thuộc tính {key}")
            continue
        kind, name = _KINDS[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found.append(f"{key} phải là {name}, đang là {value!r}")
        elif key in _REQUIRED and not value:
            found.append(f"{key} trống")
    return found


def _meaning_faults(entry: Mapping[str, Any], catalog: Catalog) -> list[str]:
    found = []
    if not _ID.fullmatch(entry["id"]):
        found.append("id chỉ gồm chữ, số, dấu . _ - và không quá 64 ký tự")
    for form in entry["forms"]:
        if form not in catalog.dataflows:
            found.append(f"không có biểu {form!r}; các biểu: {', '.join(catalog.dataflows)}")
    if entry.get("channel", "folder") not in CHANNELS:
        found.append(f"không có kênh {entry['channel']!r}; các kênh: {', '.join(sorted(CHANNELS))}")
    if not 0 <= entry.get("due_day", 0) <= 31:
        found.append(f"due_day {entry['due_day']} không phải ngày trong tháng")
    if "\0" in entry["path"]:
        found.append("path có ký tự không hợp lệ")
    area = catalog.areas.by_code.get(entry["area"])
    if area is None:
        return [*found, f"không có địa phương {entry['area']!r} trong danh mục"]
    return found + _validity_faults(entry, area)


def _validity_faults(entry: Mapping[str, Any], area: Area) -> list[str]:
    first, last = entry.get("valid_from", ""), entry.get("valid_to", "")
    found = [
        f"{key} {text!r} không phải tháng dạng 2025-07"
        for key, text in (("valid_from", first), ("valid_to", last))
        if text and not _is_month(text)
    ]
    if found:
        return found
    if first and last and last < first:
        found.append(f"valid_to {last} trước valid_from {first}")
    if (first and first < area.valid_from) or (area.valid_to and max(first, last) > area.valid_to):
        end = area.valid_to or "nay"
        found.append(f"{area.code} ({area.name}) chỉ có hiệu lực từ {area.valid_from} đến {end}")
    return found


def _is_month(text: str) -> bool:
    try:
        return Period.parse(text).freq == "M" and len(text) == 7
    except PeriodError:
        return False


def _source(entry: Mapping[str, Any], folder: Path, catalog: Catalog) -> Source:
    area = catalog.areas.by_code[entry["area"]]
    given = Source(**{**entry, "forms": tuple(entry["forms"]), "path": folder / entry["path"]})
    return replace(given, valid_from=given.valid_from or area.valid_from, valid_to=given.valid_to or area.valid_to)


def _clashes(sources: Iterable[Source]) -> list[str]:
    """Return the faults between sources: a file must never reach two of them."""
    found = []
    seen: list[Source] = []
    for source in sources:
        for other in seen:
            if source.id == other.id:
                found.append(f"nguồn {source.id}: mã có hai lần")
            mine, theirs = source.path.resolve(), other.path.resolve()
            if mine == theirs or mine in theirs.parents or theirs in mine.parents:
                found.append(f"nguồn {source.id}: thư mục trùng hoặc nằm trong thư mục của nguồn {other.id}")
        seen.append(source)
    return found
