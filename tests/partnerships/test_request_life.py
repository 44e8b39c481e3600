"""What happens to a request around its own story: a death, a forgotten person, somebody else who sorts, the export."""

from __future__ import annotations

import pytest
from django.urls import reverse

from coordination.endings import what_would_end
from coordination.timeline import source_of
from partnerships.actions.forget_requests import forget_requests
from partnerships.actions.save_programme import save_programme
from partnerships.actions.write_request import Letter, send_request, write_request
from partnerships.endings_request import end_requests
from partnerships.models import LetterAnswer, RequestState
from partnerships.timeline_request import KIND
from patients.access import reason_of_care
from patients.export import parts
from tests.factories.accounts import UserFactory
from tests.factories.partnerships import AdvancedConsultationFactory, PartnerProfessionalFactory
from tests.factories.partnerships_letter import letter_template
from tests.factories.partnerships_request import ConsultationRequestFactory

pytestmark = pytest.mark.django_db
S = RequestState


@pytest.fixture
def request_(owner, doctor, coordinator):
    programme = AdvancedConsultationFactory(triage_by=coordinator)
    made = ConsultationRequestFactory(
        programme=programme,
        patient=owner.patient,
        requester=doctor.practitioner,
        template=letter_template(programme),
        question="Avis rapide",
        state=S.RECEIVED,
    )
    LetterAnswer.objects.create(
        request=made, section=made.template.sections.get(kind="text"), text="Depuis mai."
    )
    return made


def test_a_death_ends_it_and_a_forgotten_person_takes_the_words_along(request_, coordinator):
    assert "1 demande à un partenaire" in what_would_end(request_.patient)
    assert end_requests(request_.patient, coordinator, "Décès") == [request_.pk]
    request_.refresh_from_db()
    assert (request_.state, request_.owner) == (S.WITHDRAWN, None)
    forget_requests(request_.patient, keep_care=True)
    request_.refresh_from_db()
    assert request_.question == "Avis rapide"
    forget_requests(request_.patient, keep_care=False)
    request_.refresh_from_db()
    assert (request_.question, request_.answers.count(), request_.events.exclude(note="").count()) == (
        "",
        0,
        0,
    )


def test_somebody_else_sorts_from_now_on(request_, coordinator, bureau):
    psychiatrist = UserFactory(email="psychiatre@example.org")
    draft = ConsultationRequestFactory(programme=request_.programme, requester=request_.requester)
    programme = request_.programme
    programme.triage_by = psychiatrist
    save_programme(programme, [], {}, actor=coordinator)
    request_.refresh_from_db()
    draft.refresh_from_db()
    assert (request_.owner, draft.owner) == (psychiatrist, request_.requester.user)


def test_the_record_shows_it_and_the_person_takes_it_away(request_, owner, doctor, outsider):
    part = next(one for one in parts() if one.name == "consultation_requests")
    [row] = part.rows([owner.patient.pk])
    assert (row["question"], row["answers"], row["for"]) == (
        "Avis rapide",
        ["Histoire des troubles Depuis mai."],
        owner.patient.display_name,
    )
    [entry] = source_of(KIND).entries([request_.pk])
    assert (entry.author, "Avis" in entry.title_for_patient) == (doctor.practitioner.display_name, False)
    assert "à trier" not in owner.client.get(reverse("my_consultation_requests")).content.decode()
    assert request_.programme.name in owner.client.get(reverse("my_consultation_requests")).content.decode()


def test_who_comes_from_the_partner_reads_with_the_patients_word(coordinator, owner, doctor):
    programme = AdvancedConsultationFactory(triage_by=coordinator)
    visiting = PartnerProfessionalFactory(partner=programme.partner).practitioner
    letter = Letter("Avis", consent_means="oral", consent_on=owner.patient.birth_date)
    draft = write_request(programme, owner.patient, doctor.practitioner, letter, actor=doctor.user)
    assert reason_of_care(owner.patient, visiting) is None
    send_request(draft, actor=doctor.user)
    assert reason_of_care(owner.patient, visiting) == "adressage"
