"""/partenaires/: whom the house works with, whom one calls there, which contract holds."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.refusal import Refusal
from partnerships import access
from partnerships.actions import save_partner as actions
from partnerships.board import board
from partnerships.forms.partner import ContactForm, PartnerForm, ProfessionalForm
from partnerships.models import Partner, PartnerContact
from partnerships.views.edit import edit_page
from practitioners.house import the_house


@require_safe
def partners(request: SignedInRequest) -> HttpResponse:
    """Those of today, with what is to be done about their contracts first."""
    past = request.GET.get("termines") == "1"
    today = clock.today()
    found = access.partners_for(request.user)
    over = Q(ended_on__isnull=False, ended_on__lte=today)
    rows = board(
        found.filter(over) if past else found.exclude(over), access.agreements_for(request.user), today
    )
    context = {"rows": rows, "past": past, "manages": access.may_manage(request.user)}
    return render(request, "partnerships/partners.html", context)


@require_safe
def partner(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_partner(request.user, pk)
    today = clock.today()
    agreements = access.agreements_for(request.user).filter(partner=found).order_by("-starts_on", "-pk")
    context = {
        "partner": found,
        "today": today,
        "programmes": found.programmes.order_by("-is_active", "name"),
        "agreements": [(one, one.state_on(today)) for one in agreements],
        "manages": access.may_manage(request.user),
    }
    return render(request, "partnerships/partner.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_partner(request: SignedInRequest) -> HttpResponse:
    centre = the_house().centre
    if centre is None or not access.may_manage(request.user):
        raise Http404
    form = PartnerForm(request.POST or None, instance=Partner(centre=centre))
    return _save_partner(request, form, _("Nouveau partenaire"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_partner(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_partner_to_manage(request.user, pk)
    return _save_partner(
        request, PartnerForm(request.POST or None, instance=found), _("Modifier le partenaire")
    )


def _save_partner(request: SignedInRequest, form: PartnerForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        actions.save_partner(form.instance, actor=request.user)
        messages.success(request, _("Le partenaire est enregistré."))
        return redirect("partner", form.instance.pk)
    return edit_page(request, form, title, Partner.objects.filter(pk=form.instance.pk).first())


@require_http_methods(["GET", "HEAD", "POST"])
def add_partner_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_partner_to_manage(request.user, pk)
    form = ContactForm(request.POST or None, instance=PartnerContact(partner=found))
    return _save_contact(request, form, _("Nouveau contact"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_partner_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = access.get_contact_to_manage(request.user, pk)
    return _save_contact(
        request, ContactForm(request.POST or None, instance=contact), _("Modifier le contact")
    )


def _save_contact(request: SignedInRequest, form: ContactForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        actions.save_contact(form.instance, actor=request.user)
        return redirect("partner", form.instance.partner_id)
    return edit_page(request, form, title, form.instance.partner)


@require_POST
def remove_partner_contact(request: SignedInRequest, pk: int) -> HttpResponse:
    contact = access.get_contact_to_manage(request.user, pk)
    actions.remove_contact(contact, actor=request.user)
    messages.success(request, _("Le contact est retiré."))
    return redirect("partner", contact.partner_id)


@require_http_methods(["GET", "HEAD", "POST"])
def add_partner_professional(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_partner_to_manage(request.user, pk)
    form = ProfessionalForm(request.POST or None, partner=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_professional(found, data["practitioner"], since=data["since"], actor=request.user)
        except Refusal as refusal:
            form.add_error("practitioner", str(refusal.sentence))
        else:
            return redirect("partner", pk)
    return edit_page(request, form, _("Rattacher un professionnel"), found)


@require_POST
def end_partner_professional(request: SignedInRequest, pk: int) -> HttpResponse:
    link = access.get_link_to_manage(request.user, pk)
    actions.end_professional(link, actor=request.user)
    messages.success(request, _("Ce professionnel n’est plus rattaché à ce partenaire."))
    return redirect("partner", link.partner_id)
