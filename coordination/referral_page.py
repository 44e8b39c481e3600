"""What the page of one referral shows, and which answers it offers to whom."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.forms.referral_answer import AcceptForm, RedirectForm
from coordination.models import Referral, ReferralReport, ReferralState, TimerStep
from coordination.referral_access import Reading
from coordination.referral_lists import chain_of
from coordination.referral_people import addressable, away_until, has_left
from coordination.referral_sessions import sessions_of
from coordination.referral_states import FOLLOWS, may_become, owner_of
from core.web.words import WordsForm

S = ReferralState

# The lines of the story, as they are read by whoever works here.
VERBS = {
    "written": (_("Écrit"), "pencil"),
    "sent": (_("Envoyé"), "send"),
    "asked": (_("Précision demandée"), "question-circle"),
    "answered": (_("Précision donnée"), "chat-dots"),
    "accepted": (_("Accepté"), "check-circle"),
    "passed": (_("Ne peut pas le prendre"), "person-x"),
    "refused": (_("Refusé"), "x-circle"),
    "declined": (_("Le patient a dit non"), "person-x"),
    "redirected": (_("Transmis à quelqu’un d’autre"), "arrow-repeat"),
    "withdrawn": (_("Retiré"), "trash3"),
    "scheduled": (_("Rendez-vous pris"), "calendar-check"),
    "unscheduled": (_("Plus aucun rendez-vous : à reprendre"), "calendar-x"),
    "begun": (_("Première séance faite"), "clock-history"),
    "resumed": (_("D’autres séances sont prises"), "calendar-plus"),
    "reported": (_("Bilan écrit"), "file-earmark-text"),
    "read": (_("Bilan lu, terminé"), "check-circle"),
    "let-go": (_("Refus lu, sans suite"), "check-circle"),
    "over": (_("Dernière séance passée, terminé"), "check-circle"),
}


def page_of(reading: Reading) -> dict[str, Any]:
    referral = reading.referral
    found = sessions_of(referral)
    return {
        "referral": referral,
        "patient": referral.patient,
        "reading": reading,
        "story": _story(referral, is_clinical=reading.is_clinical),
        "chain": chain_of(referral),
        "report": ReferralReport.objects.filter(referral=referral).select_related("author").first()
        if reading.is_clinical
        else None,
        "progress": found.progress(referral) if referral.series or found.coming or found.done else None,
        "next_clock": referral.timers.filter(step=TimerStep.OWNER, stopped_at=None).last(),
        "owner": owner_of(referral),
        "is_untaken": referral.target is None and referral.state in (S.SENT, S.ASKED),
        **_offers(reading),
    }


def _story(referral: Referral, *, is_clinical: bool) -> list[dict[str, Any]]:
    """What people wrote to each other is read by the care team only."""
    return [
        {
            "at": event.at,
            "title": VERBS.get(event.verb, (event.verb, "clock"))[0],
            "sign": VERBS.get(event.verb, ("", "clock"))[1],
            "text": event.note if is_clinical else "",
            "who": str(event.by) if event.by is not None else _("la maison"),
        }
        for event in referral.events.select_related("by")
    ]


def _offers(reading: Reading) -> dict[str, Any]:
    """Each form only where its step is possible and the reader's."""
    referral, offers = reading.referral, dict[str, Any]()
    if reading.is_asked and reading.practitioner is not None:
        is_to_book = referral.state == S.ACCEPTED and referral.series is None
        if is_to_book or referral.state in (S.SENT, S.ASKED):
            offers["accept_form"] = _accept_form(reading)
        if may_become(referral, S.ASKED):
            offers["ask_form"] = WordsForm(_("Votre question"))
        if may_become(referral, S.REFUSED):
            offers["refuse_form"] = WordsForm(_("Pourquoi"))
        offers["may_report"] = referral.holder is not None and may_become(referral, S.COMPLETED)
    if reading.is_requester:
        if referral.state == S.ASKED:
            offers["detail_form"] = WordsForm(_("Votre réponse"))
        offers["may_withdraw"] = may_become(referral, S.WITHDRAWN)
        offers["may_close"] = referral.state in (S.COMPLETED, S.REFUSED)
        offers["may_renew"] = referral.state == S.COMPLETED
    if S.REDIRECTED in FOLLOWS[referral.state] and (
        reading.is_requester or reading.is_asked or not reading.is_clinical
    ):
        offers |= _redirection(referral)
    return offers


def _accept_form(reading: Reading) -> AcceptForm:
    assert reading.practitioner is not None
    form = AcceptForm(reading.practitioner, initial={"sessions": reading.referral.sessions_to_book})
    reasons = list(form.fields["reason"].queryset)  # type: ignore[attr-defined]
    most = [one for one in reasons if "séance" in one.name.lower()] or reasons
    form.initial["reason"] = most[0].pk if most else None
    return form


def _redirection(referral: Referral) -> dict[str, Any]:
    """Who else could take it, colleagues of the same profession first; said aloud where the one asked is away."""
    people = list(addressable().exclude(pk=referral.requester_id))
    away = away_until([one.pk for one in people])
    asked = referral.holder or referral.target
    others = [one for one in people if asked is None or one.pk != asked.pk]
    others.sort(key=lambda one: asked is None or one.profession_id != asked.profession_id)
    missing = None
    if asked is not None and referral.state in (S.SENT, S.ACCEPTED):
        missing = "left" if has_left(asked) else away_until([asked.pk]).get(asked.pk)
    return {"redirect_form": RedirectForm(others, away), "asked_is_missing": missing, "asked": asked}
