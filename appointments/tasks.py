"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from appointments import live
from appointments.actions import hold, offer_freed, write_emergency_folder
from appointments.actions.unfold import unfold_all


@shared_task
def unfold_openings() -> None:
    """Nightly: the horizon moves on by a day."""
    unfold_all()


@shared_task
def expire_holds() -> None:
    """Every minute: a hold that ran out no longer counts anyway; this only tidies its row away."""
    hold.expire_holds()
    live.forget_old_changes()


@shared_task
def sweep_waiting_list() -> None:
    """Every minute: offers that ran out go to the next, and whatever is free is offered to who waits for it."""
    offer_freed.sweep_waiting_list()


@shared_task
def emergency_folder() -> None:
    """Every quarter of an hour: the paper of the coming days, when it is due (5 h and 20 h)."""
    write_emergency_folder.write_if_due()
