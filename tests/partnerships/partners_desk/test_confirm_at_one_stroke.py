"""Several sessions answered for at one stroke; who was asked and has not answered is called."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from partnerships.actions.ask_confirmations import ask_confirmations
from partnerships.actions.chase_session import chase_session
from partnerships.models import ConsultationSession, SessionChase, SessionState
from tests.factories.partnerships import PartnerContactFactory

pytestmark = pytest.mark.django_db


def test_one_stroke_answers_for_each(plan, programme, coordinator, bureau):
    """Two are confirmed, one was already, one is over meanwhile; the partner is asked again once a day."""
    PartnerContactFactory(partner=programme.partner, confirms_sessions=True)
    first, second, third, gone = plan(3), plan(10), plan(12), plan(14)
    ConsultationSession.objects.filter(pk=third.pk).update(state=SessionState.CONFIRMED)
    stroke = reverse("settle_consultation_sessions")
    sentence = "Cette séance est passée ou déjà annulée."

    def answer(gesture: str, *sessions: ConsultationSession) -> list[tuple[int, str, bool]]:
        data = {"geste": gesture, "seance": [one.pk for one in sessions], "par": "Nadine Obin"}
        found = bureau.post(stroke, data).context["results"]
        return [(one.session.pk, one.sentence, one.is_done) for one in found]

    ConsultationSession.objects.filter(pk=gone.pk).update(
        start_at=clock.now() - timedelta(hours=4), end_at=clock.now() - timedelta(hours=1)
    )
    assert answer("relancer", second, first, third, gone) == [
        (gone.pk, sentence, False),
        (first.pk, "le partenaire est relancé par e-mail.", True),
        (second.pk, "le partenaire est relancé par e-mail.", True),
        (third.pk, "Le partenaire a déjà confirmé.", False),
    ]
    assert answer("relancer", first) == [(first.pk, "Le partenaire a déjà été relancé aujourd’hui.", False)]
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        chase_session(first, actor=coordinator)
    assert list(SessionChase.objects.order_by("pk").values_list("session", "sent_by")) == [
        (pk, coordinator.pk) for pk in (first.pk, second.pk, first.pk)
    ]
    letters = OutboxMessage.objects.filter(kind="session.to_confirm").order_by("pk")
    assert [(one.subject_id, one.payload["again"]) for one in letters] == [
        (pk, True) for pk in (first.pk, second.pk, first.pk)
    ]
    assert answer("confirmer", first, second, third) == [
        (first.pk, "la séance est confirmée.", True),
        (second.pk, "la séance est confirmée.", True),
        (third.pk, "Le partenaire a déjà confirmé.", False),
    ]
    first.refresh_from_db()
    assert (first.state, first.confirmed_by) == (SessionState.CONFIRMED, "Nadine Obin")
    trail = AuditEvent.objects.filter(actor_id=coordinator.pk, action__startswith="session.").order_by("pk")
    assert [line.action for line in trail][-5:] == ["session.chased"] * 3 + ["session.confirmed"] * 2


def test_nobody_to_ask_changes_nothing(plan, coordinator, bureau):
    session = plan(3)
    data = {"geste": "relancer", "seance": [session.pk]}
    page = bureau.post(reverse("settle_consultation_sessions"), data, headers={"HX-Request": "true"})
    assert "Aucun contact de ce partenaire ne reçoit les demandes" in page.text
    assert "<html" not in page.text
    assert (SessionChase.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    nothing = bureau.post(
        reverse("settle_consultation_sessions"), {"geste": "relancer", "seance": ["x", "9"]}
    )
    assert (nothing.status_code, nothing.context["refused"]) == (
        422,
        "Cochez d’abord une ou plusieurs séances.",
    )


def test_who_was_asked_and_has_not_answered_is_called(plan, programme, bureau):
    contact = PartnerContactFactory(
        partner=programme.partner, confirms_sessions=True, phone="+33353010101", name="Nadine Obin"
    )
    programme.confirm_days = 40
    programme.save(update_fields=["confirm_days"])
    near, far = plan(2), plan(35)
    plan(50)
    ask_confirmations()
    desk = bureau.get(reverse("partners_desk")).context["desk"]
    assert [(one.session, one.days_left, one.is_urgent, one.contacts) for one in desk.pending] == [
        (near, 2, True, [contact]),
        (far, 35, False, [contact]),
    ]
    assert [line.session for line in desk.lines] == [near]
