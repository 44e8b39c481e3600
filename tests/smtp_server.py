"""A mail server on this machine, just polite enough for smtplib."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SmtpServer:
    """`refusals` maps a recipient to the reply that he gets; `letters` keeps what was taken."""

    def __init__(self) -> None:
        self.refusals: dict[str, str] = {}
        self.letters: list[tuple[str, str]] = []
        self.connections = 0
        self.port = 0

    @contextmanager
    def open(self) -> Iterator[SmtpServer]:
        post = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line: str) -> None:
                self.wfile.write(f"{line}\r\n".encode())

            def handle(self) -> None:
                post.connections += 1
                self.say("220 test")
                recipient = ""
                while line := self.rfile.readline().decode().strip():
                    word = line.split(" ")[0].split(":")[0].upper()
                    if word == "RCPT":
                        recipient = line.partition("<")[2].rstrip(">")
                        self.say(post.refusals.get(recipient, "250 ok"))
                    elif word == "DATA":
                        self.say("354 go")
                        lines = []
                        while (part := self.rfile.readline().decode()) != ".\r\n":
                            lines.append(part)
                        post.letters.append((recipient, "".join(lines)))
                        self.say("250 taken")
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            block_on_close = False

        server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.port = server.server_address[1]
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
