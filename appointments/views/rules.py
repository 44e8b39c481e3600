"""A practitioner's week: what repeats, and the dates that it gives."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from appointments import preview
from appointments.actions.add_rule import add_rule as do_add
from appointments.actions.change_rule import change_rule as do_change
from appointments.actions.end_rule import end_rule as do_end
from appointments.forms.rule import EndRuleForm, OpeningRuleForm
from appointments.models import Opening, OpeningRule
from appointments.models.opening import Weekday
from appointments.views.cabinet import edit
from core import clock
from practitioners.access import editable_practitioners, get_editable


@require_safe
def my_openings(request: SignedInRequest) -> HttpResponse:
    """One's own practice at once; whoever keeps several chooses."""
    found = list(
        editable_practitioners(request.user).with_names().order_by("profession__position", "last_name", "pk")
    )
    own = next((one for one in found if one.user_id == request.user.pk), None)
    if own is not None:
        return redirect("openings", own.slug)
    if not found:
        return render(request, "404.html", status=404)
    return render(request, "cabinet/practices.html", {"practitioners": found})


@require_safe
def openings(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    today = clock.today()
    rules = [
        rule
        for rule in OpeningRule.objects.filter(practitioner=practitioner)
        .select_related("place", "room")
        .order_by("start_time", "pk")
        if rule.valid_until is None or rule.valid_until >= today
    ]
    cancelled = Opening.objects.filter(
        practitioner=practitioner, cancelled_at__isnull=False, end_at__gt=clock.now()
    ).order_by("start_at")
    context = {
        "practitioner": practitioner,
        "week": [(day.label, [rule for rule in rules if day in rule.weekdays]) for day in Weekday],
        "has_rules": bool(rules),
        "weeks": preview.as_it_is(practitioner),
        "cancelled": cancelled,
    }
    return render(request, "cabinet/openings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_rule(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    form = OpeningRuleForm(request.POST or None, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_rule(form.instance),
        save=lambda: do_add(form.instance, form.cleaned_data["reasons"], actor=request.user),
        back=reverse("openings", args=[slug]),
        done=_("La plage est ouverte."),
        title=_("Nouvelle plage hebdomadaire"),
        practitioner=practitioner,
        weeks=preview.as_it_is(practitioner),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_rule(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    rule = get_object_or_404(OpeningRule, pk=pk, practitioner=practitioner)
    form = OpeningRuleForm(request.POST or None, instance=rule, practitioner=practitioner)
    return edit(
        request,
        form,
        preview=lambda: preview.of_rule(form.instance),
        save=lambda: do_change(form.instance, form.cleaned_data["reasons"], actor=request.user),
        back=reverse("openings", args=[slug]),
        done=_("La plage est modifiée."),
        title=_("Modifier la plage hebdomadaire"),
        practitioner=practitioner,
        weeks=preview.as_it_is(practitioner),
        more_url=reverse("end_rule", args=[slug, pk]),
        more_label=_("Mettre fin à cette plage"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end_rule(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    practitioner = get_editable(request.user, slug)
    rule = get_object_or_404(OpeningRule, pk=pk, practitioner=practitioner)
    form = EndRuleForm(request.POST or None, initial={"last_day": clock.today()})
    return edit(
        request,
        form,
        preview=lambda: preview.of_rule_end(rule, form.cleaned_data["last_day"]),
        save=lambda: do_end(rule, form.cleaned_data["last_day"], actor=request.user),
        back=reverse("openings", args=[slug]),
        done=_("La plage prend fin."),
        title=_("Mettre fin à la plage « %s »") % rule,
        practitioner=practitioner,
        weeks=preview.as_it_is(practitioner),
    )
