"""Who opens the timeline: closed entries, the line that a look leaves, and what is printed."""

from __future__ import annotations

import pypdfium2
import pytest
from django.urls import reverse

from appointments.models import Appointment
from coordination.access import Reader
from coordination.timeline_page import Wanted, page_of
from core.audit.models import AuditEvent
from patients.actions.break_glass import break_glass
from tests.cast import Doctor, on_monday, sign_in
from tests.coordination.timeline.conftest import keys, one_of_each_other_kind, reader, visits
from tests.factories.appointments import AppointmentFactory
from tests.factories.medical_facts import AllergyFactory
from tests.factories.opposition import EntryOppositionFactory


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
