"""What the clock asks of requests for an opinion. Thin: each calls one action."""

from celery import shared_task

from teleconsult.actions import sweep_expertise as sweeping


@shared_task
def sweep_expertise() -> None:
    """What nobody answers in time goes one step further."""
    sweeping.sweep_expertise()
