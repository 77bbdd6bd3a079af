"""The HTTP channel: a folder on a web portal over TLS, listed by nginx's JSON index or by WebDAV."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from ctdp_etl.collect.arrivals import (
    MAX_ENTRIES,
    MAX_STORED,
    Arrival,
    Failure,
    Reception,
    Visit,
    done_name,
    is_partial,
    printable,
    too_large,
)
from ctdp_etl.collect.endpoints import Endpoint
from ctdp_etl.collect.listing import PROPERTIES, Listed, file_time, json_index, multistatus
from ctdp_etl.collect.reach import ReachError, reveal, trust, unreachable, wrong_account
from ctdp_etl.collect.sources import Source
from ctdp_etl.errors import CtdpError

_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file as the server lists it; ``path`` is unquoted and absolute, ``look`` is its size and time."""

    locator: str
    path: str
    listed: Listed

    @property
    def look(self) -> str:
        return f"{self.listed.size}-{self.listed.time}"


def visit(source: Source, endpoint: Endpoint, reception: Reception) -> Visit:
    """Take what lies in the source's folder and did not change between two looks; a failure ends this visit alone."""
    visit = Visit()
    try:
        with _client(endpoint, reception) as client:
            deadline = time.monotonic() + reception.limits.visit
            _Folder(source, endpoint, reception, client, visit, deadline).take()
    except (httpx.HTTPError, httpx.InvalidURL, OSError, CtdpError) as error:
        cause = TimeoutError() if isinstance(error, httpx.TimeoutException) else error
        visit.failures.append(Failure(source.id, "", unreachable(endpoint, cause, reception.limits)))
    return visit


def _client(endpoint: Endpoint, reception: Reception) -> httpx.Client:
    """Return a client that trusts what the source names, follows nobody elsewhere and takes nothing from outside."""
    headers = {"User-Agent": "ctdp", "Accept-Encoding": "identity"}
    if endpoint.token:
        headers["Authorization"] = f"Bearer {reveal(endpoint.token)}"
    return httpx.Client(
        auth=httpx.BasicAuth(endpoint.user, reveal(endpoint.password)) if endpoint.password else None,
        headers=headers,
        verify=trust(endpoint),
        timeout=httpx.Timeout(reception.limits.answer, connect=reception.limits.connect),
        follow_redirects=False,
        trust_env=False,
    )


