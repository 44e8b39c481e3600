"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from patients.actions import end_proxy
from patients.actions import find_duplicates as finding


@shared_task
def end_at_majority() -> None:
    """Nightly: a birthday counts at once anyway (`Proxy.in_force`); this writes it down."""
    end_proxy.end_at_majority()


@shared_task
def find_duplicates() -> None:
    """Hourly: what was entered meanwhile, at the desk or online, is compared with all the rest."""
    finding.find_duplicates()
