"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from coordination import protocol_messages
from coordination.actions import debrief
from coordination.actions import send_digests as digests
from coordination.actions import sweep_referrals as referrals
from coordination.actions import tend_pathways as pathways
from coordination.actions import watch_tasks as watching


@shared_task
def watch_tasks() -> None:
    """Every five minutes: reminders that are due, and tasks that nobody can do any more."""
    watching.watch_tasks()


@shared_task
def escalate_debriefs() -> None:
    """Every hour: a review that is past its day is told once."""
    debrief.escalate_debriefs()


@shared_task
def sweep_referrals() -> None:
    """Every five minutes: who has not acted is reminded, then the other one, then the coordination is told."""
    referrals.sweep_referrals()


@shared_task
def tend_pathways() -> None:
    """Every hour: nobody on a pathway is forgotten."""
    pathways.tend_pathways()


@shared_task
def remind_protocols() -> None:
    """Each hour: signatures that wait, reviews and trainings that come due; each is said once."""
    protocol_messages.remind()


@shared_task
def send_digests() -> None:
    """Every five minutes: whose hour has come, and what is to be told at once."""
    digests.send_digests()
