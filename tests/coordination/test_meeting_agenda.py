"""What is put to the team, who reads it, what the patient and outsiders may."""

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coordination.actions.agenda import (
    AlreadyOnAgenda,
    NobodyFromOutside,
    PatientOpposes,
    accept_item,
    add_item,
    note_item_consent,
    oppose_item,
    shift_item,
    withdraw_item,
    withdraw_item_consent,
)
from coordination.actions.plan_meeting import plan_meetings
from coordination.meeting_access import Eyes, reader_of
from coordination.models import EntryOpposition, ItemConsent, MeetingItem
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from patients.models import CareTeamMember, Consent
from patients.models.care_team import Reason
from patients.models.consent import Means
from tests.cast import make_doctor
from tests.coordination.meeting_cast import END, NOON, lay_table, make_outsider, plan_of
from tests.factories.meetings import MeetingItemFactory
from tests.factories.patients import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def table(doctor, teammate):
    return lay_table(doctor, teammate, make_outsider("Psy"))


def join(patient, practitioner):
    CareTeamMember.objects.create(patient=patient, practitioner=practitioner, reason=Reason.REFERRAL)


def agenda_of(who, meeting) -> list[tuple[str, bool]]:
    return [(line.name, line.may_read) for line in Eyes(reader_of(who.user), meeting).agenda()]


def test_from_the_patients_page_to_the_next_meeting(table, owner, doctor, teammate):
    join(owner.patient, doctor.practitioner)
    url = reverse("propose_patient", args=[owner.patient.pk])
    assert doctor.client.get(url).status_code == 200
    data = {"question": "Chutes répétées : que faire ?", "minutes": 15, "documents": "Bilan du 12"}
    answer = doctor.client.post(url, data | {"wanted": [teammate.practitioner.pk]})
    assert answer["Location"] == reverse("meeting", args=[table.meeting.pk])
    item = MeetingItem.objects.get()
    assert (item.meeting, item.patient, item.minutes, item.position) == (table.meeting, owner.patient, 15, 1)
    assert list(item.wanted.all()) == [teammate.practitioner]
    told = OutboxMessage.objects.get(kind="meetings.patient_informed")
    assert (told.recipient, told.address) == (owner.user, owner.user.email)
    assert teammate.client.get(url).status_code == 404
    again = doctor.client.post(url, data)
    assert again.status_code == 422
    assert "Chutes répétées" in again.content.decode()


def test_without_a_date_it_waits_for_one(owner, doctor):
    item = add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)
    assert (item.meeting, item.informed_at) == (None, None)
    [meeting] = plan_meetings(plan_of(doctor.practitioner, []), [(NOON, END)], actor=doctor.user)
    item.refresh_from_db()
    assert (item.meeting, item.informed_at) == (meeting, clock.now())


def test_once_is_enough(table, owner, doctor):
    add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)
    with pytest.raises(AlreadyOnAgenda):
        add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)


def test_who_opposed_the_whole_house_is_not_discussed(table, owner, doctor):
    Consent.objects.create(
        patient=owner.patient, practitioner=None, decision="opposes", means="online", recorded_by=owner.user
    )
    with pytest.raises(PatientOpposes):
        add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)


def test_names_are_for_who_cares_who_is_asked_and_the_chair(table, owner, doctor, teammate):
    item = add_item(teammate.user, kind="rcp", question="?", patient=owner.patient)
    bystander = make_doctor("Autre")
    name = owner.patient.display_name
    assert agenda_of(doctor, table.meeting) == [(name, True)]  # presides
    assert agenda_of(teammate, table.meeting) == [(name, True)]  # asked
    assert agenda_of(bystander, table.meeting) == [("", False)]
    assert agenda_of(table.visitor, table.meeting) == []
    item.wanted.add(bystander.practitioner)
    assert agenda_of(bystander, table.meeting) == [(name, True)]
    Consent.objects.create(
        patient=owner.patient,
        practitioner=bystander.practitioner,
        decision="opposes",
        means="online",
        recorded_by=owner.user,
    )
    assert agenda_of(bystander, table.meeting) == [("", False)]
    EntryOpposition.objects.create(
        patient=owner.patient, kind="meeting", entry=item.pk, opposed_by=owner.user
    )
    assert agenda_of(doctor, table.meeting) == [("", False)]


def test_reading_leaves_a_line_and_strangers_find_nothing(table, owner, outsider, doctor):
    item = add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)
    url = reverse("meeting_item", args=[item.pk])
    assert doctor.client.get(url).status_code == 200
    line = AuditEvent.objects.filter(action="patient.opened", patient_id=owner.patient.pk).get()
    assert (line.actor_id, line.reason) == (doctor.user.pk, "réunion de concertation")
    for client in (make_doctor("Autre").client, table.visitor.client, owner.client, outsider.client):
        assert client.get(url).status_code == 404


def test_somebody_from_outside_sees_what_the_patient_agreed_to(table, owner, doctor):
    item = add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)
    other = add_item(doctor.user, kind="rcp", question="?", patient=PatientFactory(birth_name="Secret"))
    who = table.visitor
    url = reverse("note_item_consent", args=[item.pk, who.practitioner.pk])
    assert doctor.client.post(url, {"means": "oral"}).status_code == 302
    consent = ItemConsent.objects.get()
    assert (consent.item, consent.practitioner, consent.means) == (item, who.practitioner, "oral")
    assert agenda_of(who, table.meeting) == [(owner.patient.display_name, True)]
    assert who.client.get(reverse("meeting_item", args=[item.pk])).status_code == 200
    assert who.client.get(reverse("meeting_item", args=[other.pk])).status_code == 404
    page = who.client.get(reverse("meeting", args=[table.meeting.pk])).content.decode()
    assert "Secret" not in page
    assert who.client.get(reverse("edit_item", args=[item.pk])).status_code == 404
    doctor.client.post(url, {"step": "withdraw"})
    assert agenda_of(who, table.meeting) == []


