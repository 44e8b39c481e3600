"""Fetching a stranger's address: from public machines only, and never for longer or more than agreed."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.web.outside import MOST_BYTES, Fetched, Hitch, NotFetched, fetch, is_public, parsed


class Site(BaseHTTPRequestHandler):
    """Each path misbehaves in its own way."""

    seen: list[dict[str, str]] = []

    def do_GET(self) -> None:
        Site.seen.append({name.lower(): value for name, value in self.headers.items()})
        with suppress(OSError):
            getattr(self, "get_" + self.path.strip("/").partition("?")[0].replace("-", "_"))()

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def get_good(self) -> None:
        if self.headers.get("If-None-Match") == '"v1"':
            self.answer(304, ETag='"v1"')
        else:
            self.answer(200, b"hello", ETag='"v1"', Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")

    def get_zipped(self) -> None:
        self.answer(200, gzip.compress(b"hello"), Content_Encoding="gzip")

    def get_bomb(self) -> None:
        self.answer(200, gzip.compress(b"\0" * 30_000_000), Content_Encoding="gzip")

    def get_half_zipped(self) -> None:
        self.answer(200, gzip.compress(b"hello" * 1000)[:20], Content_Encoding="gzip")

    def get_large(self) -> None:
        self.answer(200, b"x" * (MOST_BYTES + 1))

    def get_cut(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(b"half")

    def get_slow(self) -> None:
        time.sleep(3)

    def get_dripping(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def get_loop(self) -> None:
        self.answer(302, Location="/loop")

    def get_moved(self) -> None:
        self.answer(301, Location="good")

    def get_to_the_inside(self) -> None:
        self.answer(302, Location="http://169.254.169.254/latest/meta-data/")

    def get_to_a_file(self) -> None:
        self.answer(302, Location="file:///etc/passwd")

    def get_forbidden(self) -> None:
        self.answer(403)

    def get_missing(self) -> None:
        self.answer(404)

    def get_broken(self) -> None:
        self.answer(500, b"oops")

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.daemon_threads = True
    server.block_on_close = False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _allowed(settings) -> None:
    settings.FETCH_PRIVATE_ADDRESSES = True
    settings.FETCH_SECONDS = 5.0


def hitch_of(address: str) -> Hitch:
    with pytest.raises(NotFetched) as refused:
        fetch(address)
    return refused.value.hitch


def test_fetched_then_unchanged(site):
    first = fetch(f"{site}/good")
    assert first == Fetched(b"hello", '"v1"', "Sat, 21 Nov 2026 10:00:00 GMT")
    again = fetch(f"{site}/good", etag=first.etag, last_modified=first.last_modified)
    assert again.body is None
    assert Site.seen[-1]["if-modified-since"] == "Sat, 21 Nov 2026 10:00:00 GMT"
    assert "cookie" not in Site.seen[-1]


@pytest.mark.parametrize("path", ["zipped", "moved"])
def test_unpacked_and_followed(site, path):
    assert fetch(f"{site}/{path}").body == b"hello"


@pytest.mark.parametrize(
    ("path", "hitch"),
    [
        ("bomb", Hitch.TOO_LARGE),
        ("large", Hitch.TOO_LARGE),
        ("half-zipped", Hitch.UNREACHABLE),
        ("cut", Hitch.UNREACHABLE),
        ("loop", Hitch.DETOURS),
        ("to-a-file", Hitch.BAD_ADDRESS),
        ("forbidden", Hitch.FORBIDDEN),
        ("missing", Hitch.GONE),
        ("broken", Hitch.REFUSED),
    ],
)
def test_what_goes_wrong(site, path, hitch):
    assert hitch_of(f"{site}/{path}") == hitch


@pytest.mark.parametrize("path", ["slow", "dripping"])
def test_the_time_holds_for_the_whole(site, settings, path):
    settings.FETCH_SECONDS = 0.4
    assert hitch_of(f"{site}/{path}") == Hitch.TOO_SLOW


def test_nobody_listens():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert hitch_of(f"http://127.0.0.1:{port}/") == Hitch.UNREACHABLE


@pytest.mark.parametrize(
    "address",
    [
        "",
        "agenda.ics",
        "ftp://example.org/a.ics",
        "file:///etc/passwd",
        "http://",
        "http://user:secret@example.org/a.ics",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://example.org/a\r\nHost: inside",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
def test_no_usable_address(address):
    assert hitch_of(address) == Hitch.BAD_ADDRESS


def test_webcal_is_https():
    assert parsed("webcal://example.org/a.ics").geturl() == "https://example.org/a.ics"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "0.0.0.0", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1"),
    ],
)
def test_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public(address):
    assert is_public(address)


class TestPrivate:
    @pytest.fixture(autouse=True)
    def _closed(self, settings) -> None:
        settings.FETCH_PRIVATE_ADDRESSES = False

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1"])
    def test_this_machine_by_any_name(self, host):
        assert hitch_of(f"http://{host}:5432/") == Hitch.PRIVATE

    def test_one_private_address_among_public_ones_is_enough(self, monkeypatch):
        rows = [(socket.AF_INET, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.7")]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: rows)
        assert hitch_of("http://rebind.example.org/") == Hitch.PRIVATE

    def test_a_name_is_looked_up_once_and_that_very_address_is_used(self, monkeypatch, site):
        asked: list[str] = []
        port = int(site.rpartition(":")[2])

        def look_up(host, *args, **options):
            asked.append(host)
            return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.0.0.7", port))]

        reached: list[str] = []
        connect = socket.create_connection

        def pinned(address, *args, **options):
            reached.append(address[0])
            monkeypatch.undo()
            return connect(address, *args, **options)

        monkeypatch.setattr("core.web.outside.is_public", lambda address: True)
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(socket, "create_connection", pinned)
        assert fetch(f"http://twice.example.org:{port}/good").body == b"hello"
        assert (asked, reached) == (["twice.example.org"], ["127.0.0.1"])

    def test_a_detour_is_judged_like_the_address(self, monkeypatch, site):
        monkeypatch.setattr("core.web.outside.is_public", lambda address: address == "127.0.0.1")
        assert hitch_of(f"{site}/to-the-inside") == Hitch.PRIVATE
