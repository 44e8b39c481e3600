"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from partnerships.actions import alert_renewals as renewals
from partnerships.actions import ask_confirmations as confirmations
from partnerships.actions import carry_on as cascades
from partnerships.actions import plan_sessions as planning
from partnerships.actions import send_points as points
from partnerships.actions import sweep_requests as sweeping
from partnerships.actions import tend_requests as tending


@shared_task
def alert_renewals() -> None:
    renewals.alert_renewals()


@shared_task
def ask_confirmations() -> None:
    confirmations.ask_confirmations()


@shared_task
def plan_sessions() -> None:
    """More often than nightly: a missed run is made up within hours, and planning twice changes nothing."""
    planning.unfold_sessions()


@shared_task
def tend_requests() -> None:
    """Invitations are reminded of and run out, letters arrive or are asked for."""
    tending.tend_requests()


@shared_task
def sweep_requests() -> None:
    """What nobody answers in time goes to the next one who must."""
    sweeping.sweep_requests()


@shared_task
def send_points() -> None:
    points.send_points()


@shared_task
def carry_on_cascades() -> None:
    """Every minute: who said no or nothing is offered the next place, or goes on the waiting list."""
    cascades.carry_on_all()
