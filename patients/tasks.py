"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from patients.actions import end_proxy


@shared_task
def end_at_majority() -> None:
    """Nightly: a birthday counts at once anyway (`Proxy.in_force`); this writes it down."""
    end_proxy.end_at_majority()
