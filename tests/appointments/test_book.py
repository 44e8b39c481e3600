from datetime import date, timedelta
from functools import partial

import pytest
import time_machine

from appointments.actions.book import HoldExpired, NotEligible, PatientBusy, SlotClosed, book
from appointments.actions.book_for import book_for
from appointments.actions.hold import hold
from appointments.eligibility import desk_warning
from appointments.models import Appointment, Audience, PatientScope, Status
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from patients.models import NoticePreference
from tests.cast import SUNDAY_NOON, on_monday
from tests.factories.appointments import AbsenceFactory, AppointmentFactory
from tests.factories.patients import PatientFactory


@pytest.fixture
def held(doctor):
    return hold(doctor.reason, on_monday(9), holder="anne")


def book_it(held, owner, **options) -> Appointment:
    return book(held, **{"holder": "anne", "patient": owner.patient, "actor": owner.user, **options})


def effects(held) -> tuple:
    """The hold, its patient, the traces and the messages."""
    held.refresh_from_db()
    return held.status, held.patient, traces().count(), OutboxMessage.objects.count()


def traces():
    return AuditEvent.objects.filter(subject_type="appointments.appointment")


NOTHING = (Status.HELD, None, 0, 0)


def test_the_hold_becomes_an_appointment_with_its_trace_and_its_messages(held, owner):
    appointment = book_it(held, owner, patient_message="Je viens avec des béquilles.")
    appointment.refresh_from_db()
    assert (
        appointment.pk,
        appointment.status,
        appointment.patient,
        appointment.booked_by,
        appointment.booked_at,
        appointment.held_until,
        appointment.patient_message,
        appointment.origin,
    ) == (
        held.pk,
        Status.BOOKED,
        owner.patient,
        owner.user,
        SUNDAY_NOON,
        None,
        "Je viens avec des béquilles.",
        "online",
    )
    trace = traces().get()
    assert (trace.actor, trace.action, trace.subject_id, trace.patient_id, trace.detail) == (
        owner.user,
        "appointment.booked",
        appointment.pk,
        owner.patient.pk,
        {"reference": appointment.reference, "origin": "online"},
    )
    assert set(OutboxMessage.objects.values_list("recipient", "address", "state")) == {
        (owner.user.pk, "jeanne@example.org", "due")
    }
    owner.patient.refresh_from_db()
    assert owner.patient.last_contact_at == SUNDAY_NOON


def test_what_fifty_at_once_ask_of_the_database(doctor, owner, django_assert_num_queries):
    """A savepoint and its release around each; several statements in a round trip."""
    book_for_owner = partial(book_for, holder="anne", user=owner.user, patient_message="")
    hold(doctor.reason, on_monday(9, 20), holder="warm")
    with django_assert_num_queries(2 + 4):  # lock, holds to clear, agenda; row
        held = hold(doctor.reason, on_monday(9), holder="anne")
    NoticePreference.objects.create(user=owner.user)
    with django_assert_num_queries(2 + 8 + 4):  # locks and seven questions; row, contact, trace, messages
        book_for_owner(held, owner.patient.pk)
    assert effects(held) == (Status.BOOKED, owner.patient, 1, 1)


def test_sending_the_form_twice_books_once(held, owner):
    first, second = book_it(held, owner), book_it(held, owner)
    assert first.pk == second.pk
    assert traces().count() == 1


def test_somebody_elses_hold_cannot_be_taken(held, owner):
    with pytest.raises(HoldExpired):
        book_it(held, owner, holder="paul")
    assert effects(held) == NOTHING


def test_an_expired_hold_is_refused(held, owner):
    late = time_machine.travel(SUNDAY_NOON + timedelta(minutes=10), tick=False)
    with late, pytest.raises(HoldExpired) as refusal:
        book_it(held, owner)
    assert "Les 10 minutes sont passées" in str(refusal.value.sentence)
    assert effects(held) == NOTHING


def test_the_practitioner_has_closed_the_time_meanwhile(held, owner, doctor):
    AbsenceFactory(practitioner=doctor.practitioner, start_at=on_monday(9), end_at=on_monday(10))
    with pytest.raises(SlotClosed):
        book_it(held, owner)
    assert effects(held) == NOTHING


