"""A seat, a rank in the waiting list, and the way back; the database counts the seats."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from appointments.actions.enrol import MayNotEnrol, WorkshopClosed, WorkshopFull, enrol
from appointments.actions.leave_workshop import TooLateToLeave, leave_workshop
from appointments.actions.save_workshop import SeatsTaken, change_seats
from appointments.actions.seat_waiting import (
    NotWaiting,
    SaysNotWhy,
    move_in_queue,
    seat_by_hand,
)
from appointments.models import Enrolment, EnrolmentState, Origin
from appointments.models.workshop import WhoMayEnrol
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from tests.cast import MONDAY, on_monday, sign_in
from tests.factories.appointments import (
    AppointmentFactory,
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
    WorkshopSessionFactory,
)
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db

FRIDAY = on_monday(18) + timedelta(days=4)


@pytest.fixture
def cycle(doctor):
    """Friday at 18, two seats."""
    workshop = WorkshopFactory(
        title="Bien dormir", slug="bien-dormir", seats=2, animators=[doctor.practitioner]
    )
    return WorkshopCycleFactory(workshop=workshop, start_at=FRIDAY)


def address(cycle):
    return reverse("enrol", args=[cycle.workshop.slug, cycle.pk])


def states(cycle):
    return list(
        Enrolment.objects.filter(cycle=cycle)
        .order_by("pk")
        .values_list("patient__birth_name", "state", "queue")
    )


def kinds_waiting():
    return sorted(OutboxMessage.objects.filter(state=State.DUE).values_list("kind", flat=True))


def test_she_enrols_her_child_and_herself(owner, cycle):
    page = owner.client.get(address(cycle))
    assert page.status_code == 200
    assert "2 places" in owner.client.get("/ateliers/").content.decode().replace("\u00a0", " ")
    for whom in (owner.child, owner.patient):
        answer = owner.client.post(address(cycle), {"whom": whom.pk, "step": "enrol"})
        row = Enrolment.objects.get(patient=whom)
        assert (answer.status_code, answer["Location"]) == (302, reverse("enrolment", args=[row.reference]))
    assert states(cycle) == [("Lefebvre", "enrolled", None), ("Lefebvre", "enrolled", None)]
    cycle.refresh_from_db()
    assert (cycle.taken, cycle.seats_left, cycle.is_full) == (2, 0, True)
    assert kinds_waiting() == ["workshops.enrolled"] * 2 + ["workshops.reminder"] * 2
    trail = AuditEvent.objects.filter(action="enrolment.enrolled").order_by("pk")
    assert [line.patient_id for line in trail] == [owner.child.pk, owner.patient.pk]
    shown = owner.client.get(reverse("my_space")).content.decode()
    assert shown.count("Bien dormir") == 2


def test_the_same_form_twice_enrols_once(owner, cycle):
    answers = [owner.client.post(address(cycle), {"whom": owner.patient.pk}) for _ in range(2)]
    page = reverse("enrolment", args=[Enrolment.objects.get().reference])
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, page)] * 2
    first = enrol(cycle, owner.patient, actor=owner.user)
    assert (first.pk, Enrolment.objects.count()) == (Enrolment.objects.get().pk, 1)
    assert OutboxMessage.objects.filter(kind="workshops.enrolled").count() == 1


def test_a_newcomer_gives_a_name_and_gets_a_seat(newcomer, cycle):
    data = {
        "whom": "moi",
        "moi-birth_first_names": "Inès",
        "moi-birth_name": "Deroo",
        "moi-birth_date": "1980-03-14",
        "moi-sex": "female",
        "moi-phone": "06 12 34 56 78",
    }
    answer = newcomer.client.post(address(cycle), data)
    assert answer.status_code == 302, answer.context["form"].identity.errors
    assert states(cycle) == [("Deroo", "enrolled", None)]


def test_a_visitor_is_asked_who_he_is(visitor, cycle):
    page = visitor.get(address(cycle))
    assert page.status_code == 200
    assert f"next={address(cycle)}" in page.content.decode()
    assert visitor.post(address(cycle), {"whom": "moi"}).status_code == 200
    assert Enrolment.objects.count() == 0


def test_full_means_the_waiting_list(owner, outsider, cycle):
    for _ in range(2):
        EnrolmentFactory(cycle=cycle)
    # He still saw a seat on his screen.
    late = outsider.client.post(address(cycle), {"whom": outsider.patient.pk, "step": "enrol"})
    assert late.status_code == 409
    assert late.context["sentence"] == WorkshopFull().sentence
    assert 'value="wait"' in late.content.decode()
    for person in (outsider, owner):
        person.client.post(address(cycle), {"whom": person.patient.pk, "step": "wait"})
    rows = Enrolment.objects.waiting().filter(cycle=cycle)
    assert [(row.patient, row.queue) for row in rows] == [(outsider.patient, 1), (owner.patient, 2)]
    page = owner.client.get(reverse("enrolment", args=[rows[1].reference])).content.decode()
    assert "rang 2" in page
    assert outsider.client.get(reverse("enrolment", args=[rows[1].reference])).status_code == 404
    assert kinds_waiting() == ["workshops.waiting"] * 2


def test_a_freed_seat_goes_to_whoever_waits_longest(owner, outsider, cycle):
    gone = EnrolmentFactory(cycle=cycle, patient=owner.patient)
    EnrolmentFactory(cycle=cycle)
    next_one = enrol(cycle, outsider.patient, actor=outsider.user, wait=True)
    last = enrol(cycle, owner.child, actor=owner.user, wait=True)
    OutboxMessage.objects.all().delete()
    page = reverse("leave_workshop", args=[gone.reference])
    assert owner.client.get(page).status_code == 200
    assert outsider.client.post(page).status_code == 404
    assert [owner.client.post(page).status_code for _ in range(2)] == [302, 302]
    for row in (gone, next_one, last):
        row.refresh_from_db()
    assert (gone.state, next_one.state, last.state) == ("cancelled", "enrolled", "waiting")
    assert (next_one.queue, next_one.sequence) == (None, 1)
    assert kinds_waiting() == ["workshops.left", "workshops.reminder", "workshops.seated"]
    cycle.refresh_from_db()
    assert cycle.taken == 2
    assert AuditEvent.objects.filter(action="enrolment.promoted").get().patient_id == outsider.patient.pk


def test_past_the_limit_nobody_leaves_online_and_nobody_is_seated_unasked(owner, outsider, cycle):
    mine = enrol(cycle, owner.patient, actor=owner.user)
    EnrolmentFactory(cycle=cycle)
    waiting = enrol(cycle, outsider.patient, actor=outsider.user, wait=True)
    with time_machine.travel(FRIDAY - timedelta(hours=23), tick=False):
        with pytest.raises(TooLateToLeave):
            leave_workshop(mine, actor=owner.user)
        page = sign_in(owner.user).get(reverse("leave_workshop", args=[mine.reference]))
        assert "trop tard" in page.content.decode()
        leave_workshop(mine, actor=owner.user, by_staff=True)
        waiting.refresh_from_db()
        assert waiting.is_waiting
        assert seat_by_hand(waiting, actor=owner.user).has_seat
        with pytest.raises(NotWaiting):
            seat_by_hand(waiting, actor=owner.user)
    cycle.refresh_from_db()
    assert cycle.taken == 2


def test_who_waits_may_leave_the_list_at_any_time(owner, cycle):
    EnrolmentFactory.create_batch(2, cycle=cycle)
    waiting = enrol(cycle, owner.patient, actor=owner.user, wait=True)
    with time_machine.travel(FRIDAY - timedelta(hours=2), tick=False):
        assert leave_workshop(waiting, actor=owner.user).state == EnrolmentState.CANCELLED


@pytest.mark.parametrize("who", ["young", "unknown", "invited", "gone"])
def test_the_rules_of_the_workshop_refuse_with_a_sentence(owner, cycle, who):
    workshop, patient = cycle.workshop, owner.patient
    if who == "young":
        workshop.min_age, patient = 18, owner.child
    elif who == "unknown":
        workshop.who = WhoMayEnrol.KNOWN
    elif who == "invited":
        workshop.who = WhoMayEnrol.INVITED
    else:
        patient = PatientFactory(deceased_on=MONDAY)
    workshop.save()
    with pytest.raises(MayNotEnrol) as refused:
        enrol(cycle, patient, actor=owner.user)
    assert refused.value.sentence
    if who != "gone":
        assert enrol(cycle, patient, actor=owner.user, by_staff=True, origin=Origin.PHONE).has_seat
    else:
        with pytest.raises(MayNotEnrol):
            enrol(cycle, patient, actor=owner.user, by_staff=True)


def test_who_has_been_here_is_known(owner, doctor, cycle):
    cycle.workshop.who = WhoMayEnrol.KNOWN
    cycle.workshop.save()
    AppointmentFactory(
        reason=doctor.reason, patient=owner.patient, start_at=on_monday(9) - timedelta(days=30)
    )
    page = owner.client.get(address(cycle))
    refusals = {person.patient.pk: bool(person.refusal) for person in page.context["form"].people}
    assert refusals == {owner.patient.pk: False, owner.child.pk: True}
    assert enrol(cycle, owner.patient, actor=owner.user).has_seat


def test_a_series_is_not_joined_in_the_middle_unless_the_team_says_so(owner, cycle):
    WorkshopSessionFactory(cycle=cycle, start_at=FRIDAY - timedelta(days=7))
    with pytest.raises(WorkshopClosed):
        enrol(cycle, owner.patient, actor=owner.user)
    assert enrol(cycle, owner.patient, actor=owner.user, by_staff=True).has_seat
    with time_machine.travel(FRIDAY, tick=False), pytest.raises(WorkshopClosed):
        enrol(cycle, owner.child, actor=owner.user, by_staff=True)


def test_more_seats_go_to_those_who_wait_and_fewer_than_taken_are_refused(owner, outsider, cycle):
    EnrolmentFactory.create_batch(2, cycle=cycle)
    waiting = [enrol(cycle, one, actor=owner.user, wait=True) for one in (outsider.patient, owner.patient)]
    change_seats(cycle, 3, actor=owner.user)
    assert [Enrolment.objects.get(pk=one.pk).state for one in waiting] == ["enrolled", "waiting"]
    with pytest.raises(SeatsTaken):
        change_seats(cycle, 2, actor=owner.user)
    cycle.refresh_from_db()
    assert (cycle.seats, cycle.taken) == (3, 3)


def test_the_team_changes_the_order_of_the_list_and_says_why(owner, cycle):
    EnrolmentFactory.create_batch(2, cycle=cycle)
    rows = [enrol(cycle, PatientFactory(), actor=owner.user, wait=True) for _ in range(3)]
    with pytest.raises(SaysNotWhy):
        move_in_queue(rows[2], 1, actor=owner.user, reason="  ")
    move_in_queue(rows[2], 1, actor=owner.user, reason="Vient de loin")
    assert list(Enrolment.objects.waiting()) == [rows[2], rows[0], rows[1]]
    move_in_queue(rows[2], 99, actor=owner.user, reason="S’est trompé")
    assert list(Enrolment.objects.waiting().values_list("pk", "queue")) == [
        (rows[0].pk, 1),
        (rows[1].pk, 2),
        (rows[2].pk, 3),
    ]
    assert list(
        AuditEvent.objects.filter(action="enrolment.moved_in_queue")
        .order_by("pk")
        .values_list("reason", flat=True)
    ) == ["Vient de loin", "S’est trompé"]


def test_the_counter_follows_whatever_is_written(cycle):
    """Also rows that are written without any action: deleted, moved to another cycle, changed in bulk."""
    other = WorkshopCycleFactory(workshop=cycle.workshop, start_at=FRIDAY + timedelta(days=7))
    rows = EnrolmentFactory.create_batch(2, cycle=cycle)
    counts = []

    def note():
        counts.append(tuple(type(cycle).objects.order_by("pk").values_list("taken", flat=True)))

    note()
    rows[0].cycle = other
    rows[0].save()
    note()
    rows[1].delete()
    note()
    Enrolment.objects.update(state=EnrolmentState.CANCELLED, cancelled_at=FRIDAY)
    note()
    assert counts == [(2, 0), (1, 1), (0, 1), (0, 0)]


def test_an_entry_of_the_calendar_says_nothing_but_when_and_where(owner, cycle):
    WorkshopSessionFactory(cycle=cycle, start_at=FRIDAY + timedelta(days=14))
    row = enrol(cycle, owner.patient, actor=owner.user)
    answer = owner.client.get(reverse("enrolment_ics", args=[row.reference]))
    text = answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert text.count("BEGIN:VEVENT") == 2
    assert text.count("SUMMARY:Atelier") == 2
    assert "dormir" not in text
