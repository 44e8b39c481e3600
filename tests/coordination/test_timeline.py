"""The timeline: what happened, newest first, page by page; what each may read of it; always as many queries."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.models import Appointment, AppointmentSeries, EnrolmentState, Status
from coordination.access import Reader
from coordination.timeline_page import Page, Place, Wanted, authors_of, page_of
from core import clock
from core.audit.models import AuditEvent
from patients.actions.break_glass import break_glass
from patients.models import Consent, Patient
from patients.models.consent import Decision, Means
from tests.cast import Doctor, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import (
    AppointmentFactory,
    EnrolmentFactory,
    VisitReasonFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
)
from tests.factories.medical_facts import AllergyFactory
from tests.factories.opposition import EntryOppositionFactory
from tests.factories.practitioners import InternshipFactory


@pytest.fixture
def desk(db, sunday):
    return RoleAssignmentFactory(role=Role.SECRETARY).user


def visits(doctor: Doctor, patient: Patient, number: int, after: int = 0) -> list[Appointment]:
    """One a day at nine, yesterday first."""
    rows = [
        AppointmentFactory.build(
            reason=doctor.reason,
            patient=patient,
            place=doctor.practitioner.openings.get().place,
            start_at=on_monday(9) - timedelta(days=after + day + 2),
            status=Status.FULFILLED,
            booked_at=clock.now(),
        )
        for day in range(number)
    ]
    return Appointment.objects.bulk_create(rows)


def one_of_each_other_kind(doctor: Doctor, patient: Patient) -> None:
    ago = clock.now() - timedelta(hours=5)
    workshop = WorkshopFactory(animators=[doctor.practitioner], title="Équilibre")
    EnrolmentFactory(
        cycle=WorkshopCycleFactory(workshop=workshop, start_at=ago),
        patient=patient,
        state=EnrolmentState.ENROLLED,
    )
    AppointmentSeries.objects.create(
        patient=patient,
        practitioner=doctor.practitioner,
        reason=doctor.reason,
        prescribed=10,
        prescriber="Dr Caron",
        first_day=clock.today(),
        weekdays=[0],
        created_at=ago,
    )
    Consent.objects.create(
        patient=patient,
        practitioner=doctor.practitioner,
        decision=Decision.INFORMED,
        means=Means.ORAL,
        recorded_by=doctor.user,
    )
    break_glass(patient, doctor.practitioner, justification="Malaise dans la salle.", actor=doctor.user)


def reader(doctor: Doctor) -> Reader:
    return Reader(doctor.user, doctor.practitioner)


def keys(page: Page) -> list[int]:
    return [line.entry.pk for line in page.lines]


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


class TestOpposition:
    def closed(self, entry: Appointment, whom: Doctor | None = None) -> None:
        EntryOppositionFactory(
            patient=entry.patient,
            entry=entry.pk,
            practitioner=whom.practitioner if whom else None,
            author=entry.practitioner,
        )

    @pytest.fixture
    def entries(self, owner, doctor, teammate) -> list[Appointment]:
        """Two of the doctor's, none of the teammate's, who takes part by a visit to come."""
        AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=on_monday(9, 40))
        return visits(doctor, owner.patient, 2)

    def test_closed_to_one(self, owner, doctor, teammate, entries):
        self.closed(entries[0], teammate)
        assert keys(page_of(owner.patient, reader(teammate), Wanted())) == [entries[1].pk]
        assert keys(page_of(owner.patient, reader(doctor), Wanted())) == [one.pk for one in entries]

    def test_closed_to_all_but_the_author(self, owner, doctor, teammate, entries, desk):
        self.closed(entries[0])
        assert keys(page_of(owner.patient, reader(teammate), Wanted())) == [entries[1].pk]
        assert keys(page_of(owner.patient, Reader(desk, None), Wanted())) == [entries[1].pk]
        assert keys(page_of(owner.patient, reader(doctor), Wanted())) == [one.pk for one in entries]

    def test_a_broken_glass_opens_it_and_says_so(self, owner, doctor, teammate, entries):
        self.closed(entries[0], teammate)
        url = reverse("patient_record", args=[owner.patient.pk])
        assert keys(teammate.client.get(url).context["page"]) == [entries[1].pk]
        break_glass(
            owner.patient,
            teammate.practitioner,
            justification="Chute avec perte de connaissance.",
            actor=teammate.user,
        )
        answer = teammate.client.get(url)
        lines = [line for line in answer.context["page"].lines if line.entry.kind == "appointment"]
        assert [(line.entry.pk, line.is_opposed) for line in lines] == [
            (entries[0].pk, True),
            (entries[1].pk, False),
        ]
        assert "fermé par la personne" in answer.text
        line = AuditEvent.objects.get(action="patient.opened_despite_opposition")
        assert (line.actor, line.patient_id, line.detail) == (
            teammate.user,
            owner.patient.pk,
            {"entries": {"appointment": [entries[0].pk]}},
        )


class TestDoor:
    def test_the_whole_page_leaves_a_line_and_its_parts_no_other(self, owner, doctor, booked):
        url = reverse("patient_record", args=[owner.patient.pk])
        opened = AuditEvent.objects.filter(action="patient.opened", patient_id=owner.patient.pk)
        assert (doctor.client.get(url).status_code, opened.count()) == (200, 1)
        part = doctor.client.get(url, {"nature": "appointment"}, headers={"hx-request": "true"})
        assert (part.status_code, opened.count(), "<html" in part.text) == (200, 1, False)

    def test_a_part_alone_leaves_its_line(self, owner, doctor, booked):
        url = reverse("patient_record", args=[owner.patient.pk])
        opened = AuditEvent.objects.filter(action="patient.opened", patient_id=owner.patient.pk)
        assert doctor.client.get(url, headers={"hx-request": "true"}).status_code == 200
        assert [line.reason for line in opened] == ["rendez-vous"]

    @pytest.mark.parametrize("headers", [{}, {"hx-request": "true"}], ids=["page", "part"])
    def test_strangers_find_nothing(self, owner, outsider, teammate, visitor, booked, headers):
        url = reverse("patient_record", args=[owner.patient.pk])
        people = [teammate.client, outsider.client, owner.client]
        assert [client.get(url, headers=headers).status_code for client in people] == [404, 404, 404]
        assert "/compte/login/" in visitor.get(url, headers=headers)["HX-Redirect" if headers else "Location"]
        assert not AuditEvent.objects.filter(action="patient.opened").exists()


class TestPaper:
    def text(self, client, url: str, asked: dict[str, str] | None = None) -> str:
        answer = client.get(url, asked or {})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        document = pypdfium2.PdfDocument(answer.content)
        return " ".join(page.get_textpage().get_text_range() for page in document)

    def test_what_is_on_it_and_that_it_was_printed(self, owner, doctor, desk):
        one_of_each_other_kind(doctor, owner.patient)
        AllergyFactory(patient=owner.patient)
        visits(doctor, owner.patient, 3)
        url = reverse("record_pdf", args=[owner.patient.pk])
        whole = self.text(doctor.client, url)
        found = ["Pénicilline", "Malaise dans la salle", owner.patient.display_name]
        assert [word for word in found if word not in whole] == []
        assert "Malaise" not in self.text(doctor.client, url, {"nature": "workshop"})
        administrative = self.text(sign_in(desk), url)
        assert [word for word in found if word in administrative] == [owner.patient.display_name]
        lines = AuditEvent.objects.filter(action="patient.opened_on_paper").order_by("pk")
        assert [line.actor for line in lines] == [doctor.user, doctor.user, desk]

    def test_what_is_closed_is_not_on_it(self, owner, doctor, teammate):
        AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=on_monday(9, 40))
        allergy = AllergyFactory(patient=owner.patient, noted_by=doctor.user)
        EntryOppositionFactory(patient=owner.patient, kind="allergy", entry=allergy.pk)
        url = reverse("record_pdf", args=[owner.patient.pk])
        assert "Pénicilline" not in self.text(teammate.client, url)
