"""Runs in the peer's own environment: django-appointment, its own tables and its own slot search, nothing of ours.

Reads W as JSON from the first line of its input, then answers each further line: all | first | day | month.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date, datetime, timedelta
from datetime import time as hour

# Answers go where we were heard; whatever the peer itself prints goes to the errors.
ANSWERS = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def main() -> None:
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="peer",
        USE_TZ=True,
        TIME_ZONE="Europe/Paris",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "appointment",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "HOST": os.environ["PEER_HOST"],
                "NAME": os.environ["PEER_DATABASE"],
                "USER": os.environ["PEER_USER"],
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATE_FORMATS={},
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    # This release comes without migrations of its own: its tables lean on those of the accounts.
    call_command("migrate", run_syncdb=True, verbosity=0)
    work = json.loads(sys.stdin.readline())
    load(work)
    answer({"ready": True})
    for line in sys.stdin:
        answer(measure(line.strip(), work))


def answer(facts: dict[str, object]) -> None:
    ANSWERS.write(json.dumps(facts) + "\n")
    ANSWERS.flush()


def load(work: dict) -> None:
    from appointment.models import (
        Appointment,
        AppointmentRequest,
        Config,
        Service,
        StaffMember,
        Unavailability,
        WorkingHours,
    )
    from django.contrib.auth import get_user_model
    from django.db import connection

    user_model = get_user_model()
    Config.objects.create(
        slot_duration=20, lead_time=hour(8), finish_time=hour(19), appointment_buffer_time=0, website_name="W"
    )
    service = Service.objects.create(name="Consultation", duration=timedelta(minutes=20), price=0)
    first = date.fromisoformat(work["monday"])
    weekdays = [
        day for day in (first + timedelta(days=n) for n in range(work["days"])) if day.isoweekday() < 6
    ]
    staff = {}
    for number in work["practitioners"]:
        user = user_model.objects.create(username=f"s{number}", first_name="Claire", last_name=f"V{number}")
        member = StaffMember.objects.create(
            user=user, slot_duration=20, lead_time=hour(8), finish_time=hour(19), appointment_buffer_time=0
        )
        member.services_offered.add(service)
        for weekday in range(1, 6):
            WorkingHours.objects.create(
                staff_member=member, day_of_week=weekday, start_time=hour(8), end_time=hour(19)
            )
        Unavailability.objects.bulk_create(
            Unavailability(staff_member=member, date=day, start_time=hour(12), end_time=hour(13))
            for day in weekdays
        )
        staff[number] = member
    clients = user_model.objects.bulk_create(user_model(username=f"c{n}") for n in range(len(work["booked"])))
    begin = [(staff[number], datetime.fromisoformat(at)) for number, at in work["booked"]]
    requests = AppointmentRequest.objects.bulk_create(
        AppointmentRequest(
            date=at.date(),
            start_time=at.time(),
            end_time=(at + timedelta(minutes=20)).time(),
            service=service,
            staff_member=member,
        )
        for member, at in begin
    )
    Appointment.objects.bulk_create(
        Appointment(client=client, appointment_request=request)
        for client, request in zip(clients, requests, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(wish: str, work: dict) -> dict[str, object]:
    from appointment.models import Service, StaffMember
    from appointment.services import get_available_slots_for_staff
    from appointment.utils.db_helpers import get_weekday_num_from_date
    from django.db import connection

    service = Service.objects.get()
    staff = list(StaffMember.objects.order_by("pk"))
    first = date.fromisoformat(work["monday"])
    days = [first + timedelta(days=n) for n in range(1 if wish == "day" else work["days"])]

    def day_of(member: StaffMember, day: date) -> list[datetime]:
        return get_available_slots_for_staff(day, member, get_weekday_num_from_date(day), service=service)

    def run() -> list[str]:
        found = []
        for member in staff[:1] if wish in ("day", "month") else staff:
            for day in days:
                slots = day_of(member, day)
                found += [f"{member.user_id} {slot:%Y-%m-%d %H:%M}" for slot in slots]
                if wish == "first" and slots:
                    break
        return found

    if wish == "queries":
        count = 0

        def counted(execute, *arguments):
            nonlocal count
            count += 1
            return execute(*arguments)

        with connection.execute_wrapper(counted):
            run()
        return {"queries": count}
    started = time.perf_counter()
    found = run()
    return {"ms": (time.perf_counter() - started) * 1000, "slots": len(found)}


if __name__ == "__main__":
    main()
