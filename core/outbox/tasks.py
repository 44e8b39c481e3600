from __future__ import annotations

from celery import shared_task

from core.outbox import delivery, health, retention


@shared_task
def sweep(channel: str | None = None) -> None:
    """Beat's way in: whatever is due or was left behind by a killed worker."""
    health.beat()
    delivery.deliver(channel)


@shared_task
def deliver_now() -> None:
    """The bell's way in: something has just become due."""
    delivery.deliver()


@shared_task
def purge() -> None:
    retention.purge()
