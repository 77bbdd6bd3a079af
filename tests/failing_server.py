"""aiosmtpd with a fault before each command, behind ``post_office``; questions come by standard input."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import sys
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "ctdp", "mat-khau/@:1"
DROP, SILENT = "drop", "silent"


@dataclass
class _Room:
    fault: tuple[str, str] = ("", "")
    connections: int = 0

    def __post_init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []


class _Clerk(SMTP):
    """aiosmtpd's protocol with a fault before each command."""

    def __init__(self, room: _Room, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.room = room

    async def trip(self, phase: str) -> bool:
        """Fail here if this is the phase; return whether the command is at its end."""
        at, how = self.room.fault
        if at != phase:
            return False
        if how == SILENT:
            await asyncio.sleep(30)
        if how in {SILENT, DROP}:
            assert self.transport is not None
            self.transport.abort()
        else:
            await self.push(f"{how} {phase} is closed for repairs")
        return True

    async def _handle_client(self) -> None:
        self.room.connections += 1
        if not await self.trip("BANNER"):
            await super()._handle_client()

    async def smtp_EHLO(self, hostname: str) -> None:
        if not await self.trip("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:
        if not await self.trip("EHLO"):
            await super().smtp_HELO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if not await self.trip("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:
        if not await self.trip("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str) -> None:
        if not await self.trip("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:
        if not await self.trip("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if self.room.fault[0] == "BODY":
            await self.push("354 go on")
            await self._reader.readline()
            await self.trip("BODY")
        elif not await self.trip("DATA"):
            await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, room: _Room) -> None:
        self.room = room

    async def handle_DATA(self, server: _Clerk, session: Session, envelope: Envelope) -> str:
        phase, how = self.room.fault
        if phase == "END" and how not in {DROP, SILENT}:
            return f"{how} not taken"
        if not await server.trip("END"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.room.arrived += [(recipient, content.decode("latin-1")) for recipient in envelope.rcpt_tos]
            await server.trip("STORED")
        return "250 taken"


class _Counter(Controller):
    """The server in a thread of its own."""

    def __init__(self, room: _Room, **named: Any) -> None:
        self.room = room
        super().__init__(_Handler(room), hostname="127.0.0.1", port=0, **named)

    def factory(self) -> SMTP:
        return _Clerk(self.room, self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, told: LoginPassword) -> AuthResult:
    return AuthResult(success=(told.login, told.password) == (USER.encode(), PASSWORD.encode()))


def main(certificate: str, key: str, over: str) -> None:
    """Serve with a login until the input ends; each line of input is a question."""
    logging.disable()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    room = _Room()
    how = {"ssl_context": context} if over == "tls" else {"tls_context": context, "require_starttls": True}
    counter = _Counter(room, authenticator=_login, auth_required=True, auth_require_tls=over != "tls", **how)
    counter.start()
    for line in sys.stdin:
        what, *given = json.loads(line)
        if what == "fault":
            room.fault = (given[0], given[1])
        if what == "empty":
            room.fault, room.connections, room.arrived = ("", ""), 0, []
        answers = {"port": counter.port, "connections": room.connections, "arrived": room.arrived}
        print(json.dumps(answers.get(what)), flush=True)
    counter.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
