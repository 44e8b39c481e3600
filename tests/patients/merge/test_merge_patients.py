"""Two records become one: nothing lost, nothing mixed up, nobody booked on a record that is gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps

from appointments.actions.book_at_desk import book_at_desk
from appointments.models import Appointment
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage, State
from patients import access
from patients.actions.forget_patient import forget_patient
from patients.actions.merge_patients import CannotMerge, TwoAccounts, merge_patients
from patients.actions.note_contact import RecordGone
from patients.actions.separate_patients import CannotSeparate, separate_patients
from patients.links import links
from patients.models import CareTeamMember, Patient, PatientMerge, SuspectedDuplicate
from patients.models.care_team import Reason
from patients.search import find_patients
from tests.cast import make_doctor, on_monday, sign_in
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.patients.merge.conftest import snapshot

pytestmark = pytest.mark.django_db
BORN = date(1980, 3, 14)


def test_the_links_are_all_the_foreign_keys_that_point_to_a_patient():
    """Asked the other way round, over every field of every table of the project."""
    own = {Patient, PatientMerge, SuspectedDuplicate}
    found = {
        (model._meta.label_lower, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Patient and model not in own
    }
    assert {(link.label, link.field) for link in links()} == found
    assert {("appointments.appointment", "patient"), ("patients.proxy", "patient")} <= found


def test_everything_moves_to_the_kept_record(pair, desk):
    kept, absorbed = pair
    doctor = make_doctor("Vandamme")
    visit = AppointmentFactory(reason=doctor.reason, patient=absorbed, start_at=on_monday(9))
    proxy = ProxyFactory(patient=absorbed)
    member = CareTeamMember.objects.create(
        patient=absorbed, practitioner=doctor.practitioner, reason=Reason.RECOGNISED
    )

    merge = merge_patients(kept, absorbed, actor=desk)

    for row in (visit, proxy, member):
        row.refresh_from_db()
        assert row.patient_id == kept.pk
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (str(kept.phone), kept.city, kept.birth_name) == ("+33612345678", "Estaires", "Lefèvre")
    assert absorbed.merged_into_id == kept.pk
    assert set(merge.moved.values_list("model", "field", "row")) == {
        ("appointments.appointment", "patient", visit.pk),
        ("patients.proxy", "patient", proxy.pk),
        ("patients.careteammember", "patient", member.pk),
    }
    lines = AuditEvent.objects.filter(action="patient.merged").order_by("patient_id")
    assert [(line.patient_id, line.detail["rows"]) for line in lines] == [
        (kept.pk, 3),
        (absorbed.pk, 3),
    ]


def test_the_absorbed_record_is_neither_found_nor_opened_nor_booked(pair, desk):
    kept, absorbed = pair
    doctor = make_doctor("Vandamme")
    stale = Patient.objects.get(pk=absorbed.pk)
    merge_patients(kept, absorbed, actor=desk)

    assert list(find_patients(desk, BORN, "lef")) == [kept]
    assert not access.visible_patients(desk).filter(pk=absorbed.pk).exists()
    with pytest.raises(RecordGone):
        book_at_desk(
            doctor.reason,
            on_monday(9),
            stale,
            actor=desk,
            place=doctor.practitioner.openings.get().place,
        )
    assert Appointment.objects.count() == 0


def test_the_old_address_leads_to_the_kept_record(pair, desk, teammate):
    kept, absorbed = pair
    third = PatientFactory(birth_name="Lefevre")
    merge_patients(kept, absorbed, actor=desk)
    merge_patients(third, kept, actor=desk)

    answer = sign_in(desk).get(f"/patients/{absorbed.pk}/")
    assert (answer.status_code, answer.url) == (302, f"/patients/{third.pk}/")
    assert teammate.client.get(f"/patients/{absorbed.pk}/").status_code == 404


def test_two_visits_at_the_same_time_are_refused_and_nothing_moves(pair, desk):
    kept, absorbed = pair
    here = AppointmentFactory(reason=make_doctor("Vandamme").reason, patient=kept, start_at=on_monday(9))
    there = AppointmentFactory(reason=make_doctor("Caron").reason, patient=absorbed, start_at=on_monday(9))
    before = snapshot()
    with pytest.raises(CannotMerge) as refused:
        merge_patients(kept, absorbed, actor=desk)
    assert "a déjà un rendez-vous à cette heure" in str(refused.value.sentence)
    assert there.reference in str(refused.value.sentence)
    assert here.reference not in str(refused.value.sentence)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("kept", "absorbed", "allowed"),
    [
        ({}, {}, True),
        ({"ins_number": "253072A07300443"}, {}, True),
        ({"ins_number": "253072A07300443"}, {"ins_number": "295109912611193"}, False),
        ({"ins_number": "253072A07300443"}, {"ins_number": "253072A07300443"}, True),
        ({}, {"identity_checked": True}, False),
        ({"identity_checked": True}, {}, True),
        ({}, {"deceased_on": date(2025, 1, 1)}, False),
    ],
)
def test_the_rules_of_identity(desk, kept, absorbed, allowed):
    pair = [PatientFactory(**fields, ins_retrieved="ins_number" in fields) for fields in (kept, absorbed)]
    if allowed:
        assert merge_patients(*pair, actor=desk).absorbed_id == pair[1].pk
    else:
        with pytest.raises(CannotMerge):
            merge_patients(*pair, actor=desk)


def test_a_record_is_merged_once_and_not_with_itself(pair, desk):
    kept, absorbed = pair
    with pytest.raises(CannotMerge):
        merge_patients(kept, kept, actor=desk)
    merge_patients(kept, absorbed, actor=desk)
    with pytest.raises(CannotMerge):
        merge_patients(kept, absorbed, actor=desk)


def test_two_own_accounts_need_a_decision_and_come_back(pair, desk):
    kept, absorbed = pair
    stays = ProxyFactory(patient=kept)
    closed = ProxyFactory(patient=absorbed)
    before = snapshot()
    with pytest.raises(TwoAccounts):
        merge_patients(kept, absorbed, actor=desk)
    assert snapshot() == before

    merge = merge_patients(kept, absorbed, actor=desk, close_account=True)
    assert access.self_of(stays.user) == kept
    assert access.self_of(closed.user) is None
    separate_patients(merge, actor=desk)
    assert access.self_of(closed.user) == absorbed
    assert snapshot() == before


def test_what_the_kept_record_has_already_stays_behind(pair, desk, doctor):
    kept, absorbed = pair
    members = [
        CareTeamMember.objects.create(patient=one, practitioner=doctor.practitioner, reason=Reason.RECOGNISED)
        for one in pair
    ]
    merge = merge_patients(kept, absorbed, actor=desk)
    assert list(CareTeamMember.objects.filter(patient=kept)) == [members[0]]
    assert merge.moved.count() == 0
    separate_patients(merge, actor=desk)
    assert [member.patient for member in CareTeamMember.objects.order_by("pk")] == [kept, absorbed]


def test_reminders_follow_the_visit(pair, desk, doctor):
    """Who acts for the kept record is reminded of the visits that came with the other."""
    kept, absorbed = pair
    account = ProxyFactory(patient=kept).user
    visit = AppointmentFactory(
        reason=doctor.reason, patient=absorbed, start_at=on_monday(9) + timedelta(days=7)
    )
    merge_patients(kept, absorbed, actor=desk)
    waiting = OutboxMessage.objects.waiting_for(visit).filter(kind__contains="reminder")
    assert set(waiting.values_list("recipient", flat=True)) <= {account.pk}
    assert not OutboxMessage.objects.filter(state=State.DUE).exclude(recipient=account).exists()


def test_forgetting_the_kept_record_forgets_what_it_absorbed(pair, desk):
    kept, absorbed = pair
    merge = merge_patients(kept, absorbed, actor=desk)
    forget_patient(kept, actor=desk, keep_care=False)
    absorbed.refresh_from_db()
    assert (absorbed.birth_name, str(absorbed.phone), absorbed.city) == ("effacé", "", "")
    with pytest.raises(CannotSeparate):
        separate_patients(merge, actor=desk)


def test_the_person_reads_who_opened_both_records(pair, desk):
    kept, absorbed = pair
    for one in pair:
        access.get_patient_for_desk(desk, one.pk)
    merge_patients(kept, absorbed, actor=desk)
    assert {line.patient_id for line in access.openings_of([kept.pk])} == {kept.pk, absorbed.pk}
