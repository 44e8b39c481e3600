"""What leaves the house says who, when, where and gives a link: held for every kind of message, by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from coordination.models import ItemState
from coordination.referral_notifications import WORDS
from core import clock
from core.outbox import registry
from core.outbox.models import OutboxMessage
from core.outbox.rendering import plain
from patients.models.proxy import Relation
from tests.cast import on_monday
from tests.factories.accounts import UserFactory
from tests.factories.meetings import MeetingItemFactory, TeamMeetingFactory
from tests.factories.messages import OutboxMessageFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory
from tests.factories.referrals import accepted_referral

ROOT = Path(settings.BASE_DIR)
HERE = "tests/house/test_messages.py::test_referrals_and_meetings_name_nothing"
# Every kind, or all that begin so: the test that reads what it says of a patient. A new kind needs its line here.
READ_BY = {
    "appointments.": "tests/appointments/test_notifications_discreet.py::test_no_message_says_what_a_visit_is_for",
    "workshops.": "tests/appointments/test_workshop_messages.py::test_no_message_says_what_the_workshop_is_about",
    "coordination.step_due": "tests/coordination/care_pathway/test_read_pathway.py::test_the_invitation_names_nothing",
    "coordination.debrief_overdue": "tests/coordination/test_stays.py::test_what_is_late_is_told_once_and_only",
    "coordination.digest": "tests/coordination/talk/test_digest.py::test_the_message_names_nobody_and_nothing",
    "record.emergency": "tests/patients/test_break_glass.py::test_the_messages_name_the_doctor_and_nothing_of_the",
    "record.death_told": "tests/coordination/test_death.py::test_relatives_read_one_sober_message_by_choice",
    "partner.point": "tests/partnerships/test_partner_point.py::test_the_point_holds_dates_counts_and_links_and",
    "session.on_list": "tests/appointments/test_notifications_discreet.py::test_no_message_says_what_a_visit_is_for",
    "session.to_call": "tests/appointments/test_notifications_discreet.py::test_no_message_says_what_a_visit_is_for",
    "referral.": HERE,
    "meetings.": HERE,
}
OUTSIDE = "tests/partnerships/test_outside_requests.py::test_no_message_names_the_programme_or_the_partner"
READ_BY |= dict.fromkeys(
    ("request.intake_link", "request.outside", "request.patient", "request.staff"), OUTSIDE
)
READ_BY["expertise."] = (
    "tests/teleconsult/expertise/test_answer_expertise.py::test_the_patient_reads_what_is_shown_to_him_and_no_message"
)
SEATS = "tests/partnerships/test_seat_messages.py::test_messages_about_seats_and_letters_name_nothing"
READ_BY |= dict.fromkeys(
    ("request.invite", "request.seat_freed", "request.visit_missed", "return_letter."), SEATS
)
READ_BY["video."] = (
    "tests/teleconsult/test_video_waiting_room.py::test_the_new_link_leaves_without_a_medical_word"
)
# Written from what is in their templates alone, which `test_templates_have_no_other_word` reads.
FROM_TEMPLATE_ALONE = ("document.", "proxy.", "account", "supervision.", "protocols.")
# Of partners and their sessions: no patient is spoken of.
NO_PATIENT = ("agreement.", "session.")


def test_every_kind_is_read_by_a_test():
    known = (*READ_BY, *FROM_TEMPLATE_ALONE, *NO_PATIENT)
    unread = [kind.name for kind in registry.all_kinds() if not kind.name.startswith(known)]
    assert unread == [], "add a line to READ_BY: which test reads what this message says of a patient?"
    gone = [
        where
        for where in READ_BY.values()
        if f"def {where.split('::')[1]}" not in (ROOT / where.split("::")[0]).read_text()
    ]
    assert gone == []


# The last part of every name that a template of these rooms may write out.
WHO_WHEN_WHERE_LINK = {
    *("name", "doctor", "trainee", "requester", "asked", "relative", "who", "house"),
    *("day", "hour", "until", "start_at", "start", "end", "first", "last"),
    *("expires_at", "opens_at", "ends_on"),
    *("number", "counter", "place", "sessions", "partner", "taken", "seats", "to_triage", "waiting"),
    *("letters", "link", "settings_url", "stop_url"),
    # Sentences that are written in the code: read by HERE, and by the test of the digest.
    *("title", "sentence", "words"),
}


@pytest.mark.parametrize("room", ["coordination", "partnerships", "patients", "teleconsult"])
def test_templates_have_no_other_word(room):
    written = set()
    for path in sorted((ROOT / "templates" / room / "messages").glob("*.*")):
        text = path.read_text()
        names = re.findall(r"\{\{\s*([\w.]+)", text)
        names += [value for value in re.findall(r"\b\w+=([a-z_][\w.]*)", text) if value != "only"]
        written |= {name.rsplit(".", 1)[-1] for name in names}
    assert written - WHO_WHEN_WHERE_LINK == set()


def text_of(message: OutboxMessage) -> str:
    kind = registry.find(message.kind)
    assert kind is not None
    rendered = kind.render([message], kind.load([message]))
    files = " ".join(one.content for one in rendered.attachments)
    return f"{rendered.subject} {rendered.text} {rendered.html} {files}".casefold()


SECRETS = ("zona", "lombalgie", "sevrage", "psychiatre")


def test_referrals_and_meetings_name_nothing(db, sunday):
    """Written with words that must not leave; each kind, and each step of a referral, as it is sent."""
    doctor, psychiatrist = (PractitionerFactory(user=UserFactory()) for _each in range(2))
    psychiatrist.profession.name = "psychiatre"
    psychiatrist.profession.save()
    patient = PatientFactory(attending_doctor=doctor, email="p@example.org")
    ProxyFactory(user=UserFactory(), patient=patient, relation=Relation.SELF)
    letter = {"subject": "Lombalgie et zona", "context": "Sevrage en cours."}
    referral = accepted_referral(patient, doctor, psychiatrist, **letter)
    item = MeetingItemFactory(
        meeting=TeamMeetingFactory(start_at=on_monday(12), chair=doctor),
        patient=patient,
        question="Zona, sevrage ?",
        state=ItemState.WAITING,
        informed_at=clock.now(),
    )
    sent = list(OutboxMessage.objects.filter(kind__startswith="referral."))
    assert {one.kind for one in sent} == {"referral.patient", "referral.professional"}
    sent += [
        OutboxMessageFactory.build(
            pk=1000 + number,
            kind="referral.professional",
            recipient=doctor.user,
            subject_id=referral.pk,
            payload={"verb": verb, "who": psychiatrist.display_name},
        )
        for number, verb in enumerate(WORDS)
    ]
    kinds = [kind.name for kind in registry.all_kinds() if kind.name.startswith("meetings.")]
    sent += [
        OutboxMessageFactory.build(
            pk=2000 + number,
            kind=kind,
            recipient=doctor.user,
            subject_id=item.pk if kind == "meetings.patient_informed" else item.meeting.pk,
            payload={"meeting": item.meeting.pk, "sequence": item.meeting.sequence},
        )
        for number, kind in enumerate(kinds)
    ]
    found = [(one.kind, word) for one in sent for word in SECRETS if word in text_of(one)]
    assert found == []


def test_an_sms_is_written_in_letters_that_it_keeps():
    """« Nous avons du », « vous etes »: what the alphabet of SMS does not hold loses its accent, at times its sense."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.sms.txt")}
    letters = {path.name: set(re.findall(r"[^\W\d_]", text)) for path, text in texts.items()}
    assert len(letters) > 20
    lost = {name: {one for one in known if plain(one) != one} for name, known in letters.items()}
    assert {name: signs for name, signs in lost.items() if signs} == {}


def test_a_letter_in_plain_text_begins_at_its_margin():
    """Only what belongs to the line of a list above it stands further in."""
    files = [
        *(ROOT / "templates").glob("*/messages/*.txt"),
        *(ROOT / "templates/account/email").glob("*.txt"),
    ]
    letters = [one for one in files if not one.name.endswith((".subject.txt", ".sms.txt", "_subject.txt"))]
    assert len(letters) > 60
    inside = re.compile(
        r"^(?!\s*- ).*\n[ \t]+(?!\{% (?:if|elif|else|end|for|with|include|load|comment))\S.*", re.MULTILINE
    )
    assert {one.name: found.group() for one in letters if (found := inside.search(one.read_text()))} == {}
