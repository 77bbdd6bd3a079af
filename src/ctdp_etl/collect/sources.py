"""Registered senders: ``sources.toml`` (SDMX: provision agreements, a data provider and what it delivers how)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ctdp_etl.catalog import Catalog
from ctdp_etl.collect.endpoints import KEYS, Endpoint, endpoint, endpoint_faults, is_address
from ctdp_etl.errors import PeriodError, SettingsError
from ctdp_etl.model import Area
from ctdp_etl.period import Period

SOURCES_TEMPLATE = Path(__file__).with_name("sources.toml")
"""The commented file that ``ctdp init`` writes; it registers nobody."""
CHANNELS = frozenset(KEYS)
_ID = re.compile(r"[\w.-]{1,64}")
_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
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
    "url": (str, "chuỗi"),
    "host_key": ((str, list), "chuỗi hoặc danh sách"),
    "senders": (list, "danh sách"),
    "contacts": (list, "danh sách"),
    "require": (list, "danh sách"),
    "hops": (int, "số nguyên"),
    **dict.fromkeys(("password_env", "password_file", "token_env", "token_file", "key_file"), (str, "chuỗi")),
    **dict.fromkeys(("ca_file", "listing", "done", "authserv_id"), (str, "chuỗi")),
}
_REQUIRED = ("id", "area", "name", "forms")


class SourcesError(SettingsError):
    """A faulty ``sources.toml``; every fault is listed."""

    def __init__(self, path: Path, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        listed = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"Tệp nguồn {path.name} có lỗi, hãy sửa rồi chạy lại:\n{listed}")


@dataclass(frozen=True, slots=True)
class Source:
    """One sender. ``due_day`` 0 leaves the day to each form; ``valid_from`` and ``valid_to`` are months, inclusive.

    ``valid_to`` is empty while the source is in force; ``simulated`` marks invented figures. ``path`` is for the folder
    channel, ``endpoint`` for the others; ``senders`` are the mail addresses, in lower case, that may report,
    ``contacts`` those that are answered and reminded.
    """

    id: str
    area: str
    name: str
    forms: tuple[str, ...]
    path: Path = Path()
    channel: str = "folder"
    due_day: int = 0
    valid_from: str = ""
    valid_to: str = ""
    simulated: bool = False
    endpoint: Endpoint | None = None
    senders: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """Who reads our letters: the contacts, else those who may send by mail."""
        return self.contacts or self.senders

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
    channel = entry.get("channel", "folder")
    needed, allowed = KEYS.get(channel, ((), ())) if isinstance(channel, str) else ((), ())
    required = (*_REQUIRED, *needed)
    foreign = {key for pair in KEYS.values() for keys in pair for key in keys} - {*needed, *allowed}
    found = [f"thiếu {key}" for key in required if key not in entry]
    for key, value in entry.items():
        if key not in _KINDS:
            found.append(f"không có thuộc tính {key}")
            continue
        kind, name = _KINDS[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            found.append(f"{key} phải là {name}, đang là {value!r}")
        elif key in required and not value:
            found.append(f"{key} trống")
        elif channel in CHANNELS and key in foreign:
            found.append(f"kênh {channel} không dùng {key}")
    return found


def _meaning_faults(entry: Mapping[str, Any], catalog: Catalog) -> list[str]:
    found = []
    if not _ID.fullmatch(entry["id"]):
        found.append("id chỉ gồm chữ, số, dấu . _ - và không quá 64 ký tự")
    for form in entry["forms"]:
        if form not in catalog.dataflows:
            found.append(f"không có biểu {form!r}; các biểu: {', '.join(catalog.dataflows)}")
    channel = entry.get("channel", "folder")
    if channel not in CHANNELS:
        found.append(f"không có kênh {channel!r}; các kênh: {', '.join(sorted(CHANNELS))}")
    elif channel != "folder":
        found += endpoint_faults(entry, channel)
    if not 0 <= entry.get("due_day", 0) <= 31:
        found.append(f"due_day {entry['due_day']} không phải ngày trong tháng")
    found += [f"contacts: {one!r} không phải địa chỉ thư" for one in entry.get("contacts", ()) if not is_address(one)]
    if "\0" in entry.get("path", ""):
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
    channel = entry.get("channel", "folder")
    return Source(
        id=entry["id"],
        area=entry["area"],
        name=entry["name"],
        forms=tuple(entry["forms"]),
        path=folder / entry.get("path", ""),
        channel=channel,
        due_day=entry.get("due_day", 0),
        valid_from=entry.get("valid_from") or area.valid_from,
        valid_to=entry.get("valid_to") or area.valid_to,
        simulated=entry.get("simulated", False),
        endpoint=None if channel == "folder" else endpoint(entry, channel, folder),
        senders=tuple(sender.lower() for sender in entry.get("senders", ())),
        contacts=tuple(contact.lower() for contact in entry.get("contacts", ())),
    )


def _clashes(sources: Iterable[Source]) -> list[str]:
    """Return the faults between sources: a file must never reach two of them."""
    found = []
    seen: list[Source] = []
    for source in sources:
        for other in seen:
            if source.id == other.id and (clash := _twice(source, other)):
                found.append(f"nguồn {source.id}: mã có hai lần, {clash}")
            if source.channel == other.channel and (clash := _CLASH[source.channel](source, other)):
                found.append(f"nguồn {source.id}: {clash} nguồn {other.id}")
        seen.append(source)
    return found


def _twice(one: Source, other: Source) -> str:
    """Return why two entries are not one sender with two channels, or with another channel from some month on."""
    if one.area != other.area:
        return "cho hai địa phương"
    if _is_apart(one, other):
        return ""
    if one.channel == other.channel:
        return f"cùng kênh {one.channel} trong cùng thời gian"
    unlike = [name for name in _OF_SENDER if getattr(one, name) != getattr(other, name)]
    return f"khác nhau ở {', '.join(unlike)}" if unlike else ""


_OF_SENDER = ("name", "forms", "due_day", "simulated", "contacts")


def _is_apart(one: Source, other: Source) -> bool:
    """Say whether there is no month in which both are in force."""
    return bool(
        (one.valid_to and one.valid_to < other.valid_from) or (other.valid_to and other.valid_to < one.valid_from)
    )


def _folder_clash(one: Source, other: Source) -> str:
    mine, theirs = one.path.resolve(), other.path.resolve()
    is_shared = mine == theirs or mine in theirs.parents or theirs in mine.parents
    return "thư mục trùng hoặc nằm trong thư mục của" if is_shared else ""


def _remote_clash(one: Source, other: Source) -> str:
    mine, theirs = one.endpoint, other.endpoint
    if mine is None or theirs is None or (mine.host, mine.port, mine.user) != (theirs.host, theirs.port, theirs.user):
        return ""
    first, second = sorted((f"{mine.folder.rstrip('/')}/", f"{theirs.folder.rstrip('/')}/"), key=len)
    return "thư mục trùng hoặc nằm trong thư mục của" if second.startswith(first) or first == "./" else ""


def _mail_clash(one: Source, other: Source) -> str:
    mine, theirs = one.endpoint, other.endpoint
    if mine is None or theirs is None or mine.place != theirs.place:
        return ""
    if mine != theirs:
        return "thiết lập hòm thư khác với thiết lập cùng hòm thư của"
    shared = set(one.senders) & set(other.senders)
    both = ", ".join(sorted(shared))
    return f"địa chỉ {both} cũng được đăng ký cho" if shared and not _is_apart(one, other) else ""


_CLASH: Mapping[str, Callable[[Source, Source], str]] = {
    "folder": _folder_clash,
    "sftp": _remote_clash,
    "http": _remote_clash,
    "mail": _mail_clash,
}
