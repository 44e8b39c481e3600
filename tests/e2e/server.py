"""The portal as it is really served, in a thread: uvicorn, pages and sockets, on the tests' database."""

from __future__ import annotations

import os
import threading
import time
from typing import Any

import uvicorn
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.test.utils import override_settings


class AsgiServer:
    """Stands in for pytest-django's `live_server`, which cannot speak through a socket."""

    _live_server_modified_settings = override_settings()

    def __init__(self) -> None:
        pool = os.environ.get("DATABASE_POOL_SIZE")
        from channels.routing import ProtocolTypeRouter

        from msp_portal import asgi

        if pool is None:  # meant for the real one: the processes that tests start would inherit it
            os.environ.pop("DATABASE_POOL_SIZE", None)
        pages: Any = ASGIStaticFilesHandler(asgi.pages)
        self._application = ProtocolTypeRouter({"http": pages, "websocket": asgi.sockets})
        self._port = 0
        self.start()

    def start(self) -> None:
        config = uvicorn.Config(
            self._application,
            host="127.0.0.1",
            port=self._port,
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        socket = config.bind_socket()
        self._port = socket.getsockname()[1]
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [socket]}, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.01)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def __str__(self) -> str:
        return self.url
