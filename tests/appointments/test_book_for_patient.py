"""The team books, moves and cancels for a patient: earliest first, refusals in words, two desks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role, User
from appointments.actions.book_at_desk import book_at_desk
from appointments.models import Appointment, Audience, Origin, Status
from appointments.staff_search import staff_reasons
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from tests.appointments.test_races import kinds, race
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory, OpeningFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PlaceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db, sunday) -> User:
    return with_role(Role.SECRETARY, email="accueil@example.org")


@pytest.fixture
def caller(db, sunday):
    """Somebody on the telephone, without account or e-mail."""
    return PatientFactory(birth_name="Deroo", email="", phone="")


def url(patient, name="book_for_patient", *more):
    return reverse(name, args=[patient.pk, *more])


def value(doctor, hour, minute=0):
    return f"{doctor.reason.pk}.{int(on_monday(hour, minute).timestamp())}"


def free_times(answer):
    found = answer.context["found"]
    return found.slots if found else []


def starts(client, patient, **asked):
    return [(slot.reason, slot.start_at) for slot in free_times(client.get(url(patient), asked))]


def test_earliest_first_over_the_house(doctor, teammate, desk, caller):
    client = sign_in(desk)
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(8))
    found = starts(client, caller)
    assert found[:3] == [
        (teammate.reason, on_monday(8)),
        *[(one, on_monday(8, 20)) for one, _ in found[1:3]],
    ]
    assert {one for one, _ in found[1:3]} == {doctor.reason, teammate.reason}
    assert len(found) == 11
    assert {one for one, _ in starts(client, caller, praticien=doctor.practitioner.slug)} == {doctor.reason}
    assert starts(client, caller, moment="apres-midi") == []
    assert starts(client, caller, du="2026-11-24") == []
    assert starts(client, caller, du="2026-11-24", au="2026-11-20") == []
    assert starts(client, caller, profession="inconnue") == []


def test_the_team_sees_what_the_public_does_not(doctor, desk, caller):
    """Openings kept for others, no notice, beyond the horizon."""
    doctor.practitioner.openings.update(audience=Audience.UNSCHEDULED)
    type(doctor.reason).objects.update(notice_minutes=60 * 24 * 20, horizon_days=1)
    assert len(starts(sign_in(desk), caller)) == 6


def test_one_tap_books(doctor, desk, caller):
    answer = sign_in(desk).post(url(caller), {"slot": value(doctor, 9), "origin": "desk"})
    booked = Appointment.objects.get()
    assert answer.url == url(caller, "booked_for_patient", booked.reference)
    facts = ("patient", "reason", "start_at", "status", "origin", "booked_by", "is_overbooked", "place_id")
    assert [getattr(booked, fact) for fact in facts] == [
        caller,
        doctor.reason,
        on_monday(9),
        Status.BOOKED,
        Origin.DESK,
        desk,
        False,
        doctor.practitioner.openings.get().place_id,
    ]
    line = AuditEvent.objects.get(action="appointment.booked")
    assert (line.actor, line.patient_id, line.detail["origin"]) == (desk, caller.pk, "desk")
    assert OutboxMessage.objects.count() == 0
    assert booked.reference in sign_in(desk).get(answer.url).text


def test_a_practitioner_books_for_his_patient_only(booked, doctor, teammate, owner, caller):
    answer = doctor.client.post(url(owner.patient), {"slot": value(teammate, 8)})
    with_colleague = Appointment.objects.exclude(pk=booked.pk).get()
    assert (with_colleague.origin, with_colleague.booked_by) == (Origin.PRACTITIONER, doctor.user)
    assert doctor.client.get(answer.url).status_code == 200
    for client, patient in (
        (doctor.client, caller),
        (owner.client, owner.patient),
        (owner.client, caller),
    ):
        assert client.get(url(patient)).status_code == 404
        assert client.post(url(patient), {"slot": value(doctor, 8)}).status_code == 404
    assert Appointment.objects.count() == 2


def test_a_taken_slot_says_so_and_offers_the_nearest(doctor, desk, caller):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9))
    answer = sign_in(desk).post(url(caller), {"slot": value(doctor, 9)})
    assert (answer.status_code, Appointment.objects.count()) == (409, 1)
    outcome = answer.context["outcome"]
    assert "vient d’être pris" in outcome.sentence
    assert [slot.start_at for slot in outcome.nearest] == [
        on_monday(8),
        on_monday(8, 20),
        on_monday(8, 40),
        on_monday(9, 20),
        on_monday(9, 40),
    ]


@pytest.mark.parametrize("slot", ["", "x", "1.x", "0.1", "1.99999999999", "1." + "9" * 40])
def test_nonsense_books_nothing(doctor, desk, caller, slot):
    assert sign_in(desk).post(url(caller), {"slot": slot}).status_code == 409
    assert Appointment.objects.count() == 0


def typed(doctor, hour="09:10", **changes):
    return {
        "typed": "1",
        "typed-reason": doctor.reason.pk,
        "typed-day": "2026-11-23",
        "typed-hour": hour,
        "typed-place": PlaceFactory().pk,
        "typed-why": "vu avec le Dr",
    } | changes


def test_overbooked_on_purpose_with_the_reason_in_the_trail(doctor, desk, caller):
    AppointmentFactory(reason=doctor.reason, start_at=on_monday(9))
    client = sign_in(desk)
    assert client.post(url(caller), typed(doctor)).status_code == 302
    over = Appointment.objects.get(patient=caller)
    assert (over.start_at, over.is_overbooked, over.origin) == (on_monday(9, 10), True, Origin.PHONE)
    line = AuditEvent.objects.get(action="appointment.overbooked")
    assert (line.actor, line.reason) == (desk, "vu avec le Dr")


def test_a_typed_free_time_is_no_overbooking(doctor, desk, caller):
    assert sign_in(desk).post(url(caller), typed(doctor, "18:00")).status_code == 302
    assert [row.is_overbooked for row in Appointment.objects.all()] == [False]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"typed-why": ""}, "why"),
        ({"typed-hour": ""}, "hour"),
        ({"typed-day": "2026-11-21"}, "day"),
        ({"typed-reason": "999999"}, "reason"),
    ],
)
def test_a_typed_time_is_checked(doctor, desk, caller, changes, field):
    answer = sign_in(desk).post(url(caller), typed(doctor, **changes))
    assert (answer.status_code, set(answer.context["typed"].errors)) == (422, {field})
    assert Appointment.objects.count() == 0


def test_the_patient_cannot_be_in_two_places(doctor, teammate, desk, caller):
    AppointmentFactory(reason=teammate.reason, patient=caller, start_at=on_monday(9))
    answer = sign_in(desk).post(url(caller), typed(doctor))
    assert answer.context["typed"].errors == {"hour": ["Cette personne a déjà un rendez-vous à cette heure."]}
    assert answer.context["outcome"].nearest[0].start_at == on_monday(8)
    assert Appointment.objects.count() == 1


def test_moved_and_cancelled_from_the_record(booked, doctor, desk, owner):
    client = sign_in(desk)
    move, stop = (
        url(owner.patient, name, booked.reference) for name in ("move_for_patient", "cancel_for_patient")
    )
    slots = client.get(move).context["slots"]
    assert client.post(move, {"slot": slots[0].value}).url == url(owner.patient, "patient_record")
    booked.refresh_from_db()
    assert (booked.start_at, booked.sequence) == (slots[0].start_at, 1)
    assert client.post(move, {"slot": ""}).status_code == 409
    assert client.get(stop).status_code == 200
    client.post(stop, {"note": "Ne peut plus venir"})
    booked.refresh_from_db()
    assert (booked.status, booked.cancelled_by, booked.cancel_note) == (
        Status.CANCELLED,
        desk,
        "Ne peut plus venir",
    )


def test_visits_of_colleagues_are_out_of_reach(booked, doctor, teammate, owner, outsider):
    AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=on_monday(8))
    for name in ("booked_for_patient", "move_for_patient", "cancel_for_patient"):
        address = url(owner.patient, name, booked.reference)
        assert doctor.client.get(address).status_code == 200
        assert [who.client.get(address).status_code for who in (teammate, owner, outsider)] == [404] * 3
        assert doctor.client.get(url(owner.patient, name, "XXXX-XXXX")).status_code == 404


def test_as_many_queries_for_one_practitioner_as_for_many(
    doctor, desk, caller, django_assert_max_num_queries, django_assert_num_queries
):
    from tests.cast import make_doctor

    client = sign_in(desk)
    client.get(url(caller))
    with django_assert_max_num_queries(14) as first:
        client.get(url(caller))
    for number in range(9):
        other = make_doctor(f"Collègue{number}")
        OpeningFactory(practitioner=other.practitioner, start_at=on_monday(8) + timedelta(days=1))
    with django_assert_num_queries(len(first)):
        assert len(free_times(client.get(url(caller)))) == 40
    assert len(staff_reasons()) == 10


@pytest.mark.django_db(transaction=True)
def test_two_desks_tap_the_same_slot(doctor, desk):
    place = PlaceFactory()
    patients = PatientFactory.create_batch(12)
    results = race(
        [
            lambda one=one: book_at_desk(doctor.reason, on_monday(9), one, actor=desk, place=place)
            for one in patients
        ]
    )
    assert kinds(results) == {"Appointment": 1, "SlotTaken": 11}
    assert Appointment.objects.filter(occupies=True).count() == 1
