"""Missed visits: what counts, whom it holds back and where, who lifts it; the team is never bound."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from accounts.models import Role
from appointments import no_shows
from appointments.actions.book import NotEligible, book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.hold import hold
from appointments.models import Appointment, NoShowRule, NoShowWaiver, Status
from appointments.models.no_show import months
from core.audit.models import AuditEvent
from patients.models import Patient
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory
from tests.factories.practitioners import CentreFactory

pytestmark = pytest.mark.django_db
SUNDAY = date(2026, 11, 22)


@pytest.fixture
def rule(sunday, doctor):
    centre = CentreFactory()
    centre.phone = "+33321000000"
    centre.save()
    return NoShowRule.objects.create(centre=centre, since=SUNDAY - timedelta(days=30), most=3)


def miss(doctor, patient, *days: int, status: Status = Status.NO_SHOW) -> None:
    for day in days:
        AppointmentFactory(
            reason=doctor.reason,
            patient=patient,
            start_at=on_monday(9) - timedelta(days=day),
            status=status,
            cancelled_at=on_monday(8) - timedelta(days=day) if status == Status.CANCELLED else None,
        )


def staff(role: Role):
    user = with_role(role)
    return user, sign_in(user)


@pytest.mark.parametrize(
    ("missed", "excused", "is_paused"),
    [
        ((7, 14), (), False),
        ((7, 14, 21), (), True),
        ((7, 14, 21, 28), (), True),
        ((7, 14, 400), (), False),  # one is more than a year ago
        ((7, 14), (21, 28), False),  # excused ones are cancellations
    ],
)
def test_what_counts(owner, doctor, rule, missed, excused, is_paused):
    miss(doctor, owner.patient, *missed)
    miss(doctor, owner.patient, *excused, status=Status.CANCELLED)
    found = no_shows.pause_of(owner.patient, on_monday(8))
    assert found == (no_shows.Pause(owner.patient, len(missed), 12) if is_paused else None)
    assert [one.patient for one in no_shows.everybody_paused(on_monday(8))] == [owner.patient] * is_paused


def test_the_latest_rule_counts_and_may_be_switched_off(owner, doctor, rule):
    miss(doctor, owner.patient, 7, 14)
    now = on_monday(8)
    assert no_shows.pause_of(owner.patient, now) is None
    stricter = NoShowRule.objects.create(centre=rule.centre, since=SUNDAY, most=2, period=months(6))
    NoShowRule.objects.create(centre=rule.centre, since=SUNDAY + timedelta(days=9), most=9)
    assert no_shows.pause_of(owner.patient, now) == no_shows.Pause(owner.patient, 2, 6)
    NoShowRule.objects.filter(pk=stricter.pk).update(is_enabled=False)
    assert no_shows.pause_of(owner.patient, now) is None
    assert no_shows.everybody_paused(now) == []
    NoShowRule.objects.all().delete()
    assert no_shows.pause_of(owner.patient, now) is None


def test_online_booking_says_so_kindly_and_the_child_may_still_come(owner, doctor, rule):
    miss(doctor, owner.patient, 7, 14, 21)
    held = hold(doctor.reason, on_monday(9), holder="jeanne")
    with pytest.raises(NotEligible) as refusal:
        book(held, holder="jeanne", patient=owner.patient, actor=owner.user)
    assert str(refusal.value.sentence).replace("\u00a0", " ") == (
        "Jeanne Lefebvre a manqué 3 rendez-vous en 12 mois sans prévenir. Pour le prochain, appelez le"
        " 03 21 00 00 00 : le secrétariat le prend avec vous."
    )
    assert book(held, holder="jeanne", patient=owner.child, actor=owner.user).status == Status.BOOKED


def test_the_booking_page_and_the_own_space_say_why(owner, doctor, rule):
    miss(doctor, owner.patient, 7, 14, 21)
    owner.client.post(reverse("hold_slot"), {"slot": f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}"})
    held = Appointment.objects.get(status=Status.HELD)
    page = owner.client.get(reverse("booking", args=[held.reference]))
    refusals = {person.patient.pk: person.refusal for person in page.context["form"].people}
    assert "a manqué 3 rendez-vous" in refusals[owner.patient.pk]
    assert refusals[owner.child.pk] is None
    answer = owner.client.post(reverse("booking", args=[held.reference]), {"whom": owner.patient.pk})
    assert answer.status_code == 422
    assert Appointment.objects.filter(status=Status.BOOKED).count() == 0
    assert "a manqué 3 rendez-vous" in owner.client.get(reverse("my_space")).content.decode()


def test_the_booking_page_asks_no_more_of_the_database(owner, doctor, rule, django_assert_max_num_queries):
    Patient.objects.filter(pk=owner.child.pk).delete()
    owner.client.post(reverse("hold_slot"), {"slot": f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}"})
    page = reverse("booking", args=[Appointment.objects.get(status=Status.HELD).reference])
    owner.client.get(page)  # the process learns the house
    with django_assert_max_num_queries(6):
        owner.client.get(page)


def test_the_team_books_all_the_same(owner, doctor, rule, booked):
    miss(doctor, owner.patient, 7, 14, 21)
    visit = book_at_desk(
        doctor.reason, on_monday(9, 40), owner.patient, actor=doctor.user, place=booked.place
    )
    assert visit.status == Status.BOOKED


def test_lifted_by_the_desk_until_a_day(owner, doctor, rule):
    miss(doctor, owner.patient, 7, 14, 21)
    desk, client = staff(Role.SECRETARY)
    address = reverse("waive_no_shows", args=[owner.patient.pk])
    record = client.get(reverse("patient_record", args=[owner.patient.pk])).content.decode()
    assert address in record
    assert client.post(address, {"until": "2027-02-01", "reason": ""}).status_code == 422
    assert client.post(address, {"until": "2029-02-01", "reason": "A rappelé"}).status_code == 422
    answer = client.post(address, {"until": "2027-02-01", "reason": "A rappelé"})
    assert (answer.status_code, answer.url) == (302, reverse("patient_record", args=[owner.patient.pk]))
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Jeanne Lefebvre peut de nouveau réserver en ligne."
    ]
    waiver = NoShowWaiver.objects.get()
    assert (waiver.patient, waiver.since, waiver.until, waiver.reason, waiver.granted_by) == (
        owner.patient,
        SUNDAY,
        date(2027, 2, 1),
        "A rappelé",
        desk,
    )
    line = AuditEvent.objects.get(action="no_show.waived")
    assert (line.actor_id, line.patient_id, line.reason, line.detail) == (
        desk.pk,
        owner.patient.pk,
        "A rappelé",
        {"until": "2027-02-01"},
    )
    assert no_shows.pause_of(owner.patient, on_monday(8)) is None
    assert no_shows.pause_of(owner.patient, on_monday(8) + timedelta(days=71)) is not None
    assert no_shows.everybody_paused(on_monday(8)) == []


def test_who_sets_the_rule_and_who_reads_it(owner, doctor, rule):
    address = reverse("no_show_rule")
    data = {"is_enabled": "on", "most": "2", "months": "6"}
    _secretary, at_desk = staff(Role.SECRETARY)
    coordinator, coordinating = staff(Role.COORDINATOR)
    for client in (owner.client, doctor.client):
        assert client.get(address).status_code == 404
        assert client.post(address, data).status_code == 404
        assert client.get(reverse("waive_no_shows", args=[owner.patient.pk])).status_code == 404
    assert "À partir de 3 absences" in at_desk.get(address).content.decode()
    assert at_desk.post(address, data).status_code == 404
    for wrong in ({"most": "0"}, {"most": "x"}, {"months": "5"}):
        assert coordinating.post(address, data | wrong).status_code == 422
    assert NoShowRule.objects.get() == rule
    for most in ("5", "2"):
        assert coordinating.post(address, data | {"most": most}).status_code == 302
    rows = NoShowRule.objects.order_by("since").values_list("since", "most", "period", "is_enabled")
    assert list(rows) == [(rule.since, 3, timedelta(days=365), True), (SUNDAY, 2, months(6), True)]
    assert AuditEvent.objects.filter(action="no_show_rule.set", actor_id=coordinator.pk).count() == 2


def test_the_list_asks_the_same_for_one_and_for_thirty(doctor, rule, django_assert_max_num_queries):
    _user, client = staff(Role.COORDINATOR)
    client.get(reverse("no_show_rule"))
    counts = []
    for people in (1, 30):
        for _ in range(people):
            first = AppointmentFactory(
                reason=doctor.reason,
                status=Status.NO_SHOW,
                is_overbooked=True,
                start_at=on_monday(9) - timedelta(days=7),
            )
            for day in (14, 21):
                AppointmentFactory(
                    reason=doctor.reason,
                    patient=first.patient,
                    status=Status.NO_SHOW,
                    is_overbooked=True,
                    start_at=on_monday(9) - timedelta(days=day),
                )
        with django_assert_max_num_queries(15) as found:
            page = client.get(reverse("no_show_rule"))
        counts.append((len(found), len(page.context["paused"])))
    assert counts == [(counts[0][0], 1), (counts[0][0], 31)]
