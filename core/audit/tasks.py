from __future__ import annotations

from celery import shared_task

from core.audit.seal import seal


@shared_task
def seal_trail() -> None:
    seal()
