"""The rule of missed visits: the coordinator sets it, the desk lifts it for a person."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest, desk_required, is_administrator, is_coordinator
from appointments import no_shows
from appointments.actions.set_no_show_rule import set_no_show_rule
from appointments.actions.waive_no_shows import waive_no_shows
from appointments.forms.no_show import NoShowRuleForm, WaiverForm
from core import clock
from patients.access import get_patient_for_desk
from practitioners.house import the_house


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def no_show_rule(request: SignedInRequest) -> HttpResponse:
    """The rule and whom it holds back today."""
    may_set = is_coordinator(request.user) or is_administrator(request.user)
    centre = the_house().centre
    if centre is None or (request.method == "POST" and not may_set):
        raise Http404
    rule = no_shows.rule_of_today()
    form = NoShowRuleForm(rule, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        set_no_show_rule(
            centre, most=data["most"], period=form.period, is_enabled=data["is_enabled"], actor=request.user
        )
        messages.success(request, _("La règle est enregistrée. Elle vaut dès maintenant."))
        return redirect("no_show_rule")
    context = {
        "form": form,
        "rule": rule,
        "may_set": may_set,
        "paused": no_shows.everybody_paused(clock.now()),
    }
    return render(request, "cabinet/no_show_rule.html", context, status=422 if form.is_bound else 200)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def waive(request: SignedInRequest, pk: int) -> HttpResponse:
    patient = get_patient_for_desk(request.user, pk)
    form = WaiverForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        waive_no_shows(patient, **form.cleaned_data, actor=request.user)
        messages.success(request, _("%s peut de nouveau réserver en ligne.") % patient.display_name)
        return redirect("patient_record", pk)
    context = {
        "patient": patient,
        "form": form,
        "pause": no_shows.pause_of(patient, clock.now()),
    }
    return render(
        request, "appointments/desk/waive_no_shows.html", context, status=422 if form.is_bound else 200
    )
