"""A telephone company on this machine: real HTTP, any mood."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

type Answer = tuple[int, str]

TAKEN: Answer = (200, json.dumps({"id": "sms-1", "status": "queued"}))


class SmsCarrier:
    """`mood` decides the answer to each request; `delivered` counts, per key, what reached a telephone."""

    def __init__(self, *, honours_keys: bool = False, takes: float = 0) -> None:
        self.mood: Callable[[dict[str, Any]], Answer] = lambda message: TAKEN
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.delivered: Counter[str] = Counter()
        self.honours_keys = honours_keys
        self.takes = takes
        self.lock = threading.Lock()
        self.url = ""

    def take(self, headers: dict[str, str], message: dict[str, Any]) -> Answer:
        time.sleep(self.takes)
        answer = self.mood(message)
        with self.lock:
            self.requests.append((headers, message))
            key = headers["Idempotency-Key"]
            if answer == TAKEN and not (self.honours_keys and key in self.delivered):
                self.delivered[key] += 1
        return answer

    @property
    def asked(self) -> Counter[str]:
        """How often each message was brought here, whether or not it had been already."""
        with self.lock:
            return Counter(headers["Idempotency-Key"] for headers, _ in self.requests)

    @contextmanager
    def open(self) -> Iterator[SmsCarrier]:
        carrier = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                code, text = carrier.take(dict(self.headers), json.loads(body))
                try:
                    self.send_response(code)
                    self.send_header("Content-Length", str(len(text.encode())))
                    self.end_headers()
                    self.wfile.write(text.encode())
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *args: Any) -> None:
                return

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """Killed callers hang up in the middle: that is what some tests are about."""

        server = Server(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{server.server_port}/sms"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
