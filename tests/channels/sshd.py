"""A real OpenSSH server for one test: its own host key, one account key, SFTP only."""

from __future__ import annotations

import getpass
import os
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import peers


@dataclass(frozen=True)
class Sshd:
    """The running server; ``inbox`` is the folder that the source's url names."""

    port: int
    host_key: str
    key_file: Path
    inbox: Path
    server: peers.Server

    def entry(self, **more: str) -> dict[str, object]:
        """Return what ``sources.toml`` says of a source on this server."""
        url = f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{self.inbox}"
        return {"channel": "sftp", "url": url, "host_key": self.host_key, "key_file": str(self.key_file), **more}


def start(folder: Path) -> Sshd:
    """Start a server whose files all lie in ``folder``."""
    program = peers.program("sshd")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    host, account = asyncssh.generate_private_key("ssh-ed25519"), asyncssh.generate_private_key("ssh-ed25519")
    host.write_private_key(folder / "host_key")
    account.write_private_key(folder / "account_key")
    (folder / "host_key").chmod(0o600)
    (folder / "authorized_keys").write_bytes(account.export_public_key())
    port = peers.free_port()
    (folder / "sshd.conf").write_text(
        f"""
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
PidFile {folder}/sshd.pid
AuthorizedKeysFile {folder}/authorized_keys
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
LogLevel VERBOSE
Subsystem sftp internal-sftp
ForceCommand internal-sftp
""",
        encoding="utf-8",
    )
    command = [program, "-D", "-e", "-f", str(folder / "sshd.conf")]
    server = peers.Server(command, folder / "sshd.log", ready=lambda: peers.listens(port))
    public = host.export_public_key().decode().strip()
    return Sshd(port, " ".join(public.split()[:2]), folder / "account_key", inbox, server)
