"""A letter read by the link of who asked from outside: a question first, then words or file, each time noted."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest
from core.refusal import Refusal
from core.uploads import serve
from core.web.ratelimit import allowed, too_many
from partnerships import letter_links, return_letter_access
from partnerships.actions import deliver_letter as actions
from partnerships.forms.outside_letter import BirthDateForm
from partnerships.return_letter_paper import paper_of

DEAD = "partnerships/request_dead.html"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read_outside_letter(request: HttpRequest, token: str) -> HttpResponse:
    delivery = letter_links.delivery_of(token)
    if delivery is None:
        return render(request, DEAD, status=410)
    if request.method != "POST" and letter_links.is_reading(request, delivery):
        actions.note_reading(delivery)
        context = {"letter": delivery.letter, "token": token}
        return render(request, "partnerships/read_outside_letter.html", context)
    form = BirthDateForm(request.POST or None)
    if request.method == "POST":
        if not allowed(request, "outside_request", key=f"letter:{delivery.pk}"):
            return too_many(request)
        if form.is_valid():
            if actions.answer_for_letter(delivery, form.cleaned_data["birth_date"]):
                letter_links.begin_reading(request, delivery)
                return redirect("read_outside_letter", token)
            form.add_error("birth_date", _("Ce n’est pas cette date. Vérifiez, puis réessayez."))
        if letter_links.delivery_of(token) is None:
            return render(request, DEAD, status=410)
    context = {"form": form, "until": delivery.expires_at}
    return render(
        request, "partnerships/open_outside_letter.html", context, status=422 if form.errors else 200
    )


@login_not_required
@never_cache
@require_safe
def outside_letter_document(request: HttpRequest, token: str) -> HttpResponseBase:
    """On paper: the words as a PDF, or the file that came."""
    delivery = letter_links.delivery_of(token)
    if delivery is None:
        return render(request, DEAD, status=410)
    if not letter_links.is_reading(request, delivery):
        return redirect("read_outside_letter", token)
    actions.note_reading(delivery)
    letter = delivery.letter
    if letter.document is not None:
        return serve.attachment(letter.document.upload, letter.document.title)
    answer = HttpResponse(paper_of(letter), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="compte-rendu-{letter.dated_on:%Y-%m-%d}.pdf"'
    return answer


@require_POST
def send_letter_link(request: SignedInRequest, pk: int) -> HttpResponse:
    """Anew: the former link is shut."""
    letter = return_letter_access.get_letter_to_pass_on(request.user, pk)
    try:
        actions.deliver_letter(letter, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal.sentence))
    else:
        messages.success(request, _("Un nouveau lien est parti. L’ancien ne s’ouvre plus."))
    return redirect("return_letters")


@require_POST
def revoke_letter_link(request: SignedInRequest, pk: int) -> HttpResponse:
    letter = return_letter_access.get_letter_to_pass_on(request.user, pk)
    actions.revoke_letter_link(letter, actor=request.user)
    messages.success(request, _("Le lien ne s’ouvre plus."))
    return redirect("return_letters")
