"""The SFTP channel: a folder on an OpenSSH server, whose host key is pinned and never learnt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncssh

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
from ctdp_etl.collect.reach import ReachError, reveal, unreachable, wrong_account
from ctdp_etl.collect.sources import Source
from ctdp_etl.errors import CtdpError

_KEY_TYPES = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")
_RSA_SIGNATURES = ("rsa-sha2-512", "rsa-sha2-256")
_FILE, _FOLDER = asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_DIRECTORY


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file as the server lists it: path there, name, size in bytes, time in seconds since 1970."""

    locator: str
    path: str
    name: str
    size: int
    time: int

    @property
    def mark(self) -> str:
        return f"{self.size}-{self.time}"


def visit(source: Source, endpoint: Endpoint, reception: Reception) -> Visit:
    """Take what lies in the source's folder and did not change between two looks; a failure ends this visit alone."""
    visit = Visit()
    try:
        asyncio.run(_visit(source, endpoint, reception, visit))
    except (OSError, asyncssh.Error, CtdpError) as error:
        visit.failures.append(Failure(source.id, "", _reason(endpoint, error, reception)))
    return visit


async def _visit(source: Source, endpoint: Endpoint, reception: Reception, visit: Visit) -> None:
    async with (
        asyncio.timeout(reception.limits.visit),
        await _connect(endpoint, reception) as connection,
        connection.start_sftp_client(path_errors="surrogateescape") as sftp,
    ):
        await _Folder(source, endpoint, reception, sftp, visit).take()


async def _connect(endpoint: Endpoint, reception: Reception) -> asyncssh.SSHClientConnection:
    """Log in with what the source names and nothing else: no agent, no configuration, no key of this account."""
    try:
        keys = [asyncssh.read_private_key(endpoint.key_file)] if endpoint.key_file else None
    except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise ReachError(f"Không đọc được khoá đăng nhập {endpoint.key_file}. Hãy kiểm tra key_file.") from error
    return await asyncssh.connect(
        endpoint.host,
        endpoint.port,
        username=endpoint.user,
        password=reveal(endpoint.password) or None,
        client_keys=keys,
        server_host_key_algs=_algorithms(endpoint),
        known_hosts=([asyncssh.import_public_key(key) for key in endpoint.host_keys], [], []),
        config=None,
        agent_path=None,
        connect_timeout=reception.limits.connect,
        login_timeout=reception.limits.answer,
        keepalive_interval=reception.limits.answer / 2,
        keepalive_count_max=1,
    )


def _algorithms(endpoint: Endpoint) -> list[str]:
    """Return the kinds of host key with the pinned ones first; what a server without them shows is refused."""
    pinned = {key.split()[0] for key in endpoint.host_keys}
    kinds = sorted(_KEY_TYPES, key=lambda kind: kind not in pinned)
    return [name for kind in kinds for name in (_RSA_SIGNATURES if kind == "ssh-rsa" else (kind,))]


