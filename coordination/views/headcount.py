"""« Effectif »: enough people to be a maison de santé, today and in three years."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_coordinator, role_required
from accounts.models import Role
from coordination import headcount as reading
from coordination.actions.plan_staff import drop_staff_change as do_drop
from coordination.actions.plan_staff import save_staff_change
from coordination.forms.staff import StaffChangeForm
from coordination.models import StaffChange
from core import clock
from core.formats import french
from core.web.charts import Cell, Chart, Row
from practitioners.house import the_house

coordinator_only = role_required(Role.COORDINATOR)


@coordinator_only
@require_safe
def headcount(request: SignedInRequest) -> HttpResponse:
    found = reading.forecast(clock.today())
    rows = reading.changes_for(request.user).order_by("on", "pk")
    context = {
        "forecast": found,
        "chart": _chart(found),
        "coming": [row for row in rows if row.on >= clock.today()],
        "past": [row for row in rows if row.on < clock.today()],
    }
    return render(request, "coordination/headcount.html", context)


def _chart(found: reading.Forecast) -> Chart:
    """Each month with both numbers; a month below what the law wants says so in words."""
    short = _("sous le minimum : %(doctors)s et %(paramedics)s")
    return Chart(
        key="effectif",
        title=_("Effectif prévu, mois par mois"),
        first_heading=_("Mois"),
        headings=[_("Médecins généralistes"), _("Paramédicaux")],
        rows=[
            Row(
                label=french.month(point.day),
                at=clock.day_bounds(point.day)[0],
                cells=[Cell(str(number), number) for number in point.count],
                note=short % point.least._asdict() if point.is_short else "",
            )
            for point in found.months
        ],
        note_heading=_("À noter") if found.shortages else "",
        newest_first=False,
    )


@require_safe
def staff_change(request: SignedInRequest, pk: int) -> HttpResponse:
    found = reading.get_change(request.user, pk)
    context = {
        "change": found,
        "to_prepare": reading.to_prepare(found),
        "may_edit": is_coordinator(request.user),
    }
    return render(request, "coordination/staff_change.html", context)


@coordinator_only
@require_http_methods(["GET", "HEAD", "POST"])
def add_staff_change(request: SignedInRequest) -> HttpResponse:
    return _edit(request, StaffChange(centre=the_house().centre))


@coordinator_only
@require_http_methods(["GET", "HEAD", "POST"])
def edit_staff_change(request: SignedInRequest, pk: int) -> HttpResponse:
    return _edit(request, reading.get_change(request.user, pk))


def _edit(request: SignedInRequest, found: StaffChange) -> HttpResponse:
    form = StaffChangeForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        saved = save_staff_change(form.instance, actor=request.user)
        messages.success(request, _("C’est noté. Vous seul et la personne concernée le lisez."))
        return redirect("staff_change", saved.pk)
    context = {"form": form, "change": found}
    return render(request, "coordination/edit_staff_change.html", context, status=422 if form.errors else 200)


@coordinator_only
@require_POST
def drop_staff_change(request: SignedInRequest, pk: int) -> HttpResponse:
    do_drop(reading.get_change(request.user, pk), actor=request.user)
    messages.success(request, _("Ce mouvement n’est plus prévu."))
    return redirect("headcount")
