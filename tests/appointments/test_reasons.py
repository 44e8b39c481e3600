"""What a practitioner receives for."""

import pytest
from django.urls import reverse

from appointments.models import VisitReason
from core.audit.models import AuditEvent
from tests.factories.appointments import VisitReasonFactory

pytestmark = pytest.mark.django_db


def address(name, doctor, *args):
    return reverse(name, args=[doctor.practitioner.slug, *args])


@pytest.fixture
def typed(doctor):
    return {
        "name": "Certificat",
        "category": doctor.reason.category_id,
        "place_kind": "centre",
        "duration_minutes": "20",
        "buffer_minutes": "0",
        "grid_minutes": "20",
        "bookable_by": "everyone",
        "patient_scope": "all",
        "notice_minutes": "60",
        "horizon_days": "90",
        "cancel_limit_hours": "24",
        "colour": "teal",
        "position": "5",
        "is_active": "on",
        "instructions": "Apportez le formulaire.",
    }


def test_added_after_seeing_what_it_offers(doctor, typed):
    url = address("add_reason", doctor)
    checked = doctor.client.post(url, {**typed, "step": "check"})
    assert [number for _monday, number in checked.context["preview"].weeks] == [0, 6, 0, 0]
    assert doctor.client.post(url, {**typed, "step": "save"}).status_code == 302
    reason = VisitReason.objects.get(name="Certificat")
    assert (reason.practitioner, reason.notice_minutes, reason.colour) == (doctor.practitioner, 60, "teal")
    assert AuditEvent.objects.get(action="reason.add").actor == doctor.user


def test_changed_keeps_what_is_booked(doctor, typed, booked):
    url = address("edit_reason", doctor, doctor.reason.pk)
    response = doctor.client.post(
        url, {**typed, "name": "Consultation", "duration_minutes": "40", "step": "save"}
    )
    assert response.status_code == 302
    booked.refresh_from_db()
    assert (booked.reason.duration_minutes, (booked.end_at - booked.start_at).seconds) == (40, 1200)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": "Consultation"}, "Vous avez déjà un motif de ce nom."),
        ({"name": ""}, "À remplir."),
        ({"duration_minutes": "0"}, "5"),
        ({"duration_minutes": "99999999999999"}, "480"),
        ({"min_age": "60", "max_age": "50"}, "L’âge maximal ne peut pas être inférieur à l’âge minimal."),
        ({"min_age": "-1"}, "0"),
        ({"max_age": "99999"}, "32767"),
        ({"notice_minutes": "7"}, "7"),
        ({"category": "0"}, "Choisissez dans la liste"),
    ],
)
def test_what_cannot_be(doctor, typed, wrong, sentence):
    response = doctor.client.post(address("add_reason", doctor), {**typed, **wrong, "step": "save"})
    assert response.status_code == 422
    assert sentence in response.text
    assert "Apportez le formulaire." in response.text
    assert VisitReason.objects.count() == 1


def test_staff_only_reason_says_that_it_is_not_online(doctor, typed):
    checked = doctor.client.post(
        address("add_reason", doctor), {**typed, "bookable_by": "staff", "step": "check"}
    )
    assert "seule l’équipe le propose" in checked.text


def test_as_many_queries_for_one_as_for_thirty(
    doctor, django_assert_max_num_queries, django_assert_num_queries
):
    url = address("reasons", doctor)
    doctor.client.get(url)
    with django_assert_max_num_queries(15) as first:
        doctor.client.get(url)
    VisitReasonFactory.create_batch(29, practitioner=doctor.practitioner)
    with django_assert_num_queries(len(first)):
        assert len(doctor.client.get(url).context["reasons"]) == 30
