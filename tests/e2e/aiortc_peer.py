"""Somebody whose page is not ours: aiortc over the same socket, with a picture and a sound of its own making."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from typing import Any, Self

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, VideoStreamTrack
from aiortc.sdp import candidate_from_sdp
from websockets.asyncio.client import ClientConnection, connect

PAGE = "a1" * 8


class AiortcPeer:
    """In a thread of its own from « with » to its end. `frames`: pictures that it has decoded, by who sent them."""

    def __init__(self, url: str, origin: str, cookie: str) -> None:
        self.url, self.origin, self.cookie = url, origin, cookie
        self.frames: dict[int, int] = {}
        self.errors: list[str] = []
        self._calls: dict[int, RTCPeerConnection] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)

    async def _run(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        headers = {"Cookie": self.cookie}
        async with connect(self.url, origin=self.origin, additional_headers=headers) as line:  # type: ignore[arg-type]
            await line.send(json.dumps({"kind": "hello", "instance": PAGE}))
            listening = asyncio.create_task(self._listen(line))
            await self._end.wait()
            listening.cancel()
            for call in self._calls.values():
                await call.close()
            for task in list(self._tasks):
                task.cancel()
        await asyncio.gather(listening, *self._tasks, return_exceptions=True)

    async def _listen(self, line: ClientConnection) -> None:
        try:
            async for text in line:
                frame = json.loads(text)
                if frame["kind"] == "signal":
                    await self._signal(line, frame)
        except Exception as error:  # noqa: BLE001 – whatever it is, the test shows it
            self.errors.append(repr(error))

    async def _signal(self, line: ClientConnection, frame: dict[str, Any]) -> None:
        who, body = frame["who"], frame["body"]
        if "description" in body:
            call = self._call(who["participant"])
            await call.setRemoteDescription(RTCSessionDescription(**body["description"]))
            await call.setLocalDescription(await call.createAnswer())
            answer = {"type": "answer", "sdp": call.localDescription.sdp}
            await line.send(
                json.dumps(
                    {
                        "kind": "signal",
                        "to": who["participant"],
                        "instance": who["instance"],
                        "generation": frame["generation"],
                        "body": {"description": answer},
                    }
                )
            )
        elif "candidate" in body and body["candidate"]["candidate"]:
            candidate = candidate_from_sdp(body["candidate"]["candidate"].removeprefix("candidate:"))
            candidate.sdpMid = body["candidate"]["sdpMid"]
            candidate.sdpMLineIndex = body["candidate"]["sdpMLineIndex"]
            await self._call(who["participant"]).addIceCandidate(candidate)

    def _call(self, participant: int) -> RTCPeerConnection:
        if participant not in self._calls:
            call = self._calls[participant] = RTCPeerConnection(RTCConfiguration(iceServers=[]))
            call.addTrack(AudioStreamTrack())
            call.addTrack(VideoStreamTrack())
            call.on("track", lambda track: self._watch(participant, track))
        return self._calls[participant]

    def _watch(self, participant: int, track: Any) -> None:
        task = asyncio.create_task(self._count(participant, track))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _count(self, participant: int, track: Any) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                await track.recv()
                if track.kind == "video":
                    self.frames[participant] = self.frames.get(participant, 0) + 1
