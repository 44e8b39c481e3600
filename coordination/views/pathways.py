"""All pathways of the house: numbers by template, who is on one, and whom somebody has to look after."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, is_desk
from coordination.access_pathways import may_write_pathways, running_for
from coordination.models import PathwayVersion
from coordination.pathway_board import numbers_by_template, plans_of, stalled
from coordination.pathway_plan import Plan, Trouble

PER_PAGE = 30
STANDINGS = [
    ("", gettext_lazy("Tous")),
    ("late", gettext_lazy("En retard")),
    ("stalled", gettext_lazy("À reprendre")),
    ("fine", gettext_lazy("Sans souci")),
]


class PathwayFilter(forms.Form):
    modele = forms.TypedChoiceField(
        label=gettext_lazy("Parcours"), required=False, coerce=int, empty_value=None
    )
    etat = forms.ChoiceField(label=gettext_lazy("État"), required=False, choices=STANDINGS)

    def __init__(self, versions: list[PathwayVersion], data: Any, *, neutral: bool) -> None:
        super().__init__(data)
        names = {one.template_id: one.neutral_name if neutral else one.name for one in versions}
        choices = sorted(names.items(), key=lambda pair: pair[1])
        self.fields["modele"].choices = [("", _("Tous")), *choices]  # type: ignore[attr-defined]

    def keep(self, plans: list[Plan]) -> list[Plan]:
        """An unknown word is as good as none."""
        data = self.cleaned_data if self.is_valid() else {}
        kept = plans
        if data.get("modele"):
            kept = [one for one in kept if one.pathway.version.template_id == data["modele"]]
        if data.get("etat") == "late":
            kept = [one for one in kept if one.is_late]
        elif data.get("etat") == "stalled":
            kept = [one for one in kept if one.is_stalled]
        elif data.get("etat") == "fine":
            kept = [one for one in kept if not one.is_stalled]
        return kept


@require_safe
def pathways(request: SignedInRequest) -> HttpResponse:
    """The desk reads who and when under a neutral name; a professional sees his patients."""
    plans = plans_of(running_for(request.user).order_by("-started_on", "-pk"))
    at_desk = is_desk(request.user)
    form = PathwayFilter([one.pathway.version for one in plans], request.GET, neutral=at_desk)
    page = Paginator(form.keep(plans), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "tab": "running",
        "form": form,
        "page": page,
        "numbers": numbers_by_template(plans) if may_write_pathways(request.user) else [],
        "stalled_count": len(stalled(plans)),
        "at_desk": at_desk,
    }
    return render(request, "coordination/pathways.html", context)


@require_safe
def stalled_pathways(request: SignedInRequest) -> HttpResponse:
    """The longest late first, with why; begun anew or ended from here."""
    plans = plans_of(running_for(request.user).order_by("pk"))
    waiting = stalled(plans)
    context = {
        "tab": "stalled",
        "page": Paginator(waiting, PER_PAGE).get_page(request.GET.get("page")),
        "stalled_count": len(waiting),
        "at_desk": is_desk(request.user),
        "restartable": [Trouble.NO_SHOW, Trouble.CANCELLED, Trouble.DECLINED, Trouble.OVERDUE],
    }
    return render(request, "coordination/stalled_pathways.html", context)
