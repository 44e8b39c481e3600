"""Where the link of a message leads: who is meant, when, with whom; then the waiting room. No account is needed."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core import clock
from core.web import ratelimit
from teleconsult import entering
from teleconsult.access import participant_of
from teleconsult.entry_state import Closed, why_closed
from teleconsult.forms.video import BirthDateForm
from teleconsult.models import Participant, ParticipantRole


# Looking changes nothing, however often a mail program looks first: the mark is left by the POST alone.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@ratelimit.limit("offer", methods=("GET", "HEAD", "POST"))
def enter_video(request: HttpRequest, token: str) -> HttpResponse:
    found = entering.read(token)
    if found is None:
        raise Http404
    participant, is_current = found
    closed = Closed.REVOKED if not is_current else why_closed(participant.visit, clock.now())
    if closed is not None:
        return closed_page(request, participant, closed)
    if _is_known(request, participant):
        return redirect("video_waiting", participant.visit.key)
    if request.method == "POST":
        return _identify(request, participant)
    return _page(request, participant, BirthDateForm())


def _is_known(request: HttpRequest, participant: Participant) -> bool:
    """Signed in with rights, or identified a moment ago on this device."""
    try:
        return participant_of(request.user, participant.visit.key, request.session) == participant
    except Http404:
        return False


def _identify(request: HttpRequest, participant: Participant) -> HttpResponse:
    form = BirthDateForm(request.POST)
    asks = participant.role == ParticipantRole.PATIENT
    if asks:
        if not form.is_valid():
            return _page(request, participant, form, status=422)
        if not ratelimit.allowed(request, "video_entry", key=participant.key.hex):
            return ratelimit.too_many(request)
        patient = participant.visit.appointment.patient
        if patient is None or patient.birth_date != form.cleaned_data["birth_date"]:
            sentence = _("Cette date ne va pas avec ce lien. Vérifiez-la, ou appelez la maison de santé.")
            return _page(request, participant, form, sentence, status=422)
    if not request.user.is_authenticated:
        request.session.cycle_key()
    entering.mark(request.session, participant)
    return redirect("video_waiting", participant.visit.key)


def _page(
    request: HttpRequest,
    participant: Participant,
    form: BirthDateForm,
    sentence: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "participant": participant,
        "visit": participant.visit,
        "appointment": participant.visit.appointment,
        "short_name": short_name(participant),
        "asks": participant.role == ParticipantRole.PATIENT,
        "form": form,
        "sentence": sentence,
    }
    return render(request, "teleconsult/enter_video.html", context, status=status)


def short_name(participant: Participant) -> str:
    """« Jeanne L. »: enough to know oneself, too little to know who it is. A third reads his whole name."""
    patient = participant.visit.appointment.patient
    if participant.role != ParticipantRole.PATIENT or patient is None:
        return participant.name
    return f"{patient.first_name} {patient.last_name[:1]}."


def closed_page(request: HttpRequest, participant: Participant, closed: Closed) -> HttpResponse:
    visit = participant.visit
    context = {
        "visit": visit,
        "appointment": visit.appointment,
        "closed": closed.name.lower(),
        "centre": visit.appointment.practitioner.centre,
    }
    status = 200 if closed is Closed.EARLY else 410
    return render(request, "teleconsult/entry_closed.html", context, status=status)