def test_nobody_is_in_two_places_at_once(held, owner, teammate):
    AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=on_monday(9, 10))
    with pytest.raises(PatientBusy):
        book_it(held, owner)
    assert effects(held) == NOTHING


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"min_age": 60}, "Ce motif est proposé à partir de 60 ans."),
        ({"max_age": 15}, "Ce motif est proposé jusqu’à 15 ans."),
        ({"min_age": 6, "max_age": 15}, "Ce motif est proposé de 6 à 15 ans."),
        (
            {"patient_scope": PatientScope.KNOWN},
            (
                "Dr Claire Vandamme reçoit ici les patients qu’il ou elle suit déjà. Choisissez un autre"
                " professionnel, ou appelez le secrétariat."
            ),
        ),
    ],
)
def test_the_rules_of_the_reason_are_said(held, owner, doctor, rule, sentence):
    type(doctor.reason).objects.filter(pk=doctor.reason.pk).update(**rule)
    with pytest.raises(NotEligible) as refusal:
        book_it(held, owner)
    assert refusal.value.sentence == sentence
    assert effects(held) == NOTHING


@pytest.mark.parametrize(
    ("scope", "known", "rule"),
    [
        (PatientScope.KNOWN, False, "Dr Claire Vandamme reçoit ici les patients qu’il ou elle suit déjà."),
        (PatientScope.NEW, True, "Ce motif est réservé à un premier rendez-vous."),
    ],
)
def test_the_desk_reads_the_rule_and_is_not_sent_to_itself(owner, doctor, scope, known, rule):
    type(doctor.reason).objects.filter(pk=doctor.reason.pk).update(patient_scope=scope)
    doctor.reason.refresh_from_db()
    owner.patient.attending_doctor = doctor.practitioner if known else None
    owner.patient.save(update_fields=["attending_doctor"])
    assert desk_warning(doctor.reason, owner.patient, on_monday(9), clock.now()) == rule


def test_a_doctor_who_takes_nobody_new_receives_those_he_follows(held, owner, outsider, doctor):
    doctor.practitioner.accepts_new_patients = False
    doctor.practitioner.save(update_fields=["accepts_new_patients"])
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save(update_fields=["attending_doctor"])
    with pytest.raises(NotEligible):
        book_it(held, outsider)
    assert book_it(held, owner).status == Status.BOOKED


def test_an_opening_kept_for_followed_patients_is_not_passed_on(owner, doctor):
    """The mother is followed and may hold the time; the child is not, and may not have it."""
    doctor.practitioner.openings.update(audience=Audience.KNOWN)
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save(update_fields=["attending_doctor"])
    held = hold(doctor.reason, on_monday(9), holder="anne", audiences=[Audience.KNOWN])
    with pytest.raises(NotEligible):
        book_it(held, owner, patient=owner.child)
    assert effects(held) == NOTHING
    assert book_it(held, owner).status == Status.BOOKED


def test_first_visits_are_for_newcomers(held, owner, doctor):
    type(doctor.reason).objects.filter(pk=doctor.reason.pk).update(patient_scope=PatientScope.NEW)
    AppointmentFactory(
        reason=doctor.reason,
        patient=owner.patient,
        start_at=on_monday(9) - timedelta(days=30),
        status=Status.FULFILLED,
    )
    with pytest.raises(NotEligible):
        book_it(held, owner)


def test_as_many_coming_visits_as_the_reason_allows(held, owner, doctor):
    type(doctor.reason).objects.filter(pk=doctor.reason.pk).update(max_coming_per_patient=1)
    AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9) + timedelta(days=7))
    with pytest.raises(NotEligible) as refusal:
        book_it(held, owner)
    assert "le maximum permis" in refusal.value.sentence
    assert effects(held) == NOTHING


def test_a_record_that_is_closed_books_nothing(held, owner):
    gone = PatientFactory(deceased_on=date(2026, 1, 1))
    with pytest.raises(NotEligible):
        book_it(held, owner, patient=gone)
