"""What the clock asks of this room. Thin: each calls one action."""

from celery import shared_task

from teleconsult.actions import plan_video_visits as planning


@shared_task
def plan_video_visits() -> None:
    """What was booked without a word gets its visit; twice changes nothing."""
    planning.plan_video_visits()