@dataclass(frozen=True, slots=True)
class _Folder:
    source: Source
    endpoint: Endpoint
    reception: Reception
    client: httpx.Client
    visit: Visit
    deadline: float

    def take(self) -> None:
        """Take every file that is new and whole, and mark those that are safe here."""
        entries = sorted(self._entries(), key=lambda entry: entry.locator)
        if any(self._known(entry)[0] != entry.look for entry in entries):
            self.reception.pause(self.reception.patience.interval)
        for entry in entries:
            self._take(entry)

    def _take(self, entry: _Entry) -> None:
        look, tag = self._known(entry)
        if look == entry.look and not tag:
            self.visit.known += 1
        else:
            with self.client.stream("GET", self._url(entry.path), headers={"If-None-Match": tag} if tag else {}) as got:
                if got.status_code == httpx.codes.NOT_MODIFIED:
                    self.visit.known += 1
                elif not self._receive(entry, got):
                    return
        self._mark(entry)

    def _receive(self, entry: _Entry, response: httpx.Response) -> bool:
        """Take the file of a response; False where it is left where it is."""
        if response.status_code != httpx.codes.OK or "content-encoding" in response.headers:
            self._fail(entry, f"Không lấy được {entry.locator}: máy chủ trả lời {response.status_code}.")
            return False
        content = self._read(entry, response)
        if content is None or self.reception.must_wait(content, entry.listed.name, entry.listed.time):
            self.visit.waiting.append(entry.locator)
            return False
        mark = f"{entry.look} {response.headers.get('etag', '')}"
        received_at = self.reception.instant(entry.listed.time)
        name = printable(entry.listed.name)
        self.reception.take(Arrival(self.source.id, name, entry.locator, content, received_at, mark=mark))
        return True

    def _read(self, entry: _Entry, response: httpx.Response) -> bytes | None:
        """Return the file's bytes, or None where it is no longer the one that was listed."""
        if file_time(response.headers.get("last-modified", ""), entry.listed.time) != entry.listed.time:
            return None
        content = bytearray()
        for part in response.iter_raw():
            content += part
            self._hurry()
            if len(content) > min(entry.listed.size, MAX_STORED):
                return None
        return bytes(content) if len(content) == entry.listed.size else None

    def _hurry(self) -> None:
        if time.monotonic() > self.deadline:
            raise TimeoutError

    def _known(self, entry: _Entry) -> tuple[str, str]:
        look, _, tag = self.reception.known_mark(entry.locator).partition(" ")
        return look, tag

    def _fail(self, entry: _Entry, message: str) -> None:
        self.visit.failures.append(Failure(self.source.id, entry.locator, message))

    def _url(self, path: str) -> str:
        return f"https://{self.endpoint.server}{quote(path, errors='surrogateescape')}"

    def _entries(self) -> Iterator[_Entry]:
        pending, seen = [self.endpoint.folder], 0
        while pending:
            folder = pending.pop()
            for listed in self._list(folder):
                relative = f"{folder.removeprefix(self.endpoint.folder)}{listed.name}"
                seen += 1
                if seen > MAX_ENTRIES:
                    raise ReachError(f"Thư mục {self.endpoint.place} có quá {MAX_ENTRIES} mục. Hãy dọn bớt.")
                if is_partial(listed.name) or relative == self.endpoint.done:
                    continue
                entry = _Entry(printable(relative), f"{folder}{listed.name}", listed)
                if listed.is_folder:
                    pending += [f"{entry.path}/"] * (relative.count("/") < _DEEPEST)
                elif refusal := too_large(listed.size):
                    self._fail(entry, f"Không nhận {entry.locator}: {refusal}")
                else:
                    yield entry

    def _list(self, folder: str) -> list[Listed]:
        self._hurry()
        if self.endpoint.listing == "webdav":
            answer = self.client.request("PROPFIND", self._url(folder), content=PROPERTIES, headers={"Depth": "1"})
        else:
            answer = self.client.get(self._url(folder), headers={"Accept": "application/json"})
        match answer.status_code:
            case httpx.codes.MULTI_STATUS if self.endpoint.listing == "webdav":
                return multistatus(answer.content, folder)
            case httpx.codes.OK if self.endpoint.listing == "json":
                return json_index(answer.content)
            case httpx.codes.UNAUTHORIZED | httpx.codes.FORBIDDEN:
                raise ReachError(wrong_account(self.endpoint))
            case httpx.codes.NOT_FOUND:
                raise ReachError(f"Máy chủ {self.endpoint.server} không có thư mục {folder}.")
            case status if answer.is_redirect:
                raise ReachError(f"Máy chủ {self.endpoint.server} chuyển đi nơi khác ({status}). Hãy sửa url cho đúng.")
            case status:
                raise ReachError(
                    f"Máy chủ {self.endpoint.server} không liệt kê được {folder} (trả lời {status}). "
                    "Hãy kiểm tra url và listing."
                )

    def _mark(self, entry: _Entry) -> None:
        """Move a file that is safe here; one that was replaced in the meantime stays, or is put back."""
        if not self.endpoint.done:
            return
        folder = f"{self.endpoint.folder}{self.endpoint.done}/"
        name = done_name(self.reception, entry.listed.time, entry.listed.size, entry.listed.name)
        source, target = self._url(entry.path), self._url(f"{folder}{name}")
        self.client.request("MKCOL", self._url(folder))
        if self._look(source) != entry.look:
            return
        moved = self.client.request("MOVE", source, headers={"Destination": target, "Overwrite": "T"})
        if not moved.is_success:
            said = f"Đã nhận {entry.locator} nhưng không chuyển được vào {self.endpoint.done}"
            self._fail(entry, f"{said} (máy chủ trả lời {moved.status_code}). Hãy cấp quyền hoặc bỏ done.")
        elif self._look(target) != entry.look:
            self.client.request("MOVE", target, headers={"Destination": source, "Overwrite": "F"})

    def _look(self, url: str) -> str:
        headers = self.client.head(url).headers
        return f"{headers.get('content-length', '')}-{file_time(headers.get('last-modified', ''), 0)}"
