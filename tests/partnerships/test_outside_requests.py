"""Who has no account writes too: a doctor by his link, a patient in his space, somebody without a name."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from partnerships.actions.intake_links import make_intake_link
from partnerships.models import ConsultationRequest, IntakeLink, RequestIdentity, RequestOrigin, RequestState
from partnerships.request_links import follow_address, intake_address
from patients.models import Patient, Pseudonym
from tests.cast import sign_in
from tests.factories.accounts import UserFactory
from tests.factories.partnerships import AdvancedConsultationFactory, PartnerProfessionalFactory
from tests.factories.partnerships_request import ConsultationRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
S = RequestState
LETTER = {
    "sender_name": "Dr Martin",
    "sender_email": "martin@cabinet.example",
    "birth_name": "Lefebvre",
    "birth_first_names": "Jeanne",
    "birth_date": "1980-03-14",
    "sex": "female",
    "question": "Avis",
    "urgency": "soon",
    "consent": "on",
}


@pytest.fixture
def programme(coordinator):
    made = AdvancedConsultationFactory(
        triage_by=coordinator,
        takes_outside_referrals=True,
        takes_self_referrals=True,
        allows_pseudonym=True,
    )
    PartnerProfessionalFactory(partner=made.partner)
    return made


@pytest.fixture
def link(programme, coordinator):
    return make_intake_link(
        IntakeLink(programme=programme, name="Dr Martin", email="martin@cabinet.example"), actor=coordinator
    )


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def test_a_doctor_of_outside_writes_and_follows_and_the_desk_joins(
    link, owner, visitor, bureau, secretary, coordinator
):
    address = path_of(intake_address(link))
    refused = visitor.post(address, {**LETTER, "consent": "", "birth_date": "hier"})
    assert refused.status_code == 422
    assert "Sans l’accord du patient" in refused.content.decode()
    assert "Dr Martin" in refused.content.decode()
    answer = visitor.post(address, LETTER)
    request = ConsultationRequest.objects.get()
    assert answer["Location"] == follow_address(request)
    assert (request.state, request.origin, request.patient, request.owner) == (
        S.RECEIVED,
        RequestOrigin.OUTSIDE,
        None,
        coordinator,
    )
    follow = visitor.get(path_of(follow_address(request))).content.decode()
    assert ("reçue" in follow, "Lefebvre" in follow) == (True, False)

    accept = reverse("accept_consultation_request", args=[request.pk])
    assert "Rattachez d’abord" in bureau.post(accept, {"priority": 1}).content.decode()
    join = reverse("join_request", args=[request.pk])
    Patient.objects.filter(pk=owner.patient.pk).update(birth_date="1980-03-14")
    assert owner.patient.display_name in secretary.get(join).content.decode()
    secretary.post(join, {"patient": owner.patient.pk})
    request.refresh_from_db()
    assert (request.patient, RequestIdentity.objects.count()) == (owner.patient, 0)
    bureau.post(reverse("ask_requester", args=[request.pk]), {"words": "Depuis quand ?"})
    asked = visitor.get(path_of(follow_address(request))).content.decode()
    assert "Depuis quand" in asked
    visitor.post(path_of(follow_address(request)), {"words": "Six mois."})
    bureau.post(accept, {"priority": 2})
    request.refresh_from_db()
    assert (request.state, request.events.last().to_state) == (S.ACCEPTED, S.ACCEPTED)
    rows = OutboxMessage.objects.filter(kind="request.outside").order_by("pk")
    assert [(row.payload["verb"], row.address) for row in rows] == [
        (verb, "martin@cabinet.example") for verb in ("sent", "asked", "accepted")
    ]


def test_a_link_taken_back_and_a_forged_one_answer_the_same(link, visitor, bureau, programme):
    address = path_of(intake_address(link))
    assert visitor.get(address).status_code == 200
    bureau.post(reverse("revoke_intake_link", args=[link.pk]))
    dead = visitor.get(address)
    forged = visitor.get(reverse("send_outside_request", args=["forged"]))
    assert (dead.status_code, dead.content[-900:]) == (410, forged.content[-900:])
    assert visitor.get(reverse("follow_request", args=["forged"])).status_code == 410
    assert visitor.post(address, LETTER).status_code == 410
    house = ConsultationRequestFactory(programme=programme, state=S.RECEIVED)
    if house.written_by is not None:
        assert visitor.get(path_of(follow_address(house))).status_code == 410


def test_one_link_writes_only_so_often(link, visitor, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"outside_request": {"address": "60/1h", "key": "1/1d"}}
    address = path_of(intake_address(link))
    assert [visitor.post(address, LETTER).status_code for _ in range(2)] == [302, 429]


def test_a_patient_asks_for_herself_once_and_takes_it_back(programme, owner, outsider, coordinator):
    address = reverse("ask_for_myself", args=[programme.pk])
    typed = {"patient": owner.patient.pk, "question": "Je veux arrêter."}
    assert outsider.client.post(address, typed).status_code == 422
    owner.client.post(address, typed)
    request = ConsultationRequest.objects.get()
    assert (request.patient, request.written_by, request.consent_means) == (
        owner.patient,
        owner.user,
        "online",
    )
    again = owner.client.post(address, typed)
    assert "déjà en cours" in again.content.decode()
    mine = reverse("my_consultation_request", args=[request.pk])
    assert outsider.client.get(mine).status_code == 404
    assert "reçue" in owner.client.get(reverse("my_consultation_requests")).content.decode()
    owner.client.post(mine, {"withdraw": "1"})
    request.refresh_from_db()
    assert request.state == S.WITHDRAWN


def test_an_account_without_a_name_is_asked_for_it_first(programme, sunday):
    answer = sign_in(UserFactory()).get(reverse("ask_for_myself", args=[programme.pk]))
    assert (answer.status_code, answer["Location"]) == (302, reverse("my_identity"))


def test_somebody_without_a_name_is_known_by_the_one_he_chose(programme, visitor, secretary):
    address = reverse("ask_without_name", args=[programme.pk])
    assert address in visitor.get(reverse("open_consultations")).content.decode()
    typed = {"alias": "Martin P.", "birth_year": "1985", "channel": "sms", "question": "Arrêter."}
    assert "Écrivez comment vous joindre" in visitor.post(address, typed).content.decode()
    visitor.post(address, {**typed, "phone": "06 12 34 56 78", "email": "moi@example.org"})
    request = ConsultationRequest.objects.get()
    assert (request.identity.alias, request.identity.email) == ("Martin P.", "")
    secretary.post(reverse("join_request", args=[request.pk]), {"patient": "new"})
    request.refresh_from_db()
    pseudonym = Pseudonym.objects.get()
    assert (request.patient, pseudonym.alias, str(request.patient.phone)) == (
        pseudonym.patient,
        "Martin P.",
        "+33612345678",
    )
    programme.allows_pseudonym = False
    programme.save()
    assert visitor.get(address).status_code == 404


def test_no_message_names_the_programme_or_the_partner(programme, link, owner, visitor, bureau):
    visitor.post(path_of(intake_address(link)), LETTER)
    owner.client.post(
        reverse("ask_for_myself", args=[programme.pk]), {"patient": owner.patient.pk, "question": "Sevrage"}
    )
    own = ConsultationRequest.objects.get(origin=RequestOrigin.SELF)
    bureau.post(reverse("refuse_consultation_request", args=[own.pk]), {"words": "Trop tôt."})
    seen = set()
    for message in OutboxMessage.objects.filter(kind__startswith="request."):
        kind = find(message.kind)
        loaded = kind.load([message]) if kind.load else {}
        rendered = kind.render([message], loaded)
        words = f"{rendered.subject} {rendered.text} {rendered.html}"
        for secret in (programme.name, programme.partner.name, "Sevrage", "Trop tôt", "Avis"):
            assert secret not in words, (message.kind, secret)
        seen.add(message.kind)
    assert seen == {"request.staff", "request.patient", "request.outside", "request.intake_link"}


def test_sent_on_to_another_programme_or_to_a_colleague_whoever_wrote(
    link, programme, owner, doctor, teammate, visitor, bureau, coordinator
):
    """Who wrote by a link follows on with the same link; a colleague answers to the patient's own doctor."""
    visitor.post(path_of(intake_address(link)), LETTER)
    request = ConsultationRequest.objects.get()
    other = AdvancedConsultationFactory(name="Addictologie", triage_by=coordinator)
    onward = reverse("redirect_consultation_request", args=[request.pk])
    bureau.post(onward, {"onward": f"c{other.pk}", "words": "Relève de là."})
    request.refresh_from_db()
    further = request.redirected_to
    assert (further.programme, further.sender.email, str(further.identity)) == (
        other,
        "martin@cabinet.example",
        "Jeanne Lefebvre",
    )
    bureau.post(reverse("ask_requester", args=[further.pk]), {"words": "Depuis quand ?"})
    assert "Depuis quand" in visitor.get(path_of(follow_address(request))).content.decode()
    verbs = OutboxMessage.objects.filter(kind="request.outside").order_by("pk").values_list("payload__verb")
    assert [verb for (verb,) in verbs] == ["sent", "redirected", "asked"]

    owner.patient.attending_doctor = doctor.practitioner
    owner.patient.save(update_fields=["attending_doctor"])
    typed = {"patient": owner.patient.pk, "question": "Je veux arrêter."}
    owner.client.post(reverse("ask_for_myself", args=[programme.pk]), typed)
    own = ConsultationRequest.objects.get(origin=RequestOrigin.SELF)
    words = {"onward": f"n{teammate.practitioner.pk}", "words": "Voyez-la d’abord."}
    bureau.post(reverse("redirect_consultation_request", args=[own.pk]), words)
    own.refresh_from_db()
    assert (own.referral.requester, own.referral.target, own.referral.context) == (
        doctor.practitioner,
        teammate.practitioner,
        "Demande écrite par la personne elle-même, transmise par Claire Morel.",
    )
