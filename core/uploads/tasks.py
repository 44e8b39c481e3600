from __future__ import annotations

from celery import shared_task

from core.uploads import check, tidy


@shared_task
def check_now() -> None:
    """The bell's way in: a file has just come."""
    if check.check_waiting():
        check_now.apply_async(retry=False, expires=60)


@shared_task
def sweep() -> None:
    """Beat's way in: what a killed worker left behind."""
    check.check_waiting()


@shared_task
def tidy_files() -> None:
    """Files without row go, rows without file are said."""
    tidy.tidy()
