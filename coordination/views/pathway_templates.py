"""What the team has agreed on: the list, the editor, the drawing before it is published."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from coordination.access_pathways import (
    get_version,
    get_version_to_write,
    may_read_pathways,
    may_write_pathways,
)
from coordination.actions import write_pathway
from coordination.forms.pathway_template import StepForms, VersionForm, kept_rows, rearranged, typed_rows
from coordination.models import PathwayVersion, VersionState
from coordination.pathway_board import zone_of_house
from coordination.pathway_drawing import draw
from core.refusal import Refusal
from practitioners.house import the_house


@require_safe
def pathway_templates(request: SignedInRequest) -> HttpResponse:
    """Published first, then drafts; the retired ones of a template that has neither."""
    if not may_read_pathways(request.user):
        raise Http404
    writes = may_write_pathways(request.user)
    versions = PathwayVersion.objects.select_related("template").prefetch_related("steps", "starters")
    by_template: dict[int, list[PathwayVersion]] = {}
    for version in versions.order_by("name", "-number"):
        by_template.setdefault(version.template_id, []).append(version)
    rows = []
    for several in by_template.values():
        shown = _shown(several, drafts=writes)
        if shown is not None:
            draft = next((one for one in several if one.is_draft and one != shown), None) if writes else None
            rows.append((shown, draft))
    rows.sort(key=lambda pair: (pair[0].state == VersionState.RETIRED, pair[0].name))
    return render(request, "coordination/pathway_templates.html", {"rows": rows, "writes": writes})


def _shown(several: list[PathwayVersion], *, drafts: bool) -> PathwayVersion | None:
    ranked = [VersionState.ACTIVE, VersionState.DRAFT, VersionState.RETIRED]
    usable = [one for one in several if drafts or not one.is_draft]
    return min(usable, key=lambda one: (ranked.index(VersionState(one.state)), -one.number), default=None)


@require_http_methods(["GET", "HEAD", "POST"])
def add_pathway_template(request: SignedInRequest) -> HttpResponse:
    centre = the_house().centre
    if centre is None or not may_write_pathways(request.user):
        raise Http404
    form = VersionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        version = write_pathway.create_pathway_template(
            centre, form.values, form.cleaned_data["starters"], actor=request.user
        )
        return redirect("edit_pathway_template", version.pk)
    status = 422 if form.is_bound else 200
    return render(request, "coordination/add_pathway_template.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_pathway_template(request: SignedInRequest, pk: int) -> HttpResponse:
    """Moving and adding steps changes the page only; what is written is what « Enregistrer » sends."""
    version = get_version_to_write(request.user, pk)
    if not version.is_draft:
        return redirect("pathway_template", pk)
    if request.method != "POST":
        return _editor(request, version, VersionForm(instance=version), StepForms(kept_rows(version)))
    order = request.POST.get("do", "")
    if order != "enregistre":
        steps = StepForms(rearranged(typed_rows(request.POST), order))
        head = VersionForm(instance=version, initial=_typed_head(request))
        return _editor(request, version, head, steps, order=order)
    form, steps = VersionForm(request.POST, instance=version), StepForms(data=request.POST)
    valid = [form.is_valid(), steps.is_valid()]
    if all(valid):
        try:
            write_pathway.save_draft(
                version, form.values, form.cleaned_data["starters"], steps.steps, actor=request.user
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Le brouillon est enregistré. Relisez-le avant de le publier."))
            return redirect("pathway_template", pk)
    return _editor(request, version, form, steps, status=422)


def _typed_head(request: SignedInRequest) -> dict[str, Any]:
    values: dict[str, Any] = {name: request.POST.get(name, "") for name in VersionForm.Meta.fields}
    return {**values, "starters": request.POST.getlist("starters")}


def _editor(
    request: SignedInRequest,
    version: PathwayVersion,
    form: VersionForm,
    steps: StepForms,
    *,
    order: str = "",
    status: int = 200,
) -> HttpResponse:
    said = {
        "ajoute": _("Étape ajoutée."),
        "monte": _("Étape montée."),
        "descend": _("Étape descendue."),
        "retire": _("Étape retirée."),
    }.get(order.partition("-")[0], "")
    steps.focus(order)
    context = {"version": version, "form": form, "steps": steps, "said": said}
    name = "coordination/edit_pathway_template.html"
    return render(request, name, context, status=status)


@require_safe
def pathway_template(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read as it will be followed: a list, and a line of time."""
    version = get_version(request.user, pk)
    steps = list(version.steps.select_related("category", "profession", "practitioner").order_by("position"))
    context = {
        "version": version,
        "starters": list(version.starters.order_by("position", "name")),
        "drawing": draw(steps, zone_of_house()),
        "writes": may_write_pathways(request.user),
        "others": PathwayVersion.objects.filter(template=version.template_id)
        .exclude(pk=version.pk)
        .exclude(state=VersionState.DRAFT)
        .order_by("-number"),
    }
    return render(request, "coordination/pathway_template.html", context)


@require_POST
def change_pathway_template(request: SignedInRequest, pk: int, do: str) -> HttpResponse:
    version = get_version_to_write(request.user, pk)
    try:
        if do == "publier":
            write_pathway.publish_pathway(version, actor=request.user)
            messages.success(request, _("Le parcours est publié : il peut être commencé."))
        elif do == "retirer":
            write_pathway.retire_pathway(version, actor=request.user)
            messages.success(request, _("Le parcours est retiré. Qui le suit déjà continue."))
        elif do == "version":
            draft = write_pathway.new_version(version, actor=request.user)
            messages.success(
                request, _("Un brouillon est ouvert. L’ancienne version sert jusqu’à ce qu’il soit publié.")
            )
            return redirect("edit_pathway_template", draft.pk)
        elif do == "dupliquer":
            copy = write_pathway.duplicate_pathway(version, actor=request.user)
            messages.success(request, _("La copie est ouverte : changez-la, puis publiez-la."))
            return redirect("edit_pathway_template", copy.pk)
        elif do == "supprimer":
            write_pathway.drop_draft(version, actor=request.user)
            messages.success(request, _("Le brouillon est supprimé."))
            return redirect("pathway_templates")
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect(reverse("pathway_template", args=[pk]))
