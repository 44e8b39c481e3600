"""Two professionals for one patient: together or one after the other, booked both or none, counted once."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from icalendar import Calendar

from accounts.models import Role, User
from appointments import delays, export, no_shows
from appointments.actions.book_joint import PairLost, book_in_turn, book_together
from appointments.actions.cancel import cancel
from appointments.actions.change_state import Step, change_state
from appointments.actions.hold import hold
from appointments.actions.move import SeenTogether, move
from appointments.actions.reschedule import reschedule
from appointments.check_in import visits_now
from appointments.ics import calendar_for
from appointments.joint import JointWish, earliest, joint_slots
from appointments.models import Appointment, AppointmentChain, NoShowRule, Opening, Status
from appointments.placing import Wish
from core import clock
from core.audit.models import AuditEvent
from core.outbox.delivery import deliver
from core.outbox.models import OutboxMessage, State
from tests.appointments.test_races import deadlocks, kinds, race
from tests.cast import SUNDAY_NOON, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import RoomFactory

WAIT = {"is_together": False, "at_least": 0, "at_most": 20}


@pytest.fixture
def desk(db, sunday) -> User:
    user = UserFactory(email="accueil@example.org")
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    return user


def wish_of(doctor, teammate, **options) -> JointWish:
    return JointWish([doctor.reason], [teammate.reason], **options)


def pair_at(wish, patient, hour, minute=0):
    found = joint_slots(wish, patient, on_monday(hour, minute), on_monday(hour, minute + 1), now=SUNDAY_NOON)
    return found[0]


@pytest.fixture
def together(doctor, teammate, owner, desk) -> Appointment:
    """The owner sees her doctor and his colleague on Monday at 9."""
    Opening.objects.filter(practitioner=doctor.practitioner).update(room=RoomFactory(name="Salle 1"))
    pair = pair_at(wish_of(doctor, teammate), owner.patient, 9)
    return book_together(pair, owner.patient, actor=desk, key=uuid.uuid4())


@pytest.fixture
def chain(doctor, teammate, owner, desk) -> AppointmentChain:
    wish = wish_of(doctor, teammate, **WAIT)
    book_in_turn(pair_at(wish, owner.patient, 9), wish, owner.patient, actor=desk, key=uuid.uuid4())
    return AppointmentChain.objects.get()


class TestBooking:
    def test_one_room_and_two_rows(self, together, doctor, teammate, owner, desk):
        guest = together.companions.get()
        facts = ("practitioner", "patient", "start_at", "room_id", "status", "accompanies_id")
        room = doctor.practitioner.openings.get().room_id
        assert [getattr(together, fact) for fact in facts] == [
            doctor.practitioner,
            owner.patient,
            on_monday(9),
            room,
            Status.BOOKED,
            None,
        ]
        assert [getattr(guest, fact) for fact in facts] == [
            teammate.practitioner,
            owner.patient,
            on_monday(9),
            None,
            Status.BOOKED,
            together.pk,
        ]
        assert AuditEvent.objects.filter(action="appointment.booked", actor=desk).count() == 2

    def test_a_guest_does_not_need_his_own_room(self, doctor, teammate, owner):
        room = RoomFactory()
        Opening.objects.filter(practitioner=teammate.practitioner).update(room=room)
        AppointmentFactory(reason=VisitReasonFactory(), room=room, start_at=on_monday(9))
        starts = [
            pair.first.start_at
            for pair in joint_slots(
                wish_of(doctor, teammate), owner.patient, on_monday(8), on_monday(10), now=SUNDAY_NOON
            )
        ]
        assert on_monday(9) in starts
        turned = joint_slots(
            wish_of(teammate, doctor), owner.patient, on_monday(8), on_monday(10), now=SUNDAY_NOON
        )
        assert on_monday(9) not in [pair.first.start_at for pair in turned]

    def test_both_or_none(self, doctor, teammate, owner, desk):
        for wish, act in (
            (
                wish_of(doctor, teammate),
                lambda pair, wish: book_together(pair, owner.patient, actor=desk, key=uuid.uuid4()),
            ),
            (
                wish_of(doctor, teammate, **WAIT),
                lambda pair, wish: book_in_turn(pair, wish, owner.patient, actor=desk, key=uuid.uuid4()),
            ),
        ):
            pair = pair_at(wish, owner.patient, 9)
            rival = AppointmentFactory(reason=teammate.reason, start_at=pair.second.start_at)
            with pytest.raises(PairLost):
                act(pair, wish)
            assert list(Appointment.objects.all()) == [rival]
            rival.delete()
        assert (OutboxMessage.objects.count(), AppointmentChain.objects.count()) == (0, 0)

    def test_the_same_form_twice_books_once(self, doctor, teammate, owner, desk):
        pair, key = pair_at(wish_of(doctor, teammate), owner.patient, 9), uuid.uuid4()
        both = {book_together(pair, owner.patient, actor=desk, key=key) for _ in range(2)}
        assert (len(both), Appointment.objects.count()) == (1, 2)

    def test_one_after_the_other(self, chain, doctor, teammate, mailoutbox):
        assert [(row.practitioner, row.start_at, row.accompanies) for row in (chain.first, chain.second)] == [
            (doctor.practitioner, on_monday(9), None),
            (teammate.practitioner, on_monday(9, 20), None),
        ]
        deliver()
        (sent,) = mailoutbox
        body = sent.body.replace("\xa0", " ")
        for words in ("à 9 h avec Dr Claire Vandamme", "à 9 h 20 avec Dr Claire Caron"):
            assert words in body

    def test_three_queries_at_any_size(self, doctor, teammate, owner, django_assert_num_queries):
        for number in (1, 12):
            others = [doctor.reason, *[VisitReasonFactory() for _ in range(number)]]
            with django_assert_num_queries(3):
                earliest(
                    JointWish([teammate.reason], others),
                    owner.patient,
                    on_monday(8),
                    on_monday(10),
                    now=SUNDAY_NOON,
                )


class TestCountedOnce:
    """Wherever somebody's visits are listed, counted or told, two professionals at once are one visit."""

    def test_one_message_names_both(self, together, mailoutbox):
        deliver()
        (sent,) = mailoutbox
        assert "avec Dr Claire Vandamme et Dr Claire Caron" in sent.body
        guest = together.companions.get()
        about = OutboxMessage.objects.filter(subject_type="appointments.appointment")
        assert set(about.values_list("subject_id", flat=True)) == {together.pk}
        assert not about.filter(subject_id=guest.pk).exists()

    def test_a_sensitive_guest_names_nobody(self, together, teammate, mailoutbox):
        type(teammate.reason).objects.filter(pk=teammate.reason.pk).update(is_sensitive=True)
        deliver()
        assert "Vandamme" not in mailoutbox[0].body
        assert "Caron" not in calendar_for(Appointment.objects.get(pk=together.pk)).decode()

    def test_the_calendar_entry(self, together):
        (event,) = Calendar.from_ical(calendar_for(together)).events
        assert event["SUMMARY"] == "Rendez-vous avec Dr Claire Vandamme et Dr Claire Caron"

    def test_the_space_and_the_page(self, together, owner):
        home = owner.client.get(reverse("my_space"))
        assert [shown.visit for shown in home.context["visits"]] == [together]
        assert "Claire Caron" in home.text
        page = owner.client.get(reverse("appointment", args=[together.reference]))
        assert (page.status_code, "Claire Caron" in page.text) == (200, True)
        elsewhere = reverse("move_appointment", args=[together.reference])
        leave = owner.client.get(reverse("cancel_appointment", args=[together.reference]))
        assert "Oui, annuler" in leave.text
        assert [elsewhere in shown.text for shown in (home, page, leave)] == [False] * 3
        guest = together.companions.get()
        for name in ("appointment", "appointment_ics", "cancel_appointment", "move_appointment"):
            assert owner.client.get(reverse(name, args=[guest.reference])).status_code == 404

    def test_the_export(self, together, owner):
        rows = export.everything(owner.user)["appointments"]
        assert [row["with"] for row in rows] == ["Dr Claire Vandamme et Dr Claire Caron"]

    def test_the_record(self, together, doctor, teammate, owner, desk):
        guest = together.companions.get()
        record = reverse("patient_record", args=[owner.patient.pk])
        for client, row in ((sign_in(desk), together), (doctor.client, together), (teammate.client, guest)):
            assert list(client.get(record).context["coming"]) == [row]

    def test_past_visits_and_no_shows(self, together, owner, desk):
        centre = together.practitioner.centre
        NoShowRule.objects.create(centre=centre, since=clock.today() - timedelta(days=30))
        with time_machine.travel(on_monday(9, 30), tick=False):
            change_state(together, Step.ABSENT, actor=desk)
            assert set(Appointment.objects.values_list("status", flat=True)) == {Status.NO_SHOW}
            row = no_shows.with_missed(
                type(owner.patient).objects.filter(pk=owner.patient.pk), clock.now()
            ).get()
            assert row.missed == 1
            owner.client.force_login(owner.user)
            past = owner.client.get(reverse("past_appointments"))
            assert [visit.pk for visit in past.context["page"]] == [together.pk]

    def test_the_door_and_a_delay(self, together, teammate):
        with time_machine.travel(on_monday(8, 50), tick=False):
            assert list(visits_now(clock.now())) == [together]
            assert delays.still_to_come(teammate.practitioner.pk, 10, clock.now()) == [together]

    def test_changed_preferences_write_one_reminder(self, together, owner):
        from appointments import notifications

        with time_machine.travel(SUNDAY_NOON - timedelta(days=5), tick=False):
            notifications.preferences_changed(owner.user)
        subjects = OutboxMessage.objects.filter(kind__startswith="appointments.reminder", state=State.DUE)
        assert set(subjects.values_list("subject_id", flat=True)) == {together.pk}


