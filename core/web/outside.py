"""Fetching what somebody typed the address of: from public machines only, within a time, a size and few detours.

The name is looked up once and the connection goes to the very address that was judged, so that a name which answers
differently the second time gains nothing. `settings.FETCH_PRIVATE_ADDRESSES` lifts the rule for the demo and the tests.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings

MOST_BYTES = 10_000_000
MOST_REDIRECTS = 5
CHUNK = 65_536
REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Addresses that hide an IPv4 one: they would lead into the house by the back door.
TRANSLATED = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2002::/16", "2001::/32", "::/96")]


class Hitch(StrEnum):
    BAD_ADDRESS = "bad-address"
    PRIVATE = "private"
    UNREACHABLE = "unreachable"
    TOO_SLOW = "too-slow"
    INSECURE = "insecure"
    DETOURS = "detours"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    REFUSED = "refused"
    TOO_LARGE = "too-large"


class NotFetched(Exception):  # noqa: N818 – said to the owner, no failure of ours
    def __init__(self, hitch: Hitch) -> None:
        super().__init__(hitch)
        self.hitch = hitch


class Fetched(NamedTuple):
    """`body` is None where the other side says that nothing has changed."""

    body: bytes | None
    etag: str
    last_modified: str


def fetch(address: str, *, etag: str = "", last_modified: str = "") -> Fetched:
    until = time.monotonic() + settings.FETCH_SECONDS
    headers = {
        "User-Agent": "MSP-Portail/1.0",
        "Accept": "text/calendar, */*;q=0.5",
        "Accept-Encoding": "gzip",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    for _ in range(MOST_REDIRECTS + 1):
        target = parsed(address)
        connection = _Pinned(target, until)
        # A socket's own time-out begins anew with each drop: this one does not.
        watchdog = threading.Timer(_left(until), connection.cut)
        watchdog.daemon = True
        watchdog.start()
        try:
            connection.request("GET", _path(target), headers=headers)
            with connection.getresponse() as response:
                if response.status not in REDIRECTS:
                    return _answer(response, until)
                address = urljoin(address, response.headers.get("Location", ""))
        except TimeoutError as error:
            raise NotFetched(Hitch.TOO_SLOW) from error
        except ssl.SSLError as error:
            raise NotFetched(Hitch.INSECURE) from error
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            raise NotFetched(Hitch.TOO_SLOW if time.monotonic() >= until else Hitch.UNREACHABLE) from error
        finally:
            watchdog.cancel()
            connection.close()
    raise NotFetched(Hitch.DETOURS)


def parsed(address: str) -> SplitResult:
    """An http(s) address without a password in it; webcal is https by another name."""
    scheme, colon, rest = address.strip().partition(":")
    if scheme.lower() in ("webcal", "webcals"):
        address = f"https{colon}{rest}"
    try:
        target = urlsplit(address.strip())
        usable = target.scheme in ("http", "https") and target.hostname and target.port != 0
    except ValueError:
        usable = False
    if not usable or target.username or target.password or any(ord(sign) < 33 for sign in address.strip()):
        raise NotFetched(Hitch.BAD_ADDRESS)
    return target


def is_public(address: str) -> bool:
    """Whether the whole world reaches this machine: neither ours, nor the house's network, nor the provider's."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if any(ip in net for net in TRANSLATED):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _path(target: SplitResult) -> str:
    path = (target.path or "/") + (f"?{target.query}" if target.query else "")
    return path.encode("ascii", "backslashreplace").decode() if not path.isascii() else path


class _Pinned(http.client.HTTPConnection):
    """Connects to an address that was judged; the certificate is still that of the name."""

    def __init__(self, target: SplitResult, until: float) -> None:
        self.target, self.until = target, until
        self.wire: socket.socket | None = None
        secure = target.scheme == "https"
        super().__init__(target.hostname or "", target.port or (443 if secure else 80), timeout=_left(until))

    def connect(self) -> None:
        self.sock = socket.create_connection(
            (_judged(self.host, self.port), self.port), timeout=_left(self.until)
        )
        if self.target.scheme == "https":
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
        self.wire = self.sock

    def cut(self) -> None:
        with suppress(OSError):
            if self.wire is not None:
                self.wire.shutdown(socket.SHUT_RDWR)


def _judged(host: str, port: int) -> str:
    """The first address of a name of which all are public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFetched(Hitch.UNREACHABLE) from error
    addresses = [str(row[4][0]) for row in found]
    if not settings.FETCH_PRIVATE_ADDRESSES and not all(is_public(one) for one in addresses):
        raise NotFetched(Hitch.PRIVATE)
    return addresses[0]


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _answer(response: http.client.HTTPResponse, until: float) -> Fetched:
    etag = response.headers.get("ETag", "")[:200]
    last_modified = response.headers.get("Last-Modified", "")[:60]
    if response.status == 304:
        return Fetched(None, etag, last_modified)
    if response.status != 200:
        by_status = {401: Hitch.FORBIDDEN, 403: Hitch.FORBIDDEN, 404: Hitch.GONE, 410: Hitch.GONE}
        raise NotFetched(by_status.get(response.status, Hitch.REFUSED))
    return Fetched(_body(response, until), etag, last_modified)


def _body(response: http.client.HTTPResponse, until: float) -> bytes:
    """Drop by drop or blown up from a few bytes: neither gets past the limits."""
    gzipped = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if gzipped else None
    body = bytearray()
    while chunk := response.read1(CHUNK):
        _left(until)
        body += unpack.decompress(chunk, MOST_BYTES + 1 - len(body)) if unpack else chunk
        if len(body) > MOST_BYTES:
            raise NotFetched(Hitch.TOO_LARGE)
    _left(until)  # the watchdog ends a body without a length as if it were whole
    if response.length or (unpack is not None and not unpack.eof):
        raise NotFetched(Hitch.UNREACHABLE)
    return bytes(body)
