"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from partnerships.actions import alert_renewals as renewals


@shared_task
def alert_renewals() -> None:
    renewals.alert_renewals()
