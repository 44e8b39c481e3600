"""« Relectures »: what a trainee saw, signed by a supervisor the same or the next working day."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, is_coordinator
from coordination import stays as reading
from coordination.actions.debrief import sign_debrief
from coordination.forms.stay import SignForm
from coordination.models import Debrief
from core import clock
from core.refusal import Refusal
from patients.access import practitioner_of

PER_PAGE = 30


@require_safe
def debriefs(request: SignedInRequest) -> HttpResponse:
    """To sign, or signed. The coordinator sees how many wait with whom, and no patient."""
    me = practitioner_of(request.user)
    if not reading.may_see_stays(request.user):
        raise Http404
    signed = request.GET.get("etat") == "signees"
    rows = reading.debriefs_for(request.user)
    rows = rows.exclude(reviewed_at=None).order_by("-reviewed_at", "-pk") if signed else rows.open()
    context = {
        "title": _("Relectures signées") if signed else _("Relectures à faire"),
        "tab": "debriefs",
        "page": Paginator(rows if signed else rows.order_by("due_on", "pk"), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "signed": signed,
        "me": me,
        "today": clock.today(),
        "waiting": _waiting() if is_coordinator(request.user) else [],
    }
    return render(request, "coordination/debriefs.html", context)


def _waiting() -> list[tuple[str, str, int, int]]:
    """Trainee, supervisor, how many wait, how many of them are late."""
    counted: dict[tuple[str, str], list[int]] = {}
    today = clock.today()
    for row in Debrief.objects.open().select_related("stay__intern", "supervisor"):
        found = counted.setdefault((row.stay.intern.display_name, row.supervisor.display_name), [0, 0])
        found[0] += 1
        found[1] += row.due_on < today
    return [(*names, numbers[0], numbers[1]) for names, numbers in sorted(counted.items())]


@require_http_methods(["GET", "HEAD", "POST"])
def debrief(request: SignedInRequest, pk: int) -> HttpResponse:
    found = reading.get_debrief(request.user, pk)
    may_sign = reading.may_review(request.user, found) and found.reviewed_at is None
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            sign_debrief(found, form.cleaned_data["comment"], actor=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("La relecture est signée. Le stagiaire lit votre retour."))
            return redirect("debriefs")
    context = {"debrief": found, "form": form, "may_sign": may_sign, "today": clock.today()}
    context |= {"title": _("Relecture"), "tab": "debriefs"}
    return render(request, "coordination/debrief.html", context, status=422 if form.errors else 200)
