"""From the letter to the decision: a doctor of the house writes, the coordinator sorts, everybody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coordination.actions.story_step import AlreadyMovedOn
from coordination.models import Referral
from core import clock
from core.outbox.models import OutboxMessage
from partnerships.actions.sort_request import accept_request, change_priority
from partnerships.actions.sweep_requests import sweep_requests
from partnerships.actions.write_letter_template import Question, write_letter_template
from partnerships.actions.write_request import Letter, send_request, write_request
from partnerships.models import ConsultationRequest, LetterTemplate, RequestState, SectionKind
from partnerships.models.request_event import RequestTimerStep
from patients.access import reason_of_care
from patients.models import Consent
from patients.models.consent import Decision
from practitioners.house import the_house
from tests import files
from tests.cast import make_doctor
from tests.factories.partnerships import AdvancedConsultationFactory, PartnerProfessionalFactory
from tests.factories.partnerships_letter import letter_template
from tests.factories.partnerships_request import ConsultationRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
S = RequestState


@pytest.fixture
def programme(coordinator):
    made = AdvancedConsultationFactory(triage_by=coordinator)
    letter_template(made)
    return made


@pytest.fixture
def patient(owner, doctor):
    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save()
    return owner.patient


def told(request: ConsultationRequest) -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(
        subject_type="partnerships.consultationrequest", subject_id=request.pk
    )
    return [(row.payload["verb"], row.address) for row in rows.order_by("pk")]


def sent(programme, patient, doctor, **letter) -> ConsultationRequest:
    said = {"question": "Avis", "consent_means": "oral", "consent_on": clock.today(), **letter}
    draft = write_request(programme, patient, doctor.practitioner, Letter(**said), actor=doctor.user)
    return send_request(draft, actor=doctor.user, as_it_is=True)


def test_a_doctor_writes_with_a_red_flag_and_a_file_and_sends(
    programme, patient, doctor, coordinator, django_capture_on_commit_callbacks
):
    psychiatrist = PartnerProfessionalFactory(partner=programme.partner).practitioner
    text, flag, file = LetterTemplate.objects.get().sections.all()
    page = doctor.client.get(reverse("choose_programme", args=[patient.pk])).content.decode()
    address = reverse("new_consultation_request", args=[patient.pk, programme.pk])
    assert address in page
    assert "Médecin traitant" in doctor.client.get(address).content.decode()

    typed = {
        "question": "Avis et suivi",
        "facts": "Vit seule.",
        "urgency": "urgent",
        f"section_{flag.pk}": "yes",
        "consent_on": "2026-11-20",
        f"section_{file.pk}": [SimpleUploadedFile("bilan.pdf", files.pdf())],
        "send": "1",
    }
    kept = doctor.client.post(address, typed)
    draft = ConsultationRequest.objects.get()
    assert kept.context["form"].errors == {
        "consent_means": ["Notez l’accord de la personne avant d’envoyer la demande."]
    }
    assert (draft.state, draft.files.count(), told(draft)) == (S.DRAFT, 1, [])

    edit = reverse("edit_consultation_request", args=[draft.pk])
    assert f'action="{edit}"' in kept.content.decode()
    del typed[f"section_{file.pk}"]
    typed["consent_means"] = "oral"
    lacking = doctor.client.post(edit, typed, follow=True).content.decode()
    assert "Il manque" in lacking
    typed[f"section_{text.pk}"] = "Depuis six mois."
    with django_capture_on_commit_callbacks(execute=False):
        doctor.client.post(edit, typed)
    draft.refresh_from_db()
    assert (draft.state, draft.owner, draft.files.count()) == (S.RECEIVED, coordinator, 1)
    assert told(draft) == [("sent", coordinator.email), ("sent", "jeanne@example.org")]
    consent = Consent.objects.get()
    assert (consent.practitioner, consent.decision, str(consent.given_on)) == (
        psychiatrist,
        Decision.AGREES,
        "2026-11-20",
    )


def test_the_desk_and_the_coordinator_read_no_letter_and_a_stranger_nothing(
    programme, patient, doctor, bureau, secretary, outsider
):
    flag = LetterTemplate.objects.get().sections.get(kind=SectionKind.FLAG)
    request = sent(programme, patient, doctor, question="Idées noires", flags={flag.pk: True})
    address = reverse("consultation_request", args=[request.pk])
    for client in (bureau, secretary):
        page = client.get(address).content.decode()
        assert ("Idées noires" in page, "Risque suicidaire" in page, "1 signe d’alerte" in page) == (
            False,
            False,
            True,
        )
        assert client.get(reverse("consultation_request_letter", args=[request.pk])).status_code == 404
    read = doctor.client.get(address).content.decode()
    assert ("Idées noires" in read, "Risque suicidaire" in read) == (True, True)
    assert doctor.client.get(reverse("consultation_request_letter", args=[request.pk])).content[:4] == b"%PDF"
    stranger = make_doctor("Etranger")
    assert [client.get(address).status_code for client in (outsider.client, stranger.client)] == [404, 404]
    refusal = secretary.post(reverse("accept_consultation_request", args=[request.pk]), {"priority": 1})
    assert refusal.status_code == 404


def test_asked_answered_accepted_and_ranked(programme, patient, doctor, bureau, coordinator):
    request = sent(programme, patient, doctor)
    bureau.post(reverse("ask_requester", args=[request.pk]), {"words": "Depuis quand ?"})
    request.refresh_from_db()
    assert (request.state, request.owner) == (S.ASKED, doctor.user)
    doctor.client.post(reverse("answer_triage", args=[request.pk]), {"words": "Six mois."})
    empty = bureau.post(reverse("accept_consultation_request", args=[request.pk]), {})
    assert (empty.status_code, "Choisissez une priorité" in empty.content.decode()) == (422, True)
    bureau.post(reverse("accept_consultation_request", args=[request.pk]), {"priority": 2})
    bureau.post(reverse("accept_consultation_request", args=[request.pk]), {"priority": 1})
    request.refresh_from_db()
    assert (request.state, request.priority, request.owner) == (S.ACCEPTED, 1, coordinator)
    assert [event.verb for event in request.events.all()] == [
        "written",
        "sent",
        "asked",
        "answered",
        "accepted",
        "ranked",
    ]
    assert told(request)[2:] == [
        ("asked", doctor.user.email),
        ("answered", coordinator.email),
        ("accepted", doctor.user.email),
        ("accepted", "jeanne@example.org"),
    ]
    with pytest.raises(AlreadyMovedOn):
        accept_request(request, 1, actor=coordinator)
    assert change_priority(request, 3, actor=coordinator).priority == 3
    assert reason_of_care(patient, doctor.practitioner) is not None


def test_refused_and_redirected_each_way(programme, patient, doctor, teammate, bureau):
    request = sent(programme, patient, doctor)
    bureau.post(reverse("refuse_consultation_request", args=[request.pk]), {"words": "Hors indication."})
    request.refresh_from_db()
    assert (request.state, request.owner, request.timers.running().count()) == (S.REFUSED, None, 0)

    other = AdvancedConsultationFactory(name="Addictologie", triage_by=programme.triage_by)
    request = sent(programme, patient, doctor)
    words = {"onward": f"c{other.pk}", "words": "Relève plutôt de là."}
    bureau.post(reverse("redirect_consultation_request", args=[request.pk]), words)
    request.refresh_from_db()
    further = request.redirected_to
    assert (request.state, further.state, further.programme, further.received_at) == (
        S.REDIRECTED,
        S.RECEIVED,
        other,
        request.received_at,
    )

    request = sent(programme, patient, doctor)
    words["onward"] = f"n{teammate.practitioner.pk}"
    bureau.post(reverse("redirect_consultation_request", args=[request.pk]), words)
    request.refresh_from_db()
    referral = Referral.objects.get()
    assert (request.referral, referral.requester, referral.target) == (
        referral,
        doctor.practitioner,
        teammate.practitioner,
    )


def test_who_may_refer_and_what_a_sent_letter_keeps(programme, patient, doctor, coordinator):
    request = sent(programme, patient, doctor)
    version = request.template
    again = write_letter_template(
        programme, [Question(SectionKind.TEXT, "Autre question")], actor=coordinator
    )
    request.refresh_from_db()
    assert (again.version, request.template, version.sections.count()) == (2, version, 3)
    programme.referrers.add(make_doctor("Sage").practitioner.profession)
    other = type(doctor.practitioner.profession).objects.create(
        name="sage-femme", plural_name="sages-femmes", slug="sage-femme"
    )
    programme.referrers.set([other])
    address = reverse("new_consultation_request", args=[patient.pk, programme.pk])
    assert doctor.client.get(address).status_code == 404


def test_each_overdue_request_escalates_exactly_once_per_step(programme, patient, doctor, coordinator):
    """Received on Sunday, routine: five working days, then five more; asked: the requester, triage, coordination."""
    request = sent(programme, patient, doctor)
    assert sweep_requests() == 0
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        for days in range(1, 22):
            travel.move_to(start + timedelta(days=days))
            sweep_requests()
            sweep_requests()
    request.refresh_from_db()
    assert told(request)[2:] == [("reminder", coordinator.email), ("escalated", coordinator.email)]
    fired = request.timers.exclude(fired_at=None).order_by("step").values_list("step", "fired_at")
    assert [(step, (at - start).days) for step, at in fired] == [
        (RequestTimerStep.OWNER, 5),
        (RequestTimerStep.COORDINATION, 12),
    ]
    assert request.escalated_at is not None
    connection.check_constraints()


def test_the_inbox_sorts_filters_and_costs_the_same_for_thirty(programme, patient, doctor, bureau):
    flag = LetterTemplate.objects.get().sections.get(kind=SectionKind.FLAG)
    calm = ConsultationRequestFactory(programme=programme, requester=doctor.practitioner, state=S.RECEIVED)
    red = sent(programme, patient, doctor, flags={flag.pk: True})
    urgent = ConsultationRequestFactory(
        programme=programme, requester=doctor.practitioner, state=S.RECEIVED, urgency="urgent"
    )
    address = reverse("consultation_requests")
    the_house()
    bureau.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        shown = bureau.get(address).context["lines"]
    assert [line.request.pk for line in shown] == [red.pk, urgent.pk, calm.pk]
    found = bureau.get(address, {"urgence": "urgent", "consultation": programme.pk}).context["lines"]
    assert [line.request.pk for line in found] == [urgent.pk]
    assert bureau.get(address, {"retard": "on"}).context["lines"] == []
    for _number in range(27):
        ConsultationRequestFactory(
            programme=programme, requester=doctor.practitioner, template=red.template, state=S.RECEIVED
        )
    with CaptureQueriesContext(connection) as many:
        shown = bureau.get(address).context["lines"]
    assert (len(shown), len(many)) == (30, len(few))
    assert len(many) <= 20
    mine = doctor.client.get(address).context["lines"]
    assert red.pk in [line.request.pk for line in mine]


def test_whom_is_asked_by_a_part_of_the_name_whatever_is_typed(programme, patient, doctor):
    page = reverse("choose_patient", args=[programme.pk])
    found = {
        letters: doctor.client.get(page, {"nom": letters}).content.decode().count("Lefebvre")
        for letters in ("LEFEB\x00", "lefeb", "deroo", "\x00")
    }
    assert found["LEFEB\x00"] == found["lefeb"] == found["\x00"] > found["deroo"] == 0
