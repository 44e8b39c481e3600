"""What was asked for me, of whom, where it stands; and my no. No clinical word on these pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, reads_health
from appointments.invitations import invitation_address
from coordination.actions.answer_referral import decline_for_patient
from coordination.models import Referral, ReferralState
from coordination.referral_access import get_referral_of_patient, referrals_for_patient
from coordination.referral_lists import Line, lines_of
from coordination.referral_states import may_become
from core.refusal import Refusal
from patients.access import patients_of

S = ReferralState
# Where it stands, as one says it to somebody who is not of the trade; with the colour of its mark.
PLAIN: dict[str, tuple[str | Promise, str]] = {
    S.SENT: (gettext_lazy("en attente de réponse"), "info"),
    S.ASKED: (gettext_lazy("en attente d’une précision"), "info"),
    S.ACCEPTED: (gettext_lazy("acceptée : rendez-vous à prendre"), "warning"),
    S.SCHEDULED: (gettext_lazy("rendez-vous pris"), "success"),
    S.UNDER_WAY: (gettext_lazy("en cours"), "success"),
    S.COMPLETED: (gettext_lazy("terminée"), "off"),
    S.REFUSED: (gettext_lazy("refusée"), "off"),
    S.REDIRECTED: (gettext_lazy("transmise à quelqu’un d’autre"), "off"),
    S.WITHDRAWN: (gettext_lazy("retirée"), "off"),
    S.CLOSED: (gettext_lazy("terminée"), "off"),
}
PER_PAGE = 40


@dataclass(frozen=True)
class Shown:
    line: Line
    words: str | Promise
    kind: str
    book_url: str
    may_decline: bool


def _shown(line: Line) -> Shown:
    referral = line.referral
    words, kind = PLAIN[referral.state]
    invitation = referral.invitation
    left = line.progress.left if line.progress is not None else 1
    book_url = ""
    if invitation is not None and invitation.is_open and left and referral.is_open:
        book_url = invitation_address(invitation)
    return Shown(line, words, kind, book_url, _may_decline(referral))


def _may_decline(referral: Referral) -> bool:
    return may_become(referral, S.REFUSED)


@reads_health
@require_safe
def my_referrals(request: SignedInRequest) -> HttpResponse:
    page = Paginator(referrals_for_patient(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "shown": [_shown(line) for line in lines_of(page.object_list)],
        "page": page,
        "alone": patients_of(request.user).count() <= 1,
    }
    return render(request, "coordination/my_referrals.html", context)


@reads_health
@require_http_methods(["GET", "HEAD", "POST"])
def decline_referral(request: SignedInRequest, pk: int) -> HttpResponse:
    """Says first what follows."""
    referral = get_referral_of_patient(request.user, pk)
    if not _may_decline(referral):
        return redirect("my_referrals")
    if request.method == "POST":
        try:
            decline_for_patient(referral, actor=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            messages.success(
                request,
                _("C’est noté : la demande est arrêtée, %(who)s est prévenu.")
                % {"who": referral.requester.display_name},
            )
        return redirect("my_referrals")
    return render(request, "coordination/decline_referral.html", {"referral": referral})
