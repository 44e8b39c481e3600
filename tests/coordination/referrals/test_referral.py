"""A referral from the draft to the report: every step, who hears of it, who may open the record, what is refused."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from coordination.actions.answer_referral import (
    NotAsked,
    Plan,
    WordsMissing,
    accept_referral,
    ask_detail,
    decline_for_patient,
    give_detail,
    refuse_referral,
    withdraw_referral,
)
from coordination.actions.redirect_referral import SameTarget, redirect_referral
from coordination.actions.report_referral import Account, close_referral, renew_after_report, write_report
from coordination.actions.story_step import AlreadyMovedOn
from coordination.actions.write_referral import (
    PatientOpposes,
    Word,
    WordNeeded,
    send_referral,
    write_referral,
)
from coordination.models import (
    ENDED,
    Proposal,
    Referral,
    ReferralState,
    ReferralTimer,
)
from coordination.referral_states import FOLLOWS
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from core.refusal import Refusal
from patients.access import reason_of_care
from patients.actions.give_word import give_word
from patients.models import CareTeamMember, Consent
from patients.models.care_team import Reason
from patients.models.consent import Decision, Means
from practitioners.models.profession import InformationCategory
from tests.appointments.test_races import kinds, race
from tests.factories.referrals import accepted_referral, draft_referral, sent_referral

S = ReferralState


def story(referral: Referral) -> list[tuple[str, str, str]]:
    return [(one.verb, one.from_state, one.to_state) for one in referral.events.all()]


def told(referral: Referral) -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(subject_type="coordination.referral", subject_id=referral.pk)
    return [(row.payload["verb"], row.address) for row in rows.order_by("pk")]


def team(patient) -> set[tuple[str, date | None]]:
    rows = CareTeamMember.objects.filter(patient=patient, reason=Reason.REFERRAL)
    return {(row.practitioner.last_name, row.until) for row in rows}


def test_sending_gives_a_reason_and_tells_both(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    assert story(referral) == [("written", "", S.DRAFT), ("sent", S.DRAFT, S.SENT)]
    assert told(referral) == [("sent", "lesage@example.org"), ("sent", "jeanne@example.org")]
    assert team(patient) == {("Vandamme", None), ("Lesage", None)}
    assert reason_of_care(patient, physio.practitioner) == "adressage"
    lines = AuditEvent.objects.filter(subject_type="coordination.referral", subject_id=referral.pk)
    assert list(lines.order_by("pk").values_list("action", flat=True)) == [
        "referral.written",
        "referral.sent",
    ]


def test_a_draft_opens_nothing_and_only_a_draft_changes(patient, doctor, physio):
    from coordination.actions.write_referral import Letter

    draft = draft_referral(patient, doctor.practitioner, physio.practitioner)
    assert reason_of_care(patient, physio.practitioner) is None
    letter = Letter(subject="Autre objet", target=physio.practitioner)
    changed = write_referral(patient, doctor.practitioner, letter, actor=doctor.user, draft=draft)
    assert (changed.pk, changed.subject) == (draft.pk, "Autre objet")
    send_referral(changed, actor=doctor.user)
    with pytest.raises(Refusal, match="déjà parti"):
        write_referral(patient, doctor.practitioner, letter, actor=doctor.user, draft=draft)


def test_an_opposition_stops_it_with_a_sentence(patient, doctor, physio, owner):
    give_word(patient, physio.practitioner, Decision.OPPOSES, actor=owner.user, means=Means.ONLINE)
    draft = draft_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(PatientOpposes, match="s’oppose"):
        send_referral(draft, actor=doctor.user)
    draft.refresh_from_db()
    assert (draft.state, team(patient), told(draft)) == (S.DRAFT, set(), [])


def test_a_psychologist_needs_the_recorded_information(patient, doctor, physio):
    profession = physio.practitioner.profession
    profession.information_category = InformationCategory.OTHER
    profession.save()
    draft = draft_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(WordNeeded, match="informée"):
        send_referral(draft, actor=doctor.user)
    send_referral(draft, actor=doctor.user, word=Word("Le motif et la lettre, avec le psychologue."))
    word = Consent.objects.get(patient=patient)
    assert (word.decision, word.practitioner, word.scope) == (
        Decision.INFORMED,
        physio.practitioner,
        "Le motif et la lettre, avec le psychologue.",
    )


def test_the_whole_story_until_it_is_read(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    ask_detail(referral, physio.practitioner, "Prend-il un anticoagulant ?", actor=physio.user)
    give_detail(referral, "Non.", actor=doctor.user)
    accept_referral(referral, physio.practitioner, actor=physio.user)
    account = Account("Dix séances : équilibre et marche.", Proposal.STOP)
    write_report(referral, physio.practitioner, account, actor=physio.user)
    closed = close_referral(referral, actor=doctor.user)
    assert story(closed)[2:] == [
        ("asked", S.SENT, S.ASKED),
        ("answered", S.ASKED, S.SENT),
        ("accepted", S.SENT, S.ACCEPTED),
        ("reported", S.ACCEPTED, S.COMPLETED),
        ("read", S.COMPLETED, S.CLOSED),
    ]
    assert [verb for verb, _to in told(referral)] == [
        *("sent", "sent", "asked", "answered", "accepted", "reported")
    ]
    closed.report.refresh_from_db()
    assert closed.report.read_at == clock.now()
    last = clock.today() + timedelta(days=30)
    assert team(patient) == {("Vandamme", last), ("Lesage", last)}
    assert not ReferralTimer.objects.running().exists()


def test_refused_goes_back_and_the_access_ends_with_the_day(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(WordsMissing):
        refuse_referral(referral, physio.practitioner, " ", actor=physio.user)
    refuse_referral(referral, physio.practitioner, "Plus de place avant mars.", actor=physio.user)
    referral.refresh_from_db()
    assert (referral.state, referral.events.last().note) == (S.REFUSED, "Plus de place avant mars.")
    assert team(patient) == {("Vandamme", None), ("Lesage", clock.today())}
    assert told(referral)[-1] == ("refused", "vandamme@example.org")
    assert ReferralTimer.objects.running().filter(referral=referral).count() == 3


def test_redirected_keeps_the_chain(patient, doctor, physio, other_physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(SameTarget):
        redirect_referral(referral, target=physio.practitioner, note="x", actor=physio.user)
    following = redirect_referral(
        referral, target=other_physio.practitioner, note="Elle suit déjà la famille.", actor=physio.user
    )
    referral.refresh_from_db()
    assert (referral.state, referral.redirected_to) == (S.REDIRECTED, following)
    assert (following.state, following.subject, following.requester) == (
        S.SENT,
        referral.subject,
        doctor.practitioner,
    )
    assert team(patient) == {("Vandamme", None), ("Lesage", clock.today()), ("Wattel", None)}
    assert told(referral)[-1] == ("redirected", "vandamme@example.org")
    assert told(following)[0] == ("sent", "wattel@example.org")


def test_redirected_to_whom_the_patient_refuses_changes_nothing(patient, owner, doctor, physio, other_physio):
    give_word(patient, other_physio.practitioner, Decision.OPPOSES, actor=owner.user, means=Means.ONLINE)
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(PatientOpposes):
        redirect_referral(referral, target=other_physio.practitioner, note="x", actor=physio.user)
    referral.refresh_from_db()
    assert (referral.state, Referral.objects.count()) == (S.SENT, 1)


def test_the_patient_says_no(patient, owner, doctor, physio):
    referral = accepted_referral(
        patient, doctor.practitioner, physio.practitioner, plan=Plan(physio.reason, 10)
    )
    decline_for_patient(referral, actor=owner.user)
    referral.refresh_from_db()
    referral.invitation.refresh_from_db()
    assert (referral.state, referral.invitation.is_waiting) == (S.REFUSED, False)
    assert reason_of_care(patient, physio.practitioner) is None
    assert told(referral)[-2:] == [("declined", "lesage@example.org"), ("declined", "vandamme@example.org")]


def test_withdrawn_by_the_requester(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    withdraw_referral(referral, actor=doctor.user)
    assert told(referral)[-2:] == [("withdrawn", "lesage@example.org"), ("withdrawn", "jeanne@example.org")]
    with pytest.raises(AlreadyMovedOn):
        accept_referral(referral, physio.practitioner, actor=physio.user)


def test_renewal_in_one_go(patient, doctor, physio):
    referral = accepted_referral(patient, doctor.practitioner, physio.practitioner)
    account = Account("Il marche mieux.", Proposal.GO_ON)
    write_report(referral, physio.practitioner, account, actor=physio.user)
    following = renew_after_report(referral, actor=doctor.user)
    referral.refresh_from_db()
    assert (referral.state, following.state, following.renews, following.sessions) == (
        S.CLOSED,
        S.SENT,
        referral,
        10,
    )
    assert team(patient) == {("Vandamme", None), ("Lesage", None)}


def test_a_profession_is_asked_and_one_takes_it(patient, doctor, physio, other_physio, teammate):
    profession = physio.practitioner.profession
    referral = sent_referral(patient, doctor.practitioner, profession=profession)
    assert told(referral)[:2] == [("sent", "lesage@example.org"), ("sent", "wattel@example.org")]
    assert team(patient) == {("Vandamme", None)}
    with pytest.raises(NotAsked):
        accept_referral(referral, teammate.practitioner, actor=teammate.user)
    accept_referral(referral, other_physio.practitioner, actor=other_physio.user)
    assert team(patient) == {("Vandamme", None), ("Wattel", None)}
    with pytest.raises(AlreadyMovedOn, match=r"Wattel|Camille"):
        accept_referral(referral, physio.practitioner, actor=physio.user)


def test_of_a_profession_the_last_refusal_refuses(patient, doctor, physio, other_physio):
    referral = sent_referral(patient, doctor.practitioner, profession=physio.practitioner.profession)
    refuse_referral(referral, physio.practitioner, "Complet.", actor=physio.user)
    referral.refresh_from_db()
    assert referral.state == S.SENT
    refuse_referral(referral, other_physio.practitioner, "En congé.", actor=other_physio.user)
    referral.refresh_from_db()
    assert referral.state == S.REFUSED


@pytest.mark.django_db(transaction=True)
def test_two_take_it_at_once_and_one_wins(patient, doctor, physio, other_physio):
    referral = sent_referral(patient, doctor.practitioner, profession=physio.practitioner.profession)
    both = [physio, other_physio]
    results = race(
        [lambda who=who: accept_referral(referral, who.practitioner, actor=who.user) for who in both]
    )
    assert kinds(results) == {"Referral": 1, "AlreadyMovedOn": 1}
    referral.refresh_from_db()
    assert referral.holder in (physio.practitioner, other_physio.practitioner)
    assert [verb for verb, _from, _to in story(referral)] == ["written", "sent", "accepted"]


def test_the_database_knows_the_same_steps(patient, doctor, physio):
    """The trigger's own text has the pairs of `FOLLOWS`, and refuses whoever writes behind the back of the actions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'referral_step'")
        pairs = set(re.findall(r"\('([a-z-]+)', '([a-z-]+)'\)", cursor.fetchone()[0]))
    assert pairs == {(before, after) for before, following in FOLLOWS.items() for after in following}
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(IntegrityError, match="cannot go from sent to closed"), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(state=S.CLOSED)
    with pytest.raises(IntegrityError, match="begins as a draft"), transaction.atomic():
        Referral.objects.create(
            patient=patient,
            requester=doctor.practitioner,
            target=physio.practitioner,
            target_kind="practitioner",
            state=S.SENT,
            sent_at=clock.now(),
        )


def stop_all_clocks() -> None:
    with transaction.atomic():
        ReferralTimer.objects.running().update(stopped_at=clock.now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_no_open_referral_without_a_clock(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(IntegrityError, match="forgotten"):
        stop_all_clocks()
    assert referral.timers.running().count() == 3


def test_the_story_is_written_once(patient, doctor, physio):
    referral = sent_referral(patient, doctor.practitioner, physio.practitioner)
    with pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        referral.events.update(note="autre chose")


def test_ended_states_are_the_ones_that_nothing_follows():
    assert {state for state, after in FOLLOWS.items() if not after} == set(ENDED)
