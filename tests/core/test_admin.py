"""/gestion/: every table opens, few can be written, and writing leaves a trace."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import Role
from appointments.models import Appointment, ReasonCategory
from core.admin import ReadOnlyAdmin
from core.audit.models import AuditEvent
from core.audit.record import record
from patients.models import Patient
from tests.cast import on_monday, sign_in
from tests.factories.accounts import with_role
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db

OURS = (
    *("core", "audit", "outbox", "accounts", "practitioners", "patients"),
    *("appointments", "coordination", "partnerships", "teleconsult"),
)
TABLES = sorted(
    (model for model in admin.site._registry if model._meta.app_label in OURS),
    key=lambda model: model._meta.label,
)


@pytest.fixture
def administrator(sunday):
    return sign_in(with_role(Role.ADMINISTRATOR, is_staff=True))


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_list_search_and_row(administrator, booked, model):
    record(None, "test", booked)
    assert administrator.get(address(model, "changelist")).status_code == 200
    if admin.site._registry[model].search_fields:
        assert administrator.get(address(model, "changelist"), {"q": "Lefebvre"}).status_code == 200
    row = model._default_manager.order_by("pk").first()
    if row is not None:
        assert administrator.get(address(model, "change", row.pk)).status_code == 200


@pytest.mark.parametrize(
    "model",
    [model for model in TABLES if isinstance(admin.site._registry[model], ReadOnlyAdmin)],
    ids=lambda model: model._meta.label,
)
def test_what_actions_make_is_only_looked_at(administrator, booked, model):
    assert administrator.get(address(model, "add")).status_code == 403
    row = model._default_manager.order_by("pk").first()
    if row is not None:
        assert administrator.post(address(model, "change", row.pk), {}).status_code == 403
        assert administrator.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_the_rows_that_people_depend_on_are_among_them():
    for model in (Appointment, Patient, AuditEvent):
        assert isinstance(admin.site._registry[model], ReadOnlyAdmin)


def test_looking_at_a_patient_leaves_a_line_for_him(administrator, owner):
    administrator.get(address(Patient, "change", owner.patient.pk))
    event = AuditEvent.objects.get(action="patient.opened")
    assert (event.patient_id, event.actor_id is not None) == (owner.patient.pk, True)
    for junk in ("x", "9" * 30, "0"):
        assert administrator.get(address(Patient, "change", junk)).status_code == 404


def test_changing_leaves_a_trace(administrator):
    category = VisitReasonFactory().category
    url = address(ReasonCategory, "change", category.pk)
    typed = {"profession": category.profession_id, "name": "Suivi", "slug": "suivi", "position": "3"}
    assert administrator.post(url, typed).status_code == 302
    event = AuditEvent.objects.get(action="admin.change")
    assert (event.subject_type, event.subject_id, event.detail) == (
        "appointments.reasoncategory",
        category.pk,
        {"fields": ["name", "position", "slug"]},
    )


@pytest.mark.parametrize("person", ["doctor", "owner"])
def test_not_for_others(request, person):
    client = request.getfixturevalue(person).client
    assert client.get(address(Appointment, "changelist"), follow=True).status_code == 404


def test_as_many_queries_for_one_as_for_thirty(
    administrator, django_assert_max_num_queries, django_assert_num_queries
):
    reason = VisitReasonFactory()

    def fill(number):
        for _ in range(number):
            AppointmentFactory(
                reason=VisitReasonFactory(practitioner=PractitionerFactory(), category=reason.category),
                start_at=on_monday(8),
            )

    url = address(Appointment, "changelist")
    fill(1)
    administrator.get(url)
    with django_assert_max_num_queries(12) as first:
        administrator.get(url)
    fill(29)
    with django_assert_num_queries(len(first)):
        administrator.get(url)
