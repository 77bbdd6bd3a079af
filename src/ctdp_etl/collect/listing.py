"""What a web server says lies in a folder: nginx's JSON index, and the multistatus of WebDAV."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ctdp_etl.collect.reach import ReachError

PROPERTIES = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop>'
    b"<resourcetype/><getcontentlength/><getlastmodified/></prop></propfind>"
)
"""The body of a PROPFIND."""
_DAV = "{DAV:}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One name in a folder: size in bytes, time in seconds since 1970; bytes that are no UTF-8 are surrogates."""

    name: str
    is_folder: bool
    size: int
    time: int


def json_index(content: bytes) -> list[Listed]:
    """Return what an index of ``autoindex_format json`` lists; raise ``ReachError`` for anything else."""
    try:
        rows: Any = json.loads(content.decode("utf-8", "surrogateescape"))
        if not isinstance(rows, list):
            raise TypeError(rows)
        return [_listed(row["name"], row["type"] == "directory", row.get("size", 0), row["mtime"]) for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ReachError("Máy chủ trả về danh sách tệp không đúng dạng JSON. Hãy kiểm tra url và listing.") from error


def multistatus(content: bytes, folder: str) -> list[Listed]:
    """Return what a PROPFIND of depth 1 lists below ``folder``; raise ``ReachError`` for anything else."""
    try:
        root = fromstring(content, forbid_dtd=True)
        return [listed for response in root.iter(f"{_DAV}response") if (listed := _of_response(response, folder))]
    except (ParseError, DefusedXmlException, ValueError, TypeError) as error:
        raise ReachError("Máy chủ trả về danh sách WebDAV không đúng dạng. Hãy kiểm tra url và listing.") from error


def file_time(text: str, missing: int) -> int:
    """Return an HTTP date in seconds since 1970, ``missing`` where there is none that can be read."""
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError):
        return missing


def _listed(name: str, is_folder: bool, size: int | str, time: str) -> Listed:
    if not name or name in {".", ".."} or "/" in name or "\\" in name or "\0" in name:
        raise ValueError(name)
    return Listed(name, is_folder, int(size), file_time(time, 0))


def _of_response(response: Element, folder: str) -> Listed | None:
    """Return what one response is about; None for the folder itself and for what lies elsewhere."""
    path = unquote(urlsplit(response.findtext(f"{_DAV}href", "").strip()).path, errors="surrogateescape")
    name = path.removeprefix(folder).rstrip("/")
    if not path.startswith(folder) or not name or "/" in name:
        return None
    is_folder = response.find(f".//{_DAV}collection") is not None
    size = response.findtext(f".//{_DAV}getcontentlength", "0") or "0"
    return _listed(name, is_folder, size, response.findtext(f".//{_DAV}getlastmodified", ""))
