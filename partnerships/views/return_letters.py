"""Return letters: what is awaited, written, filed, read, passed on; and what the patient may read of them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import SignedInRequest, is_desk, reads_health
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit
from partnerships import return_letter_access as access
from partnerships.actions import write_return_letter as actions
from partnerships.forms.return_letter import FiledLetterForm, ReturnLetterForm
from partnerships.models import ConsultationRequest, ReturnLetter
from partnerships.return_letter import awaited
from partnerships.return_letter_paper import paper_of

PER_PAGE = 30


@require_safe
def return_letters(request: SignedInRequest) -> HttpResponse:
    """What one has to write, or what the desk waits for; and what came, the latest first."""
    if not access.may_see_letters(request.user):
        raise Http404
    came = access.letters_for(request.user).prefetch_related("deliveries").order_by("-created_at", "-pk")
    context = {
        "awaited": awaited(access.visits_to_write_of(request.user)),
        "page": Paginator(came, PER_PAGE).get_page(request.GET.get("page")),
        "at_desk": is_desk(request.user),
    }
    return render(request, "partnerships/return_letters.html", context)


@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def write_return_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    found, author = access.get_visit_to_write_of(request.user, pk)
    form = ReturnLetterForm(request.POST or None, request.FILES or None, initial=_today())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = _try(form, lambda: actions.write_letter(found, author, said, actor=request.user))
        if done is not None:
            messages.success(request, _said(done))
            return redirect("return_letters")
    return _form_page(request, form, found, "partnerships/write_return_letter.html")


@limit("upload")
@require_http_methods(["GET", "HEAD", "POST"])
def file_return_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    found = access.get_visit_to_file_for(request.user, pk)
    form = FiledLetterForm(request.POST or None, request.FILES or None, initial=_today())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = _try(form, lambda: actions.file_letter(found, said, actor=request.user))
        if done is not None:
            messages.success(request, _said(done))
            return redirect("return_letters")
    return _form_page(request, form, found, "partnerships/file_return_letter.html")


@require_safe
def return_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_letter(request.user, pk)
    context = {
        "letter": reading.letter,
        "reading": reading,
        "patient": reading.letter.request.patient,
        "may_share": reading.letter.shared_at is None,
    }
    return render(request, "partnerships/return_letter.html", context)


@require_safe
def return_letter_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    letter = access.get_letter(request.user, pk).letter
    if not letter.is_words:
        raise Http404
    return _pdf(letter)


@require_POST
def read_return_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_letter(request.user, pk)
    if not reading.is_referrer:
        raise Http404
    actions.read_letter(reading.letter, actor=request.user)
    messages.success(request, _("C’est noté : vous l’avez lu."))
    return redirect("return_letter", pk)


@require_POST
def share_return_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    reading = access.get_letter(request.user, pk)
    actions.share_letter(reading.letter, actor=request.user)
    messages.success(request, _("Le patient peut le lire dans son espace."))
    return redirect("return_letter", pk)


@require_POST
def pass_on_return_letter(request: SignedInRequest, pk: int) -> HttpResponse:
    actions.pass_on_letter(access.get_letter_to_pass_on(request.user, pk), actor=request.user)
    messages.success(request, _("L’envoi est noté."))
    return redirect("return_letters")


@reads_health
@require_safe
def my_return_letters(request: SignedInRequest) -> HttpResponse:
    """The patient's own copies."""
    rows = access.letters_of_space(request.user).order_by("-dated_on", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "partnerships/my_return_letters.html", {"page": page})


@reads_health
@require_safe
def my_return_letter_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    letter = access.letters_of_space(request.user).filter(pk=pk, document=None).first()
    if letter is None:
        raise Http404
    return _pdf(letter)


def _pdf(letter: ReturnLetter) -> HttpResponse:
    answer = HttpResponse(paper_of(letter), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="compte-rendu-{letter.dated_on:%Y-%m-%d}.pdf"'
    answer["Cache-Control"] = "no-store, private"
    return answer


def _today() -> dict[str, object]:
    return {"dated_on": clock.today()}


def _try(form: ReturnLetterForm | FiledLetterForm, act: Callable[[], ReturnLetter]) -> ReturnLetter | None:
    try:
        return act()
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return None


def _said(letter: ReturnLetter) -> str:
    if letter.is_words:
        return _("Le compte rendu est dans le dossier, et qui a adressé est prévenu.")
    return _("Le fichier est reçu. Une fois contrôlé, il est dans le dossier et qui a adressé est prévenu.")


def _form_page(
    request: SignedInRequest,
    form: ReturnLetterForm | FiledLetterForm,
    found: ConsultationRequest,
    template: str,
) -> HttpResponse:
    context = {"form": form, "found": found, "visit": found.appointment}
    return render(request, template, context, status=422 if form.errors else 200)
