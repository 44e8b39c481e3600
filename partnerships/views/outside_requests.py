"""By a link, or without a name: public pages, counted, and telling nothing about anybody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import gives_care, is_desk
from core.refusal import Refusal
from core.web.ratelimit import allowed, too_many
from core.web.words import WordsForm
from partnerships.actions.take_request import take_nameless_request, take_outside_request
from partnerships.actions.write_request import answer_triage
from partnerships.forms.outside_request import NamelessRequestForm, OutsideRequestForm
from partnerships.models import AdvancedConsultation, ConsultationRequest, RequestState
from partnerships.request_letter import current_template
from partnerships.request_links import follow_address, followed_request_of, intake_link_of
from partnerships.request_plain import plain_of


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send_outside_request(request: HttpRequest, token: str) -> HttpResponse:
    """Not limited by what it would reveal, for it reveals nothing; by what one address and one link may send."""
    link = intake_link_of(token)
    if link is None:
        return render(request, "partnerships/request_dead.html", status=410)
    form = OutsideRequestForm(
        current_template(link.programme_id),
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        initial={"sender_name": link.name, "sender_email": link.email},
    )
    if request.method == "POST":
        if not allowed(request, "outside_request", key=f"link:{link.pk}"):
            return too_many(request)
        if form.is_valid():
            try:
                sent = take_outside_request(link, form.letter(), form.sender(), form.identity())
            except Refusal as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                return redirect(follow_address(sent))
    context = {"programme": link.programme, "form": form}
    return render(
        request, "partnerships/send_outside_request.html", context, status=422 if form.errors else 200
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_request(request: HttpRequest, token: str) -> HttpResponse:
    """Where it stands, and the question that is asked, by the link of who wrote. No name of the person is shown."""
    found = followed_request_of(token)
    if found is None:
        return render(request, "partnerships/request_dead.html", status=410)
    form = WordsForm(_("Votre réponse"), request.POST or None) if found.state == RequestState.ASKED else None
    if request.method == "POST":
        if not allowed(request, "outside_request", key=f"request:{found.pk}"):
            return too_many(request)
        if form is not None and form.is_valid():
            try:
                answer_triage(found, form.cleaned_data["words"], actor=None)
            except Refusal as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                return redirect("follow_request", token)
    context = {"plain": plain_of(found), "form": form, "said": _last_words(found)}
    status = 422 if form is not None and form.errors else 200
    return render(request, "partnerships/follow_request.html", context, status=status)


def _last_words(found: ConsultationRequest) -> str:
    """The question, or why not: what who sorts wrote to this reader."""
    if found.state not in (RequestState.ASKED, RequestState.REFUSED):
        return ""
    last = found.events.filter(to_state=found.state).last()
    return last.note if last is not None else ""


@login_not_required
@require_safe
def open_consultations(request: HttpRequest) -> HttpResponse:
    """What one may ask for oneself, without a letter."""
    rows = AdvancedConsultation.objects.filter(is_active=True, takes_self_referrals=True)
    context = {
        "programmes": list(rows.select_related("partner").order_by("name", "pk")),
        "is_patient": not (gives_care(request.user) or is_desk(request.user)),
    }
    return render(request, "partnerships/open_consultations.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_without_name(request: HttpRequest, pk: int) -> HttpResponse:
    rows = AdvancedConsultation.objects.filter(
        is_active=True, takes_self_referrals=True, allows_pseudonym=True
    )
    programme = rows.select_related("partner", "place").filter(pk=pk).first()
    if programme is None:
        raise Http404
    form = NamelessRequestForm(request.POST or None)
    if request.method == "POST":
        if not allowed(request, "outside_request"):
            return too_many(request)
        if form.is_valid():
            try:
                sent = take_nameless_request(programme, form.cleaned_data["question"], form.identity())
            except Refusal as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                return redirect(follow_address(sent))
    context = {"programme": programme, "form": form}
    return render(request, "partnerships/ask_without_name.html", context, status=422 if form.errors else 200)
