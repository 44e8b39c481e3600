"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task
from django.contrib.sessions.models import Session

from core import clock


@shared_task
def clear_sessions() -> None:
    """Rows of sessions that are over; they open nothing, this only tidies them away."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
