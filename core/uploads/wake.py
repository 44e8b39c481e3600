"""Telling the worker that a file waits to be checked: as the messages do, so that nobody waits for the queue."""

from __future__ import annotations

from core.outbox.wake import RETRY_SECONDS, Bell


class UploadBell(Bell):
    """While the broker is away, the checks run from this process, in a child with limits as always."""

    name = "upload-bell"

    def send(self) -> None:
        from core.uploads import tasks

        tasks.check_now.apply_async(retry=False, expires=60)

    def work(self) -> None:
        from core.uploads import check

        check.check_waiting(seconds=RETRY_SECONDS)


bell = UploadBell()
