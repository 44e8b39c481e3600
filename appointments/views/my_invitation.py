"""A patient books the sessions that he is invited to: proposed at once, changed one by one, taken in one go."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import SignedInRequest
from appointments import no_shows
from appointments.actions.book_series import Prescription, add_sessions, start_series
from appointments.forms.series import InvitedForm
from appointments.invitations import get_invitation_for, usual_rhythm
from appointments.models import AppointmentSeries, Origin, SeriesInvitation
from appointments.series import Wanted
from appointments.series_progress import progress_of
from appointments.views.series_draft import Draft, draft_of, refused, sent_before, show
from core import clock
from core.refusal import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
def book_invited(request: SignedInRequest, token: str) -> HttpResponse:
    """Straight to a proposal with the usual rhythm; what the patient wants instead stands in the address."""
    invitation = get_invitation_for(request.user, token)
    series, left = invitation.series, _left(invitation)
    if series is not None and (not left or not invitation.is_open):
        return redirect("my_series", series.pk)
    closed = _why_closed(invitation)
    if closed:
        context = {"invitation": invitation, "sentence": closed}
        return render(request, "appointments/space/invitation_over.html", context)
    if request.method != "POST" and "nombre" not in request.GET:
        return redirect(f"{request.path}?{_first_choice(invitation, left)}")
    if "book" in request.POST and (made := sent_before(request, invitation.patient)):
        return redirect("my_series", made)
    form = InvitedForm(left, request.GET)
    draft: Draft | None = None
    if form.is_valid():
        pattern = form.pattern()
        targets = pattern.targets(form.cleaned_data["nombre"])
        wanted = Wanted([invitation.reason], targets, pattern.gap_days, pattern=pattern)
        draft = draft_of(request, wanted, invitation.patient, by_patient=True)
        if "book" in request.POST:
            try:
                taken = _book(request, invitation, form, draft)
            except Refusal as refusal:
                draft = refused(draft_of(request, wanted, invitation.patient, by_patient=True), refusal)
            else:
                messages.success(request, _("Vos séances sont réservées. Vous recevez toutes les dates."))
                return redirect("my_series", taken.pk)
    context = {"form": form, "invitation": invitation, "left": left, "is_patient": True}
    return show(request, "appointments/space/book_invited.html", draft, **context)


def _book(
    request: SignedInRequest, invitation: SeriesInvitation, form: InvitedForm, draft: Draft
) -> AppointmentSeries:
    slots = draft.agreed().slots
    if invitation.series is not None:
        add_sessions(invitation.series, slots, actor=request.user, key=draft.key, origin=Origin.ONLINE)
        return invitation.series
    return start_series(
        invitation.patient,
        [invitation.reason],
        form.pattern(),
        Prescription(invitation.sessions, invitation.prescribed_on, invitation.prescriber),
        slots,
        actor=request.user,
        key=draft.key,
        origin=Origin.ONLINE,
        invitation=invitation,
    )


def _left(invitation: SeriesInvitation) -> int:
    if invitation.series is None:
        return invitation.sessions
    is_running = invitation.series.is_running
    return progress_of([invitation.series])[invitation.series.pk].left if is_running else 0


def _why_closed(invitation: SeriesInvitation) -> str:
    if invitation.revoked_at is not None:
        return _("Cette invitation a été retirée. Appelez le secrétariat pour en savoir plus.")
    if not invitation.is_open:
        return _("Cette invitation n’est plus valable : sa date est passée. Appelez le secrétariat.")
    pause = no_shows.pause_of(invitation.patient, clock.now())
    return str(pause.sentence) if pause else ""


def _first_choice(invitation: SeriesInvitation, left: int) -> str:
    rhythm = usual_rhythm(invitation)
    query = QueryDict(mutable=True)
    query["nombre"], query["du"] = str(left), rhythm.first_day.isoformat()
    query.setlist("jours", [str(day) for day in rhythm.weekdays])
    return query.urlencode()
