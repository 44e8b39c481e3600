"""What happens by itself, and how often: the only place. Intervals in UTC; each task finds out for itself what is due.

`expires` is the period: a worker that was away for an hour runs a task once, not three hundred and sixty times.
"""

from typing import Any

MINUTE = 60
HOUR = 60 * MINUTE


def every(seconds: int, task: str, *args: str) -> dict[str, Any]:
    return {"task": task, "args": args, "schedule": float(seconds), "options": {"expires": seconds}}


SCHEDULE: dict[str, dict[str, Any]] = {
    # Apart, so that a telephone company that does not answer holds up no e-mail.
    "e-mails that are due": every(10, "core.outbox.tasks.sweep", "email"),
    "SMS that are due": every(10, "core.outbox.tasks.sweep", "sms"),
    "texts that nobody needs any more": every(6 * HOUR, "core.outbox.tasks.purge"),
    "files to check": every(10, "core.uploads.tasks.sweep"),
    "files without row, rows without file": every(6 * HOUR, "core.uploads.tasks.tidy_files"),
    "photographs that never arrived whole": every(6 * HOUR, "teleconsult.tasks_photos.tidy_photos"),
    "holds that ran out": every(MINUTE, "appointments.tasks.expire_holds"),
    "free days where time changed": every(10, "appointments.tasks.count_free_days"),
    "free days of everybody": every(6 * HOUR, "appointments.tasks.count_all_free_days_again"),
    "offers and the waiting list": every(MINUTE, "appointments.tasks.sweep_waiting_list"),
    # What is due is a row's own business: a quarter of an hour after the last good reading, later after bad ones.
    "calendars from outside": every(5 * MINUTE, "appointments.tasks.read_calendars"),
    # More often than nightly: a missed run is made up within hours, and unfolding twice changes nothing.
    "pathways that wait for somebody": every(HOUR, "coordination.tasks.tend_pathways"),
    "openings of the coming year": every(6 * HOUR, "appointments.tasks.unfold_openings"),
    "the trail of what was done": every(30 * MINUTE, "core.audit.tasks.seal_trail"),
    # Due at 5 h and at 20 h of the house; asked more often, so that a machine that slept catches up.
    "paper for the emergency folder": every(5 * MINUTE, "appointments.tasks.emergency_folder"),
    "people who only ever booked, two years later": every(6 * HOUR, "appointments.tasks.end_keeping"),
    "children who came of age": every(6 * HOUR, "patients.tasks.end_at_majority"),
    "reviews of trainees that are late": every(HOUR, "coordination.tasks.escalate_debriefs"),
    "records that may be one person": every(HOUR, "patients.tasks.find_duplicates"),
    "agreements that end soon": every(6 * HOUR, "partnerships.tasks.alert_renewals"),
    # A reminder is due from midnight on; who loses access is noticed within minutes.
    "tasks that are late or have no owner": every(5 * MINUTE, "coordination.tasks.watch_tasks"),
    # Each person's own hour, from 8 h on; a run that was missed is made up on the same day.
    "news of the team by e-mail": every(5 * MINUTE, "coordination.tasks.send_digests"),
    "sessions of partners to confirm": every(HOUR, "partnerships.tasks.ask_confirmations"),
    "invitations to choose a seat, letters that come back": every(MINUTE, "partnerships.tasks.tend_requests"),
    # On Monday from 8 h; a run that was missed is made up until Wednesday.
    "weekly point with partners": every(HOUR, "partnerships.tasks.send_points"),
    "patients of cancelled sessions": every(MINUTE, "partnerships.tasks.carry_on_cascades"),
    "sessions of partners of the coming year": every(6 * HOUR, "partnerships.tasks.plan_sessions"),
    "requests that nobody answers": every(5 * MINUTE, "partnerships.tasks.sweep_requests"),
    "opinions that nobody gives": every(5 * MINUTE, "teleconsult.tasks_expertise.sweep_expertise"),
    "referrals that nobody answers": every(5 * MINUTE, "coordination.tasks.sweep_referrals"),
    "protocols to sign and to look at again": every(HOUR, "coordination.tasks.remind_protocols"),
    "visits by video that nobody planned": every(5 * MINUTE, "teleconsult.tasks.plan_video_visits"),
    "sessions that are over": every(6 * HOUR, "accounts.tasks.clear_sessions"),
}