def test_a_consent_is_for_somebody_from_outside_who_is_invited(table, owner, doctor, teammate):
    item = add_item(doctor.user, kind="rcp", question="?", patient=owner.patient)
    for nobody in (teammate.practitioner, make_outsider("Loin").practitioner):
        with pytest.raises(NobodyFromOutside):
            note_item_consent(item, nobody, means=Means.ORAL, actor=doctor.user)


def test_the_patient_says_no_and_yes_again(table, owner, outsider, doctor):
    item = add_item(doctor.user, kind="rcp", question="Confidentiel", patient=owner.patient)
    page = owner.client.get(reverse("my_meetings")).content.decode()
    assert "Mardi 1er" in page
    assert "Confidentiel" not in page
    url = reverse("oppose_meeting", args=[item.pk])
    assert outsider.client.post(url).status_code == 404
    assert owner.client.post(url, {"step": "oppose"}).status_code == 302
    item.refresh_from_db()
    assert (item.state, item.opposed_by) == ("blocked", owner.user)
    shown = doctor.client.get(reverse("meeting", args=[table.meeting.pk])).content.decode()
    assert "La personne s’y oppose" in shown
    owner.client.post(url, {"step": "accept"})
    item.refresh_from_db()
    assert (item.state, item.opposed_at) == ("waiting", None)


def test_the_order_is_the_chairs(table, doctor, teammate):
    items = [add_item(doctor.user, kind="rcp", question=str(number)) for number in range(3)]
    shift_item(items[2], up=True, actor=doctor.user)
    shift_item(items[0], up=True, actor=doctor.user)
    order = MeetingItem.objects.order_by("position").values_list("question", flat=True)
    assert list(order) == ["0", "2", "1"]
    answer = teammate.client.post(reverse("arrange_item", args=[items[0].pk]), {"step": "down"})
    assert answer.status_code == 404
    for _again in range(2):
        withdraw_item(items[0], actor=doctor.user)
    assert len(agenda_of(doctor, table.meeting)) == 2


def test_the_agenda_costs_the_same_at_1_and_30(table, doctor, django_assert_num_queries):
    url = reverse("meeting", args=[table.meeting.pk])

    def fill(number: int) -> None:
        for _one in range(number):
            item = MeetingItemFactory(
                meeting=table.meeting, patient=PatientFactory(), proposed_by=doctor.user
            )
            item.wanted.add(table.mate.practitioner)

    fill(1)
    doctor.client.get(url)
    with django_assert_num_queries(14) as before:
        doctor.client.get(url)
    fill(29)
    with django_assert_num_queries(len(before.captured_queries)):
        assert doctor.client.get(url).status_code == 200


STEPS = ("consent", "withdraw", "oppose", "accept", "refuse_person", "take_off")


class OutsiderTest(TestCase):
    """Whatever happens in whatever order: no line without an agreement that stands, and never against a no."""

    @settings(max_examples=12)
    @given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(STEPS)), max_size=9))
    def test_an_outsider_never_sees_an_item_without_consent(self, story):
        chair, mate, visitor = make_doctor("Vandamme"), make_doctor("Caron"), make_outsider("Psy")
        table = lay_table(chair, mate, visitor)
        patients = [PatientFactory(), PatientFactory()]
        items = [add_item(chair.user, kind="rcp", question="?", patient=one) for one in patients]
        agreed, refused, gone = [False, False], [False, False], [False, False]
        blocked, seen = [False, False], set[int]()
        for number, step in story:
            item = MeetingItem.objects.get(pk=items[number].pk)
            if step == "consent":
                note_item_consent(item, visitor.practitioner, means=Means.ORAL, actor=chair.user)
                agreed[number] = True
            elif step == "withdraw":
                withdraw_item_consent(item, visitor.practitioner, actor=chair.user)
                agreed[number] = False
            elif step == "oppose" and not gone[number]:
                oppose_item(item, actor=chair.user)
                blocked[number] = True
            elif step == "accept" and not gone[number]:
                accept_item(item, actor=chair.user)
                blocked[number] = False
            elif step == "refuse_person" and not refused[number]:
                Consent.objects.create(
                    patient=patients[number],
                    practitioner=visitor.practitioner,
                    decision="opposes",
                    means="oral",
                    recorded_by=chair.user,
                )
                refused[number] = True
            elif step == "take_off":
                withdraw_item(item, actor=chair.user)
                gone[number] = True
            seen = {line.item.pk for line in Eyes(reader_of(visitor.user), table.meeting).agenda()}
            expected = {
                items[n].pk
                for n in range(2)
                if agreed[n] and not refused[n] and not gone[n] and not blocked[n]
            }
            assert seen == expected
        page = visitor.client.get(reverse("meeting", args=[table.meeting.pk])).content.decode()
        for item in items:
            assert (reverse("meeting_item", args=[item.pk]) in page) == (item.pk in seen)