class TestAfterwards:
    @pytest.mark.parametrize("which", ["host", "guest"])
    def test_cancelled_together(self, together, desk, which, mailoutbox):
        deliver()
        mailoutbox.clear()
        row = together if which == "host" else together.companions.get()
        cancel(row, actor=desk, by_staff=True)
        assert set(Appointment.objects.values_list("status", flat=True)) == {Status.CANCELLED}
        deliver()
        assert len(mailoutbox) == 1

    def test_the_patient_cancels_both(self, together, owner):
        with time_machine.travel(SUNDAY_NOON - timedelta(days=2), tick=False):
            owner.client.force_login(owner.user)
            owner.client.post(reverse("cancel_appointment", args=[together.reference]))
        assert set(Appointment.objects.values_list("status", flat=True)) == {Status.CANCELLED}

    def test_a_pair_is_not_moved_by_half(self, together, doctor, desk):
        held = hold(doctor.reason, on_monday(8), holder="accueil", moving=together)
        with pytest.raises(SeenTogether):
            move(together, held, holder="accueil", actor=desk, by_staff=True)
        together.refresh_from_db()
        assert together.start_at == on_monday(9)

    def test_neither_by_the_patient_nor_on_the_schedule(self, together, owner, desk, doctor):
        with time_machine.travel(SUNDAY_NOON - timedelta(days=2), tick=False):
            owner.client.force_login(owner.user)
            address = reverse("move_appointment", args=[together.reference])
            assert address not in owner.client.get(reverse("my_space")).text
            answer = owner.client.get(address)
        assert (answer.status_code, "appelez le secrétariat" in answer.text) == (409, True)
        wish = Wish(on_monday(8), doctor.practitioner)
        for row in (together, together.companions.get()):
            with pytest.raises(SeenTogether):
                reschedule(row, wish, actor=desk)

    def test_a_leg_of_a_chain_alone(self, chain, desk, owner):
        stop = reverse("cancel_for_patient", args=[owner.patient.pk, chain.second.reference])
        page = sign_in(desk).get(stop)
        assert (page.context["other"], "Claire Vandamme à la suite" in page.text) == (chain.first, True)
        cancel(chain.second, actor=desk, by_staff=True)
        assert sorted(Appointment.objects.values_list("status", flat=True)) == ["booked", "cancelled"]

    def test_arrived_once_begun_by_each(self, together, doctor):
        guest = together.companions.get()
        with time_machine.travel(on_monday(8, 55), tick=False):
            change_state(guest, Step.ARRIVE, actor=doctor.user)
            together.refresh_from_db()
            assert together.status == Status.ARRIVED
            change_state(together, Step.BEGIN, actor=doctor.user)
            guest.refresh_from_db()
            assert guest.status == Status.ARRIVED
        with time_machine.travel(on_monday(9), tick=False):
            change_state(together, Step.UNDO, actor=doctor.user)
            change_state(together, Step.UNDO, actor=doctor.user)
        assert set(Appointment.objects.values_list("status", flat=True)) == {Status.BOOKED}


