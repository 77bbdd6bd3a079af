"""A real Dovecot over TLS for one test; every account name has the same password and a mailbox of its own."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import peers
from imap_tools import MailBox

import certificates

PASSWORD = "m@t-khẩu"
_SENT = datetime(2026, 4, 20, 1, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Dovecot:
    """The running server."""

    port: int
    ca_file: Path
    server: peers.Server

    def entry(self, account: str, *senders: str, **more: object) -> dict[str, object]:
        """Return what ``sources.toml`` says of a source in this account's mailbox."""
        return {
            "channel": "mail",
            "url": f"imaps://{account}@127.0.0.1:{self.port}/INBOX",
            "ca_file": str(self.ca_file),
            "password_env": "CTDP_TEST_PASSWORD",
            "authserv_id": "mx.bo.example.vn",
            "senders": list(senders),
            **more,
        }

    @contextmanager
    def mailbox(self, account: str, folder: str = "INBOX") -> Iterator[MailBox]:
        """Yield the account's mailbox as its owner sees it."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with MailBox("127.0.0.1", self.port, ssl_context=context).login_utf8(account, PASSWORD, folder) as box:
            yield box

    def deliver(self, account: str, *mails: bytes, at: datetime = _SENT) -> None:
        """Put mails into the mailbox, byte by byte, as the receiving server would."""
        with self.mailbox(account) as box:
            for mail in mails:
                box.append(mail, dt=at)

    def subjects(self, account: str, folder: str = "INBOX") -> list[str]:
        """Return the subjects of the mails in a folder."""
        with self.mailbox(account, folder) as box:
            return sorted(mail.subject for mail in box.fetch(mark_seen=False))


def mail(sender: str, *files: tuple[str, bytes], results: str = "", subject: str = "Số liệu", above: str = "") -> bytes:
    """Return a mail with workbooks attached; ``above`` is what the receiving servers wrote on top of it."""
    message = EmailMessage()
    message["From"] = sender
    message["Subject"] = subject
    message.set_content("Kính gửi số liệu tháng.")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    stamped = f"Authentication-Results: {results}\r\n" if results else ""
    return (above + stamped).encode() + message.as_bytes().replace(b"\n", b"\r\n")


def start() -> Dovecot:
    """Start a server; as root its mailboxes belong to an unprivileged user, who cannot enter the tests' folders."""
    program = peers.program("dovecot")
    folder = Path(tempfile.mkdtemp(prefix="ctdp-dovecot-"))
    folder.chmod(0o755)
    owner = "nobody" if os.geteuid() == 0 else getpass.getuser()
    user = pwd.getpwnam(owner)
    (folder / "mail").mkdir()
    os.chown(folder / "mail", user.pw_uid, user.pw_gid)
    ca_file, certificate, key = certificates.write(folder)
    port = peers.free_port()
    group = grp.getgrgid(user.pw_gid).gr_name
    plain = f"default_login_user = {owner}\ndefault_internal_user = {owner}\ndefault_internal_group = {group}\n"
    (folder / "dovecot.conf").write_text(
        f"""
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
auth_mechanisms = plain
first_valid_uid = 1
{plain if os.geteuid() else ""}
mail_location = maildir:~/Maildir
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user.pw_uid} gid={user.pw_gid} home={folder}/mail/%u
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
""",
        encoding="utf-8",
    )
    command = [program, "-F", "-c", str(folder / "dovecot.conf")]
    try:
        server = peers.Server(command, folder / "dovecot.log", ready=lambda: peers.listens(port))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Dovecot(port, ca_file, server)


def stop(running: Dovecot) -> None:
    """Stop the server and remove everything that it wrote."""
    running.server.stop()
    shutil.rmtree(running.ca_file.parent, ignore_errors=True)
