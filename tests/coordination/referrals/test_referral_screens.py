"""The screens of referrals: written, listed, answered, read; the outsider's 404; the same queries at 1 and at 30."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coordination.actions.answer_referral import Plan, ask_detail
from coordination.actions.report_referral import Account, write_report
from coordination.models import Expected, Proposal, Referral, ReferralState, ReferralTemplate, Urgency
from core.audit.models import AuditEvent
from patients.actions.give_word import give_word
from patients.models import Consent
from patients.models.consent import Decision, Means
from practitioners.models.profession import InformationCategory
from tests.factories.patients import PatientFactory
from tests.factories.referrals import accepted_referral, draft_referral, sent_referral

S = ReferralState


def letter(target, **changed):
    return {
        "target": f"n{target.practitioner.pk}",
        "subject": "Rééducation, troubles de l’équilibre",
        "sessions": "10",
        "urgency": Urgency.ROUTINE,
        "expected": Expected.REPORT,
        "context": "Deux chutes en un mois.",
        **changed,
    }


def test_write_and_send(patient, doctor, physio):
    page = doctor.client.get(reverse("new_referral", args=[patient.pk]))
    assert page.status_code == 200
    answer = doctor.client.post(reverse("new_referral", args=[patient.pk]), letter(physio) | {"send": "1"})
    referral = Referral.objects.get()
    assert answer["Location"] == reverse("referral", args=[referral.pk])
    assert (referral.state, referral.target, referral.sessions) == (S.SENT, physio.practitioner, 10)


def test_a_draft_is_kept_changed_and_sent_and_nobody_else_reads_it(patient, doctor, physio):
    doctor.client.post(reverse("new_referral", args=[patient.pk]), letter(physio) | {"keep": "1"})
    referral = Referral.objects.get()
    assert referral.state == S.DRAFT
    assert physio.client.get(reverse("referral", args=[referral.pk])).status_code == 404
    page = doctor.client.get(reverse("edit_referral", args=[referral.pk]))
    assert page.context["form"].initial["subject"] == referral.subject
    doctor.client.post(
        reverse("edit_referral", args=[referral.pk]), letter(physio, sessions="") | {"send": "1"}
    )
    referral.refresh_from_db()
    assert (Referral.objects.count(), referral.state, referral.sessions) == (1, S.SENT, None)


def test_what_is_missing_is_said_beside_the_field_and_typed_words_are_kept(patient, doctor, physio):
    answer = doctor.client.post(
        reverse("new_referral", args=[patient.pk]), letter(physio, subject="", sessions="90") | {"send": "1"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "subject": ["Écrivez en quelques mots ce que vous demandez."],
        "sessions": ["Soixante séances au plus."],
    }
    assert "Deux chutes en un mois." in answer.content.decode()


def test_a_template_fills_the_letter(patient, doctor, physio):
    model = ReferralTemplate.objects.create(
        profession=physio.practitioner.profession, subject="Équilibre et marche", sessions=12
    )
    page = doctor.client.get(reverse("new_referral", args=[patient.pk]), {"modele": model.pk})
    assert page.context["form"].initial == {
        "target": f"n{physio.practitioner.pk}",
        "subject": "Équilibre et marche",
        "context": "",
        "sessions": 12,
    }


def test_an_opposition_is_said(patient, owner, doctor, physio):
    give_word(patient, physio.practitioner, Decision.OPPOSES, actor=owner.user, means=Means.ONLINE)
    answer = doctor.client.post(reverse("new_referral", args=[patient.pk]), letter(physio) | {"send": "1"})
    assert (answer.status_code, Referral.objects.count()) == (422, 0)
    assert "s’oppose" in answer.content.decode()


def test_the_word_is_asked_for_and_recorded(patient, doctor, physio):
    profession = physio.practitioner.profession
    profession.information_category = InformationCategory.OTHER
    profession.save()
    url = reverse("new_referral", args=[patient.pk])
    answer = doctor.client.post(url, letter(physio) | {"send": "1"})
    assert (answer.status_code, answer.context["asks_word"], Referral.objects.count()) == (422, True, 0)
    words = {"word_scope": "La lettre, avec le psychologue.", "word_means": "oral", "send": "1"}
    assert doctor.client.post(url, letter(physio) | words).status_code == 302
    assert Consent.objects.get().decision == Decision.INFORMED
    assert physio.client.get(reverse("referral", args=[Referral.objects.get().pk])).status_code == 200


def test_who_reads_what(patient, owner, outsider, doctor, teammate, physio, coordinator):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    url = reverse("referral", args=[referral.pk])
    assert [who.client.get(url).status_code for who in (doctor, physio, teammate, owner, outsider)] == [
        *(200, 200, 404, 404, 404)
    ]
    page = coordinator.client.get(url).content.decode()
    assert "équilibre" not in page.replace(physio.practitioner.profession.name, "")
    assert "Deux chutes" not in page
    assert "Deux chutes" in physio.client.get(url).content.decode()
    for who in (teammate, outsider):
        for name in ("accept_referral", "refuse_referral", "withdraw_referral", "redirect_referral"):
            assert who.client.post(reverse(name, args=[referral.pk])).status_code == 404
        assert who.client.get(reverse("referral_letter", args=[referral.pk])).status_code == 404
    assert outsider.client.get(reverse("decline_referral", args=[referral.pk])).status_code == 404
    # The one who was asked may not answer for the one who asks, nor the other way round.
    assert physio.client.post(reverse("withdraw_referral", args=[referral.pk])).status_code == 404
    assert doctor.client.post(reverse("accept_referral", args=[referral.pk])).status_code == 404


def test_each_answer_by_its_button(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    key = [referral.pk]
    empty = physio.client.post(reverse("ask_detail", args=key), {"words": " "})
    assert (empty.status_code, "Écrivez une phrase" in empty.content.decode()) == (422, True)
    physio.client.post(reverse("ask_detail", args=key), {"words": "Depuis quand ?"})
    assert "Depuis quand ?" in doctor.client.get(reverse("referral", args=key)).content.decode()
    doctor.client.post(reverse("give_detail", args=key), {"words": "Depuis mars."})
    plan = {"reason": physio.reason.pk, "sessions": 10, "per_week": 2}
    physio.client.post(reverse("accept_referral", args=key), plan)
    referral.refresh_from_db()
    assert (referral.state, referral.invitation.sessions, referral.invitation.reason) == (
        S.ACCEPTED,
        10,
        physio.reason,
    )
    report = {
        "done": "Équilibre, marche, escaliers.",
        "proposal": Proposal.GO_ON,
        "name_1": "TUG",
        "unit_1": "s",
        "before_1": "18,5",
        "after_1": "13",
    }
    assert physio.client.post(reverse("report_referral", args=key), report).status_code == 302
    page = doctor.client.get(reverse("referral", args=key)).content.decode()
    assert ("18,5" in page, "Équilibre, marche, escaliers." in page) == (True, True)
    doctor.client.post(reverse("close_read_referral", args=key))
    referral.refresh_from_db()
    assert referral.state == S.CLOSED
    again = doctor.client.post(reverse("close_read_referral", args=key), follow=True)
    assert "rien n’a été changé" in again.content.decode()


def test_a_report_says_what_is_wrong_beside_the_field(patient, doctor, physio):
    referral = accepted_referral(patient, doctor.practitioner, physio.practitioner)
    url = reverse("report_referral", args=[referral.pk])
    answer = physio.client.post(url, {"done": "Fait.", "proposal": "stop", "name_1": "TUG", "before_2": "3"})
    assert (answer.status_code, answer.context["form"].errors) == (
        422,
        {"after_1": ["Notez au moins une valeur."], "name_2": ["Nommez cette mesure."]},
    )


def test_letter_is_paper_and_leaves_a_line(patient, doctor, physio):
    referral = accepted_referral(patient, doctor.practitioner, physio.practitioner)
    write_report(referral, physio.practitioner, Account("Fait.", Proposal.STOP), actor=physio.user)
    answer = physio.client.get(reverse("referral_letter", args=[referral.pk]))
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")
    assert AuditEvent.objects.filter(action="patient.opened.letter", patient_id=patient.pk).count() == 1


def test_the_patient_reads_who_was_asked_and_says_no(patient, owner, outsider, doctor, physio):
    referral = accepted_referral(
        patient, doctor.practitioner, physio.practitioner, plan=Plan(physio.reason, 10)
    )
    page = owner.client.get(reverse("my_referrals")).content.decode()
    assert ("M. Claire Lesage" in page, "équilibre" in page, "Deux chutes" in page) == (True, False, False)
    assert "Lesage" not in outsider.client.get(reverse("my_referrals")).content.decode()
    assert owner.client.get(reverse("decline_referral", args=[referral.pk])).status_code == 200
    owner.client.post(reverse("decline_referral", args=[referral.pk]))
    referral.refresh_from_db()
    assert referral.state == S.REFUSED
    assert physio.client.get(reverse("referral", args=[referral.pk])).status_code == 404


def test_what_was_asked_for_the_patient_costs_the_same_for_one_and_for_forty(patient, owner, doctor, physio):
    sent_referral(patient, doctor.practitioner, physio.practitioner)
    address = reverse("my_referrals")
    owner.client.get(address)
    with CaptureQueriesContext(connection) as few:
        assert len(owner.client.get(address).context["shown"]) == 1
    for _number in range(40):
        sent_referral(patient, doctor.practitioner, physio.practitioner)
    with CaptureQueriesContext(connection) as many:
        assert len(owner.client.get(address).context["shown"]) == 40
    assert len(many) == len(few)
    assert len(owner.client.get(address, {"page": 2}).context["shown"]) == 1


def test_the_inbox_sorts_by_state(patient, doctor, physio, other_physio):
    sent = sent_referral(patient, doctor.practitioner, physio.practitioner)
    asked = sent_referral(PatientFactory(), doctor.practitioner, physio.practitioner)
    ask_detail(asked, physio.practitioner, "?", actor=physio.user)
    pool = sent_referral(patient, doctor.practitioner, profession=physio.practitioner.profession)
    page = physio.client.get(reverse("referrals"))
    assert [(one.state, [line.referral for line in one.lines]) for one in page.context["groups"]] == [
        (S.ASKED, [asked]),
        (S.SENT, [sent]),
    ]
    assert [tab["count"] for tab in page.context["tabs"]] == [2, 0, 1, None]
    mine = other_physio.client.get(reverse("referrals"), {"vue": "profession"})
    assert [line.referral for one in mine.context["groups"] for line in one.lines] == [pool]
    assert other_physio.client.get(reverse("referral", args=[pool.pk])).status_code == 200
    assert other_physio.client.get(reverse("patient_record", args=[patient.pk])).status_code == 404


@pytest.mark.parametrize("view", ["", "?vue=envoyes", "?vue=profession", "?vue=termines"])
def test_inbox_queries_do_not_grow(patient, doctor, physio, other_physio, view):
    def fill(number: int) -> int:
        for _one in range(number):
            one = PatientFactory()
            sent_referral(one, doctor.practitioner, physio.practitioner)
            sent_referral(one, doctor.practitioner, profession=physio.practitioner.profession)
            sent_referral(one, physio.practitioner, doctor.practitioner)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert physio.client.get(reverse("referrals") + view).status_code == 200
        return len(queries)

    physio.client.get(reverse("referrals"))
    assert fill(1) == fill(9)


def test_the_desk_sees_what_lies(patient, doctor, physio, coordinator, outsider):
    referral = accepted_referral(
        patient, doctor.practitioner, physio.practitioner, plan=Plan(physio.reason, 10)
    )
    page = coordinator.client.get(reverse("unanswered_referrals"))
    assert [line.referral for line in page.context["to_book"]] == [referral]
    assert "équilibre" not in page.content.decode()
    assert outsider.client.get(reverse("unanswered_referrals")).status_code == 404
    assert physio.client.get(reverse("unanswered_referrals")).status_code == 404
    assert coordinator.client.get(reverse("referrals")).status_code == 200


def test_the_coordinator_sends_it_on(patient, doctor, physio, other_physio, coordinator):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    coordinator.client.post(
        reverse("redirect_referral", args=[referral.pk]), {"target": f"n{other_physio.practitioner.pk}"}
    )
    referral.refresh_from_db()
    assert (referral.state, referral.redirected_to.target) == (S.REDIRECTED, other_physio.practitioner)


def test_the_record_shows_it(patient, doctor, physio, coordinator):
    sent_referral(patient, doctor.practitioner, physio.practitioner)
    draft_referral(patient, doctor.practitioner, physio.practitioner, subject="Brouillon secret")
    url = reverse("record_panel", args=[patient.pk, "adressages"])
    doctor.client.get(reverse("patient_record", args=[patient.pk]))
    physio.client.get(reverse("patient_record", args=[patient.pk]))
    coordinator.client.get(reverse("patient_record", args=[patient.pk]))
    assert "Brouillon secret" in doctor.client.get(url).content.decode()
    read = physio.client.get(url).content.decode()
    assert ("Brouillon secret" in read, "troubles de l’équilibre" in read) == (False, True)
    assert "troubles de l’équilibre" not in coordinator.client.get(url).content.decode()
    record = physio.client.get(reverse("patient_record", args=[patient.pk])).content.decode()
    assert (
        reverse("new_referral", args=[patient.pk]) in record,
        "Adressage à M. Claire Lesage" in record,
    ) == (
        True,
        True,
    )
