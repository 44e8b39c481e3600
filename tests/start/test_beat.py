"""Everything that happens by itself exists, and a worker that was away is not flooded."""

from msp_portal.beat import SCHEDULE
from msp_portal.celery import app


def test_every_entry_names_a_task_of_ours() -> None:
    app.autodiscover_tasks(force=True)
    assert {entry["task"] for entry in SCHEDULE.values()} - set(app.tasks) == set()


def test_what_was_not_run_in_time_expires() -> None:
    for entry in SCHEDULE.values():
        assert entry["options"] == {"expires": int(entry["schedule"])}
