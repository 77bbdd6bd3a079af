"""A real nginx over TLS for one test: the same folder as JSON index, WebDAV, with password, with token."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import peers

import certificates

_DAV_MODULES = ("/usr/lib/nginx/modules", "/usr/share/nginx/modules", "/usr/lib64/nginx/modules")
_LOCATIONS = """
location /json/ { alias INBOX/; autoindex on; autoindex_format json; auth_basic x; auth_basic_user_file FOLDER/users; }
location /token/ {
    if ($http_authorization != "Bearer t0ken") { return 401; }
    alias INBOX/; autoindex on; autoindex_format json;
}
location /html/ { alias INBOX/; autoindex on; }
location /elsewhere/ { return 302 https://127.0.0.1:1/; }
location /dav/ {
    alias INBOX/; auth_basic x; auth_basic_user_file FOLDER/users;
    dav_methods MKCOL MOVE; dav_ext_methods PROPFIND;
}
location /read-only/ {
    alias INBOX/; auth_basic x; auth_basic_user_file FOLDER/users; dav_ext_methods PROPFIND;
}
"""


@dataclass(frozen=True)
class Nginx:
    """The running server; ``inbox`` is the folder behind every location."""

    port: int
    ca_file: Path
    inbox: Path
    requests: Path
    server: peers.Server

    def entry(self, location: str, *, user: str = "so", **more: object) -> dict[str, object]:
        """Return what ``sources.toml`` says of a source at a location."""
        account = f"{user}@" if user else ""
        url = f"https://{account}127.0.0.1:{self.port}/{location}/"
        secret = {"password_env": "CTDP_TEST_PORTAL"} if user else {}
        return {"channel": "http", "url": url, "ca_file": str(self.ca_file), **secret, **more}

    def answers(self) -> list[str]:
        """Return the requests so far: method, path, status."""
        return self.requests.read_text(encoding="utf-8").splitlines()


def start(folder: Path) -> Nginx:
    """Start a server whose files all lie in ``folder``."""
    program = peers.program("nginx")
    dav = next((path for place in _DAV_MODULES if (path := Path(place) / "ngx_http_dav_ext_module.so").exists()), None)
    if dav is None:
        peers.lacking("nginx (dav-ext)")
    inbox = folder / "inbox"
    inbox.mkdir(parents=True)
    (folder / "users").write_text("so:{PLAIN}m@t-khau\n", encoding="utf-8")
    ca_file, certificate, key = certificates.write(folder)
    port = peers.free_port()
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"""
load_module {dav};
daemon off;
worker_processes 1;
{"user root;" if os.geteuid() == 0 else ""}
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
log_format short '$request_method $uri $status';
access_log {folder}/requests short;
{temporary}
server {{
listen 127.0.0.1:{port} ssl;
ssl_certificate {certificate};
ssl_certificate_key {key};
{_LOCATIONS.replace("INBOX", str(inbox)).replace("FOLDER", str(folder))}
}}
}}
""",
        encoding="utf-8",
    )
    command = [program, "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    server = peers.Server(command, folder / "nginx.log", ready=lambda: peers.listens(port))
    return Nginx(port, ca_file, inbox, folder / "requests", server)