@dataclass(frozen=True, slots=True)
class _Folder:
    source: Source
    endpoint: Endpoint
    reception: Reception
    sftp: asyncssh.SFTPClient
    visit: Visit

    async def take(self) -> None:
        """Take every file that is new and whole, and mark those that are safe here."""
        entries = sorted([entry async for entry in self._entries()], key=lambda entry: entry.locator)
        known = {entry for entry in entries if self._known(entry)}
        if len(known) < len(entries):
            self.reception.pause(self.reception.patience.interval)
        for entry in entries:
            if entry in known:
                self.visit.known += 1
                await self._mark(entry)
                continue
            try:
                content = await self._read(entry)
            except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
                continue
            except asyncssh.SFTPError as error:
                self._fail(entry.locator, f"Không đọc được {entry.locator}: {error.reason}. Hãy kiểm tra quyền.")
                continue
            if content is None or self.reception.must_wait(content, entry.name, entry.time):
                self.visit.waiting.append(entry.locator)
                continue
            self.reception.take(self._arrival(entry, content))
            await self._mark(entry)

    def _known(self, entry: _Entry) -> bool:
        return self.reception.known_mark(entry.locator) == entry.mark

    def _fail(self, locator: str, message: str) -> None:
        self.visit.failures.append(Failure(self.source.id, locator, message))

    def _arrival(self, entry: _Entry, content: bytes) -> Arrival:
        received_at = self.reception.instant(entry.time)
        return Arrival(self.source.id, printable(entry.name), entry.locator, content, received_at, mark=entry.mark)

    async def _entries(self) -> AsyncIterator[_Entry]:
        """Yield the regular files below the folder; links and special files are failures."""
        pending, seen = [""], 0
        while pending:
            folder = pending.pop()
            for listed in await self.sftp.readdir(f"{self.endpoint.folder}/{folder}"):
                name, attributes = str(listed.filename), listed.attrs
                if name in {".", ".."} or is_partial(name):
                    continue
                path = f"{folder}{name}"
                locator = printable(path)
                seen += 1
                if seen > MAX_ENTRIES:
                    raise ReachError(f"Thư mục {self.endpoint.place} có quá {MAX_ENTRIES} mục. Hãy dọn bớt.")
                if attributes.type == _FOLDER:
                    pending += [f"{path}/"] * (path != self.endpoint.done)
                elif attributes.type != _FILE:
                    self._fail(locator, f"Không nhận {locator}: đây là liên kết hoặc tệp đặc biệt.")
                elif refusal := too_large(attributes.size or 0):
                    self._fail(locator, f"Không nhận {locator}: {refusal}")
                else:
                    yield _Entry(
                        locator, f"{self.endpoint.folder}/{path}", name, attributes.size or 0, attributes.mtime or 0
                    )

    async def _read(self, entry: _Entry) -> bytes | None:
        """Return the file's bytes, or None where it changed since it was listed or while it was read."""
        async with self.sftp.open(entry.path, "rb", encoding=None) as file:
            if _mark(await file.stat()) != entry.mark:
                return None
            content: bytes = await file.read(MAX_STORED + 1)
            is_same = _mark(await file.stat()) == entry.mark
        return content if is_same and len(content) == entry.size else None

    async def _mark(self, entry: _Entry) -> None:
        """Move a file that is safe here; one that was replaced in the meantime stays, or is put back."""
        if not self.endpoint.done:
            return
        folder = f"{self.endpoint.folder}/{self.endpoint.done}"
        target = f"{folder}/{done_name(self.reception, entry.time, entry.size, entry.name)}"
        try:
            if await self._look(entry.path) != entry.mark:
                return
            await self.sftp.makedirs(folder, exist_ok=True)
            await self._rename(entry.path, target)
            if await self._look(target) != entry.mark:
                await self.sftp.rename(target, entry.path)
        except asyncssh.SFTPError as error:
            moved = f"Đã nhận {entry.locator} nhưng không chuyển được vào {self.endpoint.done}: {error.reason}."
            self._fail(entry.locator, f"{moved} Hãy cấp quyền hoặc bỏ done.")

    async def _look(self, path: str) -> str:
        try:
            return _mark(await self.sftp.lstat(path))
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return ""

    async def _rename(self, path: str, target: str) -> None:
        try:
            await self.sftp.posix_rename(path, target)
        except asyncssh.SFTPOpUnsupported:
            await self.sftp.rename(path, target)


def _mark(attributes: asyncssh.SFTPAttrs) -> str:
    return f"{attributes.size}-{attributes.mtime}"


def _reason(endpoint: Endpoint, error: Exception, reception: Reception) -> str:
    match error:
        case asyncssh.HostKeyNotVerifiable() | asyncssh.KeyExchangeFailed():
            return (
                f"Khoá máy chủ của {endpoint.server} không khớp host_key đã ghi. Mật khẩu chưa được gửi. "
                "Hãy hỏi người quản trị máy chủ đó trước khi sửa host_key."
            )
        case asyncssh.PermissionDenied():
            return wrong_account(endpoint)
        case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath():
            return f"Máy chủ {endpoint.server} không có thư mục {endpoint.folder}."
        case asyncssh.SFTPPermissionDenied():
            return f"Tài khoản {endpoint.user} không được đọc thư mục {endpoint.folder} trên {endpoint.server}."
        case asyncssh.ConnectionLost() | asyncssh.SFTPConnectionLost():
            return f"Máy chủ {endpoint.server} ngắt kết nối hoặc không trả lời. Lần thu sau sẽ lấy tiếp."
    return unreachable(endpoint, error, reception.limits)
