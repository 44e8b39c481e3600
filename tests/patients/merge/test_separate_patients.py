"""What was merged becomes two again, each with exactly what it had."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments.models import Appointment, Status
from core.audit.models import AuditEvent
from patients.actions.merge_patients import CannotMerge, merge_patients
from patients.actions.separate_patients import CannotSeparate, separate_patients
from patients.models import CareTeamMember, MovedRow, Patient
from patients.models.care_team import Reason
from patients.models.proxy import Relation
from tests.cast import make_doctor, on_monday
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.patients.merge.conftest import snapshot

pytestmark = pytest.mark.django_db


def test_separating_gives_back_exactly_what_moved(pair, desk, doctor):
    kept, absorbed = pair
    moved = AppointmentFactory(reason=doctor.reason, patient=absorbed, start_at=on_monday(9))
    merge = merge_patients(kept, absorbed, actor=desk)
    since = AppointmentFactory(reason=doctor.reason, patient=kept, start_at=on_monday(9, 20))
    Patient.objects.filter(pk=kept.pk).update(phone="+33699999999")

    separate_patients(merge, actor=desk)
    separate_patients(merge, actor=desk)

    assert {row.pk: row.patient_id for row in Appointment.objects.all()} == {
        moved.pk: absorbed.pk,
        since.pk: kept.pk,
    }
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (str(kept.phone), kept.city) == ("+33699999999", "")
    assert (absorbed.merged_into_id, str(absorbed.phone), absorbed.city) == (None, "+33612345678", "Estaires")
    assert AuditEvent.objects.filter(action="patient.separated").count() == 2


def test_a_chain_is_taken_apart_from_its_end(pair, desk):
    kept, absorbed = pair
    third = PatientFactory()
    first = merge_patients(kept, absorbed, actor=desk)
    second = merge_patients(third, kept, actor=desk)
    with pytest.raises(CannotSeparate):
        separate_patients(first, actor=desk)
    separate_patients(second, actor=desk)
    separate_patients(first, actor=desk)
    assert not Patient.objects.exclude(merged_into=None).exists()


def _if_possible(make, **fields) -> None:
    """What the tables refuse is no state of the house."""
    with suppress(IntegrityError), transaction.atomic():
        make(**fields)


@settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    visits=st.lists(
        st.tuples(st.integers(0, 1), st.booleans(), st.integers(0, 2), st.integers(8, 9)), max_size=5
    ),
    members=st.lists(st.tuples(st.integers(0, 1), st.sampled_from(list(Reason))), max_size=4),
    proxies=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(list(Relation)), st.integers(0, 1)), max_size=4
    ),
)
def test_separating_undoes_merging(desk, visits, members, proxies):
    """Whatever hangs on the two records: refused and unchanged, or merged and the same again afterwards."""
    with transaction.atomic():
        doctors = [make_doctor(name) for name in ("Vandamme", "Caron", "Deroo")]
        pair = PatientFactory(phone="+33612345678"), PatientFactory(city="Estaires")
        users = UserFactory(), UserFactory()
        for side, cancelled, who, hour in visits:
            state = {"status": Status.CANCELLED, "cancelled_at": on_monday(7)} if cancelled else {}
            at = {"reason": doctors[who].reason, "start_at": on_monday(hour)}
            _if_possible(AppointmentFactory, patient=pair[side], **at, **state)
        for side, reason in members:
            who = doctors[0].practitioner
            _if_possible(CareTeamMember.objects.create, patient=pair[side], practitioner=who, reason=reason)
        for side, relation, who in proxies:
            _if_possible(ProxyFactory, patient=pair[side], relation=relation, user=users[who])
        before = snapshot()
        try:
            merge = merge_patients(*pair, actor=desk, close_account=True)
        except CannotMerge:
            assert snapshot() == before
        else:
            assert not Appointment.objects.filter(patient=pair[1]).exists()
            separate_patients(merge, actor=desk)
            assert snapshot() == before
        transaction.set_rollback(True)


def test_moved_rows_name_their_table(pair, desk):
    """Each line of the memory leads to a row: a renamed model would break an old merge silently."""
    kept, absorbed = pair
    ProxyFactory(patient=absorbed)
    merge_patients(kept, absorbed, actor=desk)
    for row in MovedRow.objects.all():
        field = apps.get_model(row.model)._meta.get_field(row.field)
        assert isinstance(field, models.ForeignKey)
