"""« Pilotage »: a year against the grid of the contract, what stands behind each value, and the day it is frozen."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.db import together
from core.refusal import Refusal
from partnerships import evidence_access as access
from partnerships.actions.freeze_evidence import freeze_evidence as do_freeze
from partnerships.actions.prove_evidence import set_list_size
from partnerships.evidence import grid_for, measures, report
from partnerships.evidence_frozen import report_of, verify
from partnerships.evidence_lines import Line, Report
from partnerships.forms.evidence import DeclarationForm, ListSizeForm, ProofForm
from partnerships.models import EvidenceGrid, EvidenceProof, FrozenEvidence, Indicator
from practitioners.models import Centre

PER_PAGE = 50


@require_safe
def evidence(request: SignedInRequest) -> HttpResponse:
    """Totals for who shares the money; what leads further for who proves."""
    if not access.may_read_totals(request.user):
        raise Http404
    centre, this_year = access.the_centre(), clock.today().year
    grids, frozen_years = together(
        EvidenceGrid.objects.filter(centre=centre).order_by("valid_from"), access.frozen_years(centre)
    )
    years = access.years(grids[0].valid_from if grids else None)
    asked = request.GET.get("annee", "")
    year = int(asked) if asked.isdecimal() and int(asked) in years else this_year
    frozen = next((one for one in frozen_years if one.year.year == year), None)
    context = {
        "report": _report(centre, year, frozen),
        "frozen": frozen,
        "year": year,
        "years": years,
        "is_running": year == this_year,
        "proves": access.may_prove(request.user),
        "sets_grid": access.may_set_grid(request.user),
    }
    return render(request, "partnerships/evidence/evidence.html", context)


def _report(centre: Centre, year: int, frozen: FrozenEvidence | None, *, only: str = "") -> Report | None:
    """The rows of a frozen year as they were; None where no grid says what to count."""
    if frozen is not None:
        return report_of(frozen, only=only, with_rows=bool(only))
    grid = grid_for(centre, year)
    return report(centre, year, grid, only=only) if grid else None


@require_safe
def evidence_indicator(request: SignedInRequest, year: int, code: str) -> HttpResponse:
    return indicator_page(request, access.get_year(request.user, year), code)


def indicator_page(
    request: SignedInRequest,
    year: int,
    code: str,
    *,
    proof_form: ProofForm | None = None,
    declaration_form: DeclarationForm | None = None,
) -> HttpResponse:
    """The one page of an indicator, with what was typed where it was refused."""
    centre = access.the_centre()
    frozen = access.frozen_of(centre, year)
    found = _report(centre, year, frozen, only=code)
    line = found.line(code) if found else None
    if found is None or line is None:
        raise Http404
    proofs = EvidenceProof.objects.filter(year__centre=centre, year__year=year, code=code)
    context = {
        "report": found,
        "line": line,
        "year": year,
        "frozen": frozen,
        "page": Paginator(line.rows, PER_PAGE).get_page(request.GET.get("page")),
        "follows": measures()[line.measure].opens_to(request.user),
        "counts_people": any(row.people is not None for row in line.rows),
        "proofs": proofs.select_related("upload").order_by("added_at", "pk"),
        "proof_form": None if frozen else proof_form or ProofForm(wanted=wanted_proofs(centre, year, code)),
        "declaration_form": None if frozen else _declaration_form(line, declaration_form),
    }
    refused = any(form is not None and form.errors for form in (proof_form, declaration_form))
    template = "partnerships/evidence/evidence_indicator.html"
    return render(request, template, context, status=422 if refused else 200)


def _declaration_form(line: Line, bound: DeclarationForm | None) -> DeclarationForm | None:
    if not line.is_declared:
        return None
    value = None if line.value is None else f"{line.value.normalize():f}"
    return bound or DeclarationForm(initial={"value": value, "note": "".join(line.facts)})


def wanted_proofs(centre: Centre, year: int, code: str) -> list[str]:
    indicator = Indicator.objects.filter(grid=grid_for(centre, year), code=code).first()
    return indicator.proofs if indicator else []


@require_http_methods(["GET", "HEAD", "POST"])
def set_evidence_list(request: SignedInRequest, year: int) -> HttpResponse:
    said = access.get_year_to_prove(request.user, year)
    form = ListSizeForm(request.POST or None, initial={"list_size": said.list_size})
    if form.is_bound and form.is_valid():
        try:
            set_list_size(said, form.cleaned_data["list_size"], actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            messages.success(request, _("La patientèle est enregistrée."))
        return redirect_to_year(year)
    context = {"form": form, "year": year, "title": _("Patientèle de %(year)s") % {"year": year}}
    return render(request, "partnerships/evidence/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def freeze_evidence(request: SignedInRequest, year: int) -> HttpResponse:
    """First what would be written for good, then the act."""
    said = access.get_year_to_prove(request.user, year)
    found = _report(said.centre, year, None)
    if found is None or year >= clock.today().year:
        raise Http404
    if request.method == "POST":
        try:
            do_freeze(said.centre, year, actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            messages.success(request, _("L’année %(year)s est figée.") % {"year": year})
        return redirect_to_year(year)
    return render(request, "partnerships/evidence/freeze_evidence.html", {"report": found, "year": year})


@require_safe
def evidence_paper(request: SignedInRequest, year: int) -> HttpResponse:
    """The paper as it was frozen, byte for byte."""
    frozen = access.get_frozen(request.user, year)
    paper = FrozenEvidence.objects.values_list("paper", flat=True).get(pk=frozen.pk)
    response = HttpResponse(bytes(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="rapport-{year}.pdf"'
    return response


@require_POST
def verify_evidence(request: SignedInRequest, year: int) -> HttpResponse:
    """Both hashes computed anew, said in one sentence."""
    verdict = verify(access.get_frozen(request.user, year))
    if verdict.holds:
        messages.success(
            request, _("Vérifié : les lignes et le document sont ceux du jour où ils ont été figés.")
        )
    else:
        messages.error(
            request,
            _("Attention : ce qui est enregistré n’est plus ce qui a été figé. Prévenez l’administrateur."),
        )
    return redirect_to_year(year)


def redirect_to_year(year: int) -> HttpResponse:
    response = redirect("evidence")
    response["Location"] += f"?annee={year}"
    return response
