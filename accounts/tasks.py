"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task
from django.contrib.sessions.models import Session

from accounts.actions import forget_unconfirmed
from core import clock


@shared_task
def forget_unconfirmed_accounts() -> None:
    forget_unconfirmed.forget_unconfirmed()


@shared_task
def clear_sessions() -> None:
    """Rows of sessions that are over; they open nothing, this only tidies them away."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
