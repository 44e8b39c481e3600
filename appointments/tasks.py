"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from appointments import live
from appointments.actions import count_free_days as free_days
from appointments.actions import end_keeping as keeping
from appointments.actions import hold, offer_freed, read_calendar, write_emergency_folder
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
def end_keeping() -> None:
    """Every six hours: who only ever booked, two years after the last of it."""
    keeping.end_keeping()


@shared_task
def count_free_days() -> None:
    """Every ten seconds: the summary of free days, where somebody's time changed. The search does not wait for it."""
    free_days.count_free_days()


@shared_task
def count_all_free_days_again() -> None:
    """Every six hours: also what no trigger saw."""
    free_days.count_all_again()


@shared_task
def sweep_waiting_list() -> None:
    """Every minute: offers that ran out go to the next, and whatever is free is offered to who waits for it."""
    offer_freed.sweep_waiting_list()


@shared_task
def emergency_folder() -> None:
    """Every five minutes: the paper of the coming days, when it is due (5 h and 20 h)."""
    write_emergency_folder.write_if_due()


@shared_task
def read_calendars() -> None:
    """Each calendar from outside in a task of its own: one that is slow holds up no other."""
    for pk in read_calendar.due_calendars():
        read_one_calendar.delay(pk)


@shared_task
def read_one_calendar(pk: int) -> None:
    read_calendar.read_calendar(pk)
