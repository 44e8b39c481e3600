"""The timeline: what happened, newest first, page by page; what each may read of it; always as many queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.models import AppointmentSeries, Status
from coordination.timeline_page import Place, Wanted, authors_of, page_of
from core import clock
from tests.cast import on_monday, sign_in
from tests.coordination.timeline.conftest import one_of_each_other_kind, reader, visits
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.medical_facts import AllergyFactory
from tests.factories.practitioners import InternshipFactory


def test_as_many_queries_at_ten_and_at_two_thousand(owner, doctor, teammate, desk):
    """The record's page, for a doctor, for who learns with him and for the desk: never more than 15."""
    url = reverse("patient_record", args=[owner.patient.pk])
    one_of_each_other_kind(doctor, owner.patient)
    AppointmentFactory(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    AllergyFactory(patient=owner.patient)
    visits(doctor, owner.patient, 6)
    stay = InternshipFactory(intern__user=RoleAssignmentFactory(role=Role.INTERN).user)
    stay.supervisors.set([doctor.practitioner])
    clients = [doctor.client, sign_in(stay.intern.user), sign_in(desk)]
    few = [queries_of(client, url) for client in clients]
    visits(doctor, owner.patient, 1990, after=6)
    assert [queries_of(client, url) for client in clients] == few
    assert few == [14, 15, 12]


def queries_of(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_every_entry_once_newest_first(owner, doctor):
    """Keyset pagination, also where many happened at the same instant."""
    one_of_each_other_kind(doctor, owner.patient)
    visits(doctor, owner.patient, 20)
    AppointmentSeries.objects.bulk_create(
        AppointmentSeries(
            patient=owner.patient,
            practitioner=doctor.practitioner,
            reason=doctor.reason,
            prescribed=number + 1,
            first_day=clock.today(),
            weekdays=[0],
            created_at=on_monday(9) - timedelta(days=5),  # the same instant as a visit
        )
        for number in range(9)
    )
    whole = page_of(owner.patient, reader(doctor), Wanted(), size=100)
    assert (len(whole.lines), whole.older) == (33, None)
    places = [(line.entry.at, line.entry.kind, line.entry.pk) for line in whole.lines]
    assert places == sorted(places, reverse=True)
    for size in (1, 4, 7):
        found, before = [], None
        while True:
            page = page_of(owner.patient, reader(doctor), Wanted(before=before), size=size)
            found += page.lines
            if page.older is None:
                break
            before = Place.read(str(page.older))
        assert [(line.entry.at, line.entry.kind, line.entry.pk) for line in found] == places


@pytest.mark.parametrize(
    "text", ["", "x", "1.2", "1.appointment.x", "9" * 40 + ".a.1", "١.a.2", "-1.a.1", "1.a.1.2"]
)
def test_a_place_that_is_none_is_the_beginning(text):
    assert Place.read(text) is None


def test_filters_narrow_and_stay_in_the_address(owner, doctor, teammate):
    one_of_each_other_kind(doctor, owner.patient)
    mine = visits(doctor, owner.patient, 3)
    other = AppointmentFactory(
        reason=VisitReasonFactory(practitioner=teammate.practitioner, name="Bilan d’équilibre"),
        patient=owner.patient,
        start_at=on_monday(15) - timedelta(days=30),
        status=Status.NO_SHOW,
    )
    url = reverse("patient_record", args=[owner.patient.pk])

    def shown(**asked: object) -> list[tuple[str, int]]:
        lines = doctor.client.get(url, asked).context["page"].lines
        return [(line.entry.kind, line.entry.pk) for line in lines]

    visit = [("appointment", row.pk) for row in mine]
    assert shown(nature="appointment") == [*visit, ("appointment", other.pk)]
    assert shown(auteur=teammate.practitioner.pk) == [("appointment", other.pk)]
    assert shown(mots="EQUILIBRE") == [
        ("workshop", owner.patient.enrolments.get().pk),
        ("appointment", other.pk),
    ]
    assert [kind for kind, _ in shown(mots="ateliers")] == ["workshop"]
    day = (on_monday(9) - timedelta(days=3)).date()
    assert shown(du=day, au=day) == [visit[1]]
    assert shown(au=day - timedelta(days=5)) == [("appointment", other.pk)]
    assert len(shown(nature="nichts", auteur="999999", du="hier", au="31/02")) == 8
    page = doctor.client.get(url, {"mots": "équilibre", "nature": "appointment"}).text
    assert 'value="équilibre"' in page
    assert [one.pk for one in authors_of(owner.patient, reader(doctor))] == sorted(
        [doctor.practitioner.pk, teammate.practitioner.pk],
        key=lambda key: {doctor.practitioner.pk: "Vandamme", teammate.practitioner.pk: "Caron"}[key],
    )


def test_the_desk_reads_who_when_where(owner, doctor, desk):
    """Neither the reason of an emergency nor a sensitive reason, which no word finds either."""
    secret = VisitReasonFactory(practitioner=doctor.practitioner, name="Addictologie", is_sensitive=True)
    AppointmentFactory(
        reason=secret,
        patient=owner.patient,
        start_at=on_monday(9) - timedelta(days=3),
        status=Status.FULFILLED,
    )
    one_of_each_other_kind(doctor, owner.patient)
    client, url = sign_in(desk), reverse("patient_record", args=[owner.patient.pk])
    page = client.get(url)
    assert {line.entry.kind for line in page.context["page"].lines} == {
        "appointment",
        "consent",
        "series",
        "workshop",
    }
    assert [word for word in ("Addictologie", "Malaise") if word in page.text] == []
    assert "Motif réservé" in page.text
    assert client.get(url, {"mots": "addicto"}).context["page"].lines == []
    assert len(doctor.client.get(url, {"mots": "addicto"}).context["page"].lines) == 1
