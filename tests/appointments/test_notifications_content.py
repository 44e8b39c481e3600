"""Who, when, where, link: what each message about a visit says, and how long it is."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
import time_machine
from django.core import mail
from icalendar import Calendar

from appointments import notifications
from appointments.ics import calendar_for
from appointments.models import Appointment, Status
from core import clock
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from patients.models import NoticePreference
from tests.appointments.notifications_story import TUESDAY, spaced
from tests.factories.appointments import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(owner, doctor) -> Appointment:
    return AppointmentFactory(
        reason=doctor.reason,
        patient=owner.child,
        start_at=TUESDAY,
        booked_by=owner.user,
        reference="ABCD-EFGH",
    )


def test_the_confirmation_in_full(visit, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    notifications.booked(visit)
    deliver()
    (sent,) = mail.outbox
    row = OutboxMessage.objects.get(kind=notifications.BOOKED)
    assert (sent.to, spaced(sent.subject)) == (
        ["jeanne@example.org"],
        "Rendez-vous confirmé : mardi 1er décembre à 14 h 30",
    )
    assert spaced(sent.body) == (
        "Bonjour,\n\n"
        "C’est noté.\n\n"
        "Mardi 1er décembre 2026 à 14 h 30\n"
        "avec Dr Claire Vandamme\n"
        "pour Lou\n"
        "4 rue des Tilleuls, 62840 Laventie\n"
        "Référence : ABCD-EFGH\n\n"
        "Pour l’ajouter à votre agenda, ouvrez le fichier joint.\n\n"
        "Voir, déplacer ou annuler :\n"
        "https://portail.example.org/rendez-vous/ABCD-EFGH/\n\n"
        "Une fois sur place, le jour même, dites que vous êtes arrivé :\n"
        f"https://portail.example.org/arrivee/{visit.place_id}/?r=ABCD-EFGH\n\n"
        "--\n"
        "Maison de santé des Tilleuls\n"
        "4 rue des Tilleuls, 62840 Laventie\n"
    )
    assert sent.extra_headers["Message-ID"].startswith(f"<{row.key}@")
    assert "List-Unsubscribe" not in sent.extra_headers
    assert (row.state, row.sent_subject, row.sent_body) == (State.SENT, sent.subject, sent.body)


def test_a_calendar_entry_that_updates_and_removes_itself(visit, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    event = Calendar.from_ical(calendar_for(visit)).events[0]
    assert {name: str(event[name]) for name in ("UID", "SUMMARY", "LOCATION", "URL", "STATUS")} == {
        "UID": f"{visit.request_id}@msp-portal",
        "SUMMARY": "Rendez-vous avec Dr Claire Vandamme",
        "LOCATION": "4 rue des Tilleuls, 62840 Laventie",
        "URL": "https://portail.example.org/rendez-vous/ABCD-EFGH/",
        "STATUS": "CONFIRMED",
    }
    assert (event.start, event.end, event["SEQUENCE"]) == (visit.start_at, visit.end_at, 0)
    visit.status, visit.cancelled_at, visit.sequence = Status.CANCELLED, clock.now(), 1
    calendar = Calendar.from_ical(calendar_for(visit, "CANCEL"))
    assert (calendar["METHOD"], calendar.events[0]["STATUS"], calendar.events[0]["SEQUENCE"]) == (
        "CANCEL",
        "CANCELLED",
        1,
    )
    assert calendar.events[0]["UID"] == event["UID"]
    text = calendar_for(visit).decode()
    assert "DTSTART;TZID=Europe/Paris:20261201T143000" in text
    assert text.count("BEGIN:VTIMEZONE") == 1


def test_the_file_comes_with_the_message(visit):
    notifications.booked(visit)
    deliver()
    (part,) = [part for part in mail.outbox[0].message().walk() if part.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_filename()) == ("PUBLISH", "rendez-vous.ics")
    assert Calendar.from_ical(part.get_content()).events[0]["UID"] == visit.ics_uid


def test_an_sms_is_short_and_in_plain_signs(visit, owner):
    NoticePreference.objects.create(user=owner.user, by_sms=True, by_email=False)
    owner.user.phone = "+33612345678"
    owner.user.save()
    notifications.booked(visit)
    deliver("sms")
    body = OutboxMessage.objects.get(kind=notifications.BOOKED).sent_body
    assert body == (
        "Maison de santé des Tilleuls : rendez-vous confirmé mardi 1er décembre à 14 h 30 avec Dr Claire "
        "Vandamme, pour Lou. Voir ou annuler : http://127.0.0.1:8000/rendez-vous/ABCD-EFGH/"
    )
    assert len(body) <= 306


def test_a_reminder_offers_the_way_out(visit, owner, settings):
    settings.PUBLIC_URL = "https://portail.example.org"
    notifications.booked(visit)
    OutboxMessage.objects.filter(kind="appointments.reminder.days").update(
        due_at=clock.now(), next_attempt_at=clock.now()
    )
    deliver()
    reminder = next(message for message in mail.outbox if message.subject.startswith("Rappel"))
    key = NoticePreference.objects.get(user=owner.user).unsubscribe_key
    address = f"https://portail.example.org/desabonnement/{key}/"
    assert spaced(reminder.subject) == "Rappel : rendez-vous mardi 1er décembre à 14 h 30"
    assert reminder.extra_headers["List-Unsubscribe"] == f"<{address}>"
    assert reminder.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address in reminder.body
    assert f'href="{address}"' in reminder.alternatives[0].content


def test_two_visits_of_a_day_are_one_reminder(owner, doctor, teammate):
    morning = AppointmentFactory(
        reason=doctor.reason, patient=owner.patient, start_at=clock.at(date(2026, 12, 1), time(9))
    )
    afternoon = AppointmentFactory(reason=teammate.reason, patient=owner.child, start_at=TUESDAY)
    next_day = AppointmentFactory(
        reason=doctor.reason, patient=owner.child, start_at=clock.at(date(2026, 12, 2), time(9))
    )
    for visit in (afternoon, morning, next_day):
        notifications.booked(visit)
    OutboxMessage.objects.filter(kind=notifications.BOOKED).delete()
    OutboxMessage.objects.filter(kind="appointments.reminder.week").delete()
    with time_machine.travel(clock.at(date(2026, 11, 29), time(9)), tick=False):
        deliver()
    (reminder,) = mail.outbox
    assert spaced(reminder.subject) == "Rappel : 2 rendez-vous mardi 1er décembre"
    assert re.findall(r"à (\d+ h(?: \d+)?)", spaced(reminder.body)) == ["9 h", "14 h 30"]
    sent = OutboxMessage.objects.filter(state=State.SENT).order_by("subject_id")
    assert {row.subject_id for row in sent} == {morning.pk, afternoon.pk}
    assert len({row.merged_into_id for row in sent} - {None}) == 1


def test_a_sensitive_visit_names_nobody(visit):
    visit.reason.is_sensitive = True
    visit.reason.save()
    notifications.booked(visit)
    deliver()
    body = mail.outbox[0].body
    assert "Vandamme" not in body
    assert "SUMMARY:Rendez-vous\r\n" in calendar_for(visit).decode()
