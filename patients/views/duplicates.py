"""The desk judges whether two records are one person, joins them, and takes them apart again."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, desk_required
from core.refusal import Refusal
from patients import access
from patients.actions.dismiss_duplicate import dismiss_duplicate
from patients.actions.merge_patients import both_have_accounts, merge_patients, why_not_merge
from patients.actions.separate_patients import separate_patients
from patients.comparison import compared
from patients.duplicates import likeness
from patients.forms.desk import SearchForm
from patients.models import Patient
from patients.search import find_patients, lookalikes

PER_PAGE = 20


@desk_required
@require_safe
def duplicates(request: SignedInRequest) -> HttpResponse:
    page = Paginator(access.suspected_duplicates(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "patients/desk/duplicates.html", {"page": page})


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates_of(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who else may be this person: alike by himself, or found by the desk."""
    patient = access.get_patient_for_desk(request.user, pk)
    form = SearchForm(request.POST if request.method == "POST" else None)
    found: list[Patient] = []
    if form.is_bound and form.is_valid():
        found = list(find_patients(request.user, form.cleaned_data["born"], form.cleaned_data["letters"]))
    elif not form.is_bound:
        identity = {name: getattr(patient, name) for name in NAMES}
        found = list(lookalikes(identity)[:PER_PAGE])
    others = [other for other in found if other.pk != patient.pk]
    context = {"patient": patient, "others": others, "form": form}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "patients/desk/duplicates_of.html", context, status=status)


NAMES = ("birth_name", "birth_first_names", "used_name", "birth_date")


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare_records(request: SignedInRequest, kept: int, absorbed: int) -> HttpResponse:
    left, right = access.get_pair_for_desk(request.user, kept, absorbed)
    sentence = ""
    if request.method == "POST":
        if request.POST.get("answer") == "two":
            dismiss_duplicate(left, right, actor=request.user)
            messages.success(request, _("C’est noté : ce sont deux personnes."))
            return redirect("duplicates")
        try:
            close = request.POST.get("close_account") == "on"
            merge_patients(left, right, actor=request.user, close_account=close)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            messages.success(
                request, _("Les deux fiches n’en font plus qu’une. Vous pouvez encore les séparer.")
            )
            return redirect("patient_record", left.pk)
    forbidden = why_not_merge(left, right)
    context = {
        "kept": left,
        "absorbed": right,
        "lines": compared(left, right),
        "likeness": likeness(left, right),
        "two_accounts": both_have_accounts(left, right),
        "sentence": sentence,
        "forbidden": forbidden.sentence if forbidden else "",
    }
    return render(request, "patients/desk/compare_records.html", context, status=409 if sentence else 200)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def separate_records(request: SignedInRequest, pk: int) -> HttpResponse:
    merge = access.get_merge_for_desk(request.user, pk)
    sentence = ""
    if request.method == "POST":
        try:
            separate_patients(merge, actor=request.user)
        except Refusal as refusal:
            sentence = str(refusal.sentence)
        else:
            messages.success(request, _("Les deux fiches sont de nouveau séparées."))
            return redirect("patient_record", merge.kept_id)
    context = {"merge": merge, "moved": merge.moved.count(), "sentence": sentence}
    return render(request, "patients/desk/separate_records.html", context, status=409 if sentence else 200)
