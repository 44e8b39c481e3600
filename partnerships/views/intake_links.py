"""The links by which outside doctors send patients to one programme, and what its letter asks."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import SignedInRequest
from partnerships import access
from partnerships.actions.intake_links import make_intake_link
from partnerships.actions.intake_links import revoke_intake_link as do_revoke
from partnerships.actions.write_letter_template import questions_of, write_letter_template
from partnerships.forms.letter_template import QuestionFormSet, questions_in
from partnerships.forms.outside_request import IntakeLinkForm
from partnerships.models import IntakeLink
from partnerships.request_letter import current_template
from partnerships.request_links import intake_address


@require_http_methods(["GET", "HEAD", "POST"])
def intake_links(request: SignedInRequest, pk: int) -> HttpResponse:
    programme = access.get_programme_to_manage(request.user, pk)
    form = IntakeLinkForm(request.POST or None, instance=IntakeLink(programme=programme))
    if request.method == "POST" and form.is_valid():
        made = make_intake_link(form.instance, actor=request.user)
        done = (
            _("Le lien est créé et envoyé.") if made.email else _("Le lien est créé : copiez-le ci-dessous.")
        )
        messages.success(request, done)
        return redirect("intake_links", pk)
    rows = programme.intake_links.select_related("created_by").order_by("revoked_at", "name", "pk")
    context = {
        "programme": programme,
        "partner": programme.partner,
        "form": form,
        "links": [(one, intake_address(one) if one.is_open else "") for one in rows],
        "title": _("Liens d’adressage"),
    }
    return render(request, "partnerships/intake_links.html", context, status=422 if form.errors else 200)


@require_POST
def revoke_intake_link(request: SignedInRequest, pk: int) -> HttpResponse:
    link = IntakeLink.objects.select_related("programme").filter(pk=pk).first()
    if link is None or not access.may_manage(request.user):
        raise Http404
    do_revoke(link, actor=request.user)
    messages.success(request, _("Le lien ne s’ouvre plus."))
    return redirect("intake_links", link.programme_id)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_letter_template(request: SignedInRequest, pk: int) -> HttpResponse:
    """Each change is a new version; letters that were sent keep theirs."""
    programme = access.get_programme_to_manage(request.user, pk)
    current = current_template(pk)
    known = [vars(one) for one in questions_of(current)] if current is not None else []
    forms = QuestionFormSet(request.POST or None, initial=known, prefix="q")
    if request.method == "POST" and forms.is_valid():
        made = write_letter_template(programme, questions_in(forms), actor=request.user)
        messages.success(
            request,
            _("La lettre est enregistrée (version %(number)s).") % {"number": made.version},
        )
        return redirect("programme", pk)
    context = {
        "programme": programme,
        "partner": programme.partner,
        "forms": forms,
        "version": current.version if current is not None else 0,
        "title": _("La lettre d’adressage"),
    }
    status = 422 if forms.is_bound else 200
    return render(request, "partnerships/edit_letter_template.html", context, status=status)
