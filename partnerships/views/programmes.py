"""Advanced consultations: what a partner offers here, and the rhythm of its sessions."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from core import clock
from partnerships import access
from partnerships.actions.change_session import end_pattern as do_end
from partnerships.actions.plan_sessions import add_pattern as do_add
from partnerships.actions.save_programme import save_programme
from partnerships.forms.programme import ProgrammeForm
from partnerships.forms.session import EndPatternForm, PatternForm
from partnerships.invitation_access import may_book
from partnerships.models import AdvancedConsultation, SessionPattern
from partnerships.request_access import may_refer
from partnerships.session_dates import session_dates
from partnerships.session_fill import fills
from partnerships.views.edit import edit_page


@require_safe
def programme(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_programme(request.user, pk)
    coming = access.sessions_for(request.user).filter(programme=found).coming()  # type: ignore[attr-defined]
    manages = access.may_manage(request.user)
    context = {
        "programme": found,
        "partner": found.partner,
        "fills": fills(list(coming.order_by("start_at", "pk")[:60])),
        "patterns": found.patterns.select_related("practitioner", "room") if manages else [],
        "seat_rules": found.seat_rules.filter(Q(until=None) | Q(until__gte=clock.today()), session=None)
        .prefetch_related("quotas__profession", "quotas__referrer")
        .order_by("since"),
        "manages": manages,
        "may_book": may_book(request.user, found),
        "may_refer": may_refer(request.user, found),
        "today": clock.today(),
    }
    return render(request, "partnerships/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_programme(request: SignedInRequest, pk: int) -> HttpResponse:
    partner = access.get_partner_to_manage(request.user, pk)
    new = AdvancedConsultation(partner=partner, triage_by=request.user)
    return _save(
        request, ProgrammeForm(request.POST or None, instance=new), _("Nouvelle consultation avancée")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_programme(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_programme_to_manage(request.user, pk)
    return _save(request, ProgrammeForm(request.POST or None, instance=found), _("Modifier la consultation"))


def _save(request: SignedInRequest, form: ProgrammeForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        save_programme(form.instance, form.cleaned_data["referrers"], form.minutes, actor=request.user)
        messages.success(request, _("La consultation avancée est enregistrée."))
        return redirect("programme", form.instance.pk)
    return edit_page(request, form, title, form.instance.partner)


@require_http_methods(["GET", "HEAD", "POST"])
def add_session_pattern(request: SignedInRequest, pk: int) -> HttpResponse:
    """« Voir les dates » shows a year with what is left out and why; « Enregistrer » plans it."""
    found = access.get_programme_to_manage(request.user, pk)
    form = PatternForm(
        request.POST or None,
        instance=SessionPattern(programme=found),
        initial={"valid_from": clock.today()},
    )
    dates = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("step") == "save":
            made = do_add(form.instance, actor=request.user)
            messages.success(request, _("Séances ajoutées : %(number)s.") % {"number": len(made)})
            return redirect("programme", pk)
        dates = session_dates(form.instance, clock.today())
    context = {
        "form": form,
        "dates": dates,
        "kept": sum(not one.skipped for one in dates or []),
        "programme": found,
        "partner": found.partner,
        "title": _("Nouveau rythme"),
    }
    status = 422 if form.errors else 200
    return render(request, "partnerships/add_session_pattern.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def end_session_pattern(request: SignedInRequest, pk: int) -> HttpResponse:
    pattern = access.get_pattern_to_manage(request.user, pk)
    form = EndPatternForm(request.POST or None, initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        kept = do_end(pattern, form.cleaned_data["last_day"], actor=request.user)
        messages.success(request, _("Le rythme prend fin."))
        if kept:
            sentence = ngettext(
                "Des patients sont attendus dans %(number)s séance, qui reste.",
                "Des patients sont attendus dans %(number)s séances, qui restent.",
                len(kept),
            )
            messages.warning(request, sentence % {"number": len(kept)})
        return redirect("programme", pattern.programme_id)
    return edit_page(request, form, _("Terminer ce rythme"), pattern.programme.partner)
