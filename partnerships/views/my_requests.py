"""« Mes demandes de consultation », in the patient’s space: what was asked for me, where it stands, what I ask."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, reads_health
from core.refusal import Refusal
from core.web.ratelimit import limit
from core.web.words import WordsForm
from partnerships import request_access as access
from partnerships.actions.take_request import take_own_request
from partnerships.actions.write_request import answer_triage, withdraw_request
from partnerships.forms.outside_request import OwnRequestForm
from partnerships.models import AdvancedConsultation, ConsultationRequest, RequestOrigin, RequestState
from partnerships.request_plain import Plain, plain_of
from partnerships.request_states import may_become
from partnerships.return_letter_access import letters_of_space
from patients.access import patients_of

PER_PAGE = 40
# Once the visit is near, one cancels the visit itself.
MAY_SAY_NO = (
    RequestState.RECEIVED,
    RequestState.ASKED,
    RequestState.ACCEPTED,
    RequestState.INVITED,
)


@reads_health
@require_safe
def my_consultation_requests(request: SignedInRequest) -> HttpResponse:
    rows = access.requests_of_space(request.user).select_related("appointment")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    offered = AdvancedConsultation.objects.filter(is_active=True, takes_self_referrals=True)
    read = set(letters_of_space(request.user).order_by().values_list("request", flat=True))
    context = {
        "shown": [_shown(one, has_letter=one.pk in read) for one in page],
        "page": page,
        "alone": patients_of(request.user).count() <= 1,
        "offered": list(offered.select_related("partner").order_by("name", "pk")),
    }
    return render(request, "partnerships/my_consultation_requests.html", context)


def _shown(one: ConsultationRequest, *, has_letter: bool) -> dict[str, Plain | bool]:
    return {
        "plain": plain_of(one),
        "may_withdraw": one.state in MAY_SAY_NO,
        "may_answer": _may_answer(one),
        "has_letter": has_letter,
    }


def _may_answer(one: ConsultationRequest) -> bool:
    """The question goes to who wrote: the patient only where he asked himself."""
    return one.state == RequestState.ASKED and one.origin == RequestOrigin.SELF


@reads_health
@limit("own_request")
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_myself(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = AdvancedConsultation.objects.filter(is_active=True, takes_self_referrals=True)
    programme = rows.select_related("partner", "place").filter(pk=pk).first()
    if programme is None:
        raise Http404
    people = patients_of(request.user)
    if not people.exists():
        messages.info(request, _("Complétez d’abord votre identité : une demande a besoin d’un nom."))
        return redirect("my_identity")
    form = OwnRequestForm(people, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            take_own_request(programme, data["patient"], data["question"], actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("Votre demande est partie. Vous suivez ici ce qu’elle devient."))
            return redirect("my_consultation_requests")
    context = {"programme": programme, "form": form}
    return render(request, "partnerships/ask_for_myself.html", context, status=422 if form.errors else 200)


@reads_health
@require_http_methods(["GET", "HEAD", "POST"])
def my_consultation_request(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer the question, or take it back: says first what follows."""
    found = access.get_request_of_space(request.user, pk)
    form = WordsForm(_("Votre réponse"), request.POST if "words" in request.POST else None)
    if request.method == "POST":
        answer = _act(request, found, form)
        if answer is not None:
            return answer
    last = found.events.filter(to_state=RequestState.ASKED).last() if _may_answer(found) else None
    context = {
        **_shown(found, has_letter=letters_of_space(request.user).filter(request=found).exists()),
        "form": form if _may_answer(found) else None,
        "question": last.note if last is not None else "",
    }
    return render(
        request, "partnerships/my_consultation_request.html", context, status=422 if form.errors else 200
    )


def _act(request: SignedInRequest, found: ConsultationRequest, form: WordsForm) -> HttpResponse | None:
    try:
        if "withdraw" in request.POST:
            if found.state not in MAY_SAY_NO or not may_become(found, RequestState.WITHDRAWN):
                raise Refusal(_("Le rendez-vous est pris : annulez-le depuis vos rendez-vous."))
            withdraw_request(found, actor=request.user)
            messages.success(request, _("C’est noté : la demande est arrêtée."))
        elif not _may_answer(found) or not form.is_valid():
            return None
        else:
            answer_triage(found, form.cleaned_data["words"], actor=request.user)
            messages.success(request, _("Votre réponse est partie."))
    except Refusal as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("my_consultation_requests")
