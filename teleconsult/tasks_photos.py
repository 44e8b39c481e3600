from __future__ import annotations

from celery import shared_task

from teleconsult.actions import send_photo


@shared_task
def tidy_photos() -> None:
    """Beat's way in: photographs that never arrived whole, and those that were refused."""
    send_photo.tidy_uploads()