class TestScreen:
    def ask(self, doctor, teammate, **changes):
        return {
            "un": f"r{doctor.reason.pk}",
            "autre": f"r{teammate.reason.pk}",
            "comment": "ensemble",
            "attente": 30,
            "battement": 0,
        } | changes

    def test_found_and_booked(self, doctor, teammate, owner, desk):
        client, there = sign_in(desk), reverse("joint", args=[owner.patient.pk])
        assert there in client.get(reverse("patient_record", args=[owner.patient.pk])).text
        assert client.get(there).context["pairs"] is None
        page = client.get(there, self.ask(doctor, teammate))
        assert [pair.first.start_at for pair in page.context["pairs"]][:2] == [on_monday(8), on_monday(8, 20)]
        sent = {"pair": page.context["pairs"][0].value, "key": str(page.context["key"])}
        for _twice in range(2):
            answer = client.post(page.context["address"], sent)
        host = Appointment.objects.get(accompanies=None)
        assert answer.url == reverse("booked_for_patient", args=[owner.patient.pk, host.reference])
        assert "Dr Claire Vandamme et Dr Claire Caron" in client.get(answer.url).text
        assert Appointment.objects.count() == 2
        lost = client.post(page.context["address"], sent | {"key": str(uuid.uuid4())})
        assert (lost.status_code, "rien n’est réservé" in lost.context["sentence"]) == (409, True)

    def test_any_of_a_kind_one_after_the_other(self, doctor, teammate, owner, desk):
        client, there = sign_in(desk), reverse("joint", args=[owner.patient.pk])
        anybody = f"c{doctor.reason.category_id}"
        page = client.get(there, self.ask(doctor, teammate, un=anybody, autre=anybody, comment="suite"))
        first = page.context["pairs"][0]
        assert (first.first.start_at, first.second.start_at, first.wait) == (
            on_monday(8),
            on_monday(8, 20),
            0,
        )
        client.post(page.context["address"], {"pair": first.value, "key": str(page.context["key"])})
        assert AppointmentChain.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"un": ""}, "un"),
            ({"un": "r999999"}, "un"),
            ({"attente": -1}, "attente"),
            ({"attente": "x"}, "attente"),
            ({"attente": 5, "battement": 10}, "attente"),
            ({"du": "2026-12-01", "au": "2026-11-30"}, "au"),
            ({"comment": "x"}, "comment"),
        ],
    )
    def test_what_is_typed_is_checked(self, doctor, teammate, owner, desk, changes, field):
        there = reverse("joint", args=[owner.patient.pk])
        answer = sign_in(desk).get(there, self.ask(doctor, teammate, **changes))
        assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})

    def test_one_person_is_not_two(self, doctor, owner, desk):
        there = reverse("joint", args=[owner.patient.pk])
        answer = sign_in(desk).get(there, self.ask(doctor, doctor))
        assert set(answer.context["form"].errors) == {"autre"}

    @pytest.mark.parametrize("value", ["", "x", "1.1_1.1", "0.99999999999_1.1", "9" * 40])
    def test_nonsense_books_nothing(self, doctor, teammate, owner, desk, value):
        client, there = sign_in(desk), reverse("joint", args=[owner.patient.pk])
        page = client.get(there, self.ask(doctor, teammate))
        assert client.post(page.context["address"], {"pair": value}).status_code == 409
        assert Appointment.objects.count() == 0

    def test_who_may(self, doctor, teammate, owner, outsider):
        there = reverse("joint", args=[owner.patient.pk])
        assert [who.client.get(there).status_code for who in (owner, outsider, teammate)] == [404] * 3


@pytest.mark.django_db(transaction=True)
def test_desks_book_crossing_pairs(doctor, teammate, desk):
    """A with B and B with A, the same and overlapping hours: pairs or nothing, no deadlock."""
    patients = PatientFactory.create_batch(12)
    wishes = [
        wish_of(doctor, teammate),
        wish_of(teammate, doctor),
        wish_of(doctor, teammate, **WAIT),
        wish_of(teammate, doctor, **WAIT),
    ]
    pairs = [
        pair_at(wishes[index % 4], patient, 8, 20 * (index % 3)) for index, patient in enumerate(patients)
    ]

    def run(index):
        pair, wish, patient = pairs[index], wishes[index % 4], patients[index]
        if wish.is_together:
            return book_together(pair, patient, actor=desk, key=uuid.uuid4())
        return book_in_turn(pair, wish, patient, actor=desk, key=uuid.uuid4())

    before = deadlocks()
    results = race([lambda index=index: run(index) for index in range(12)])
    found = kinds(results)
    assert set(found) <= {"Appointment", "PairLost"}
    assert found["Appointment"] >= 1
    assert Appointment.objects.count() == 2 * found["Appointment"]
    assert deadlocks() == before
