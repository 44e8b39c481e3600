"""The proposal on the screen: what was taken, replaced or left out travels in the form, so that two tabs cannot mix."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, is_desk
from appointments.actions.book_series import SessionsLost, series_of_request
from appointments.forms.staff import OriginForm
from appointments.models import Appointment, Origin
from appointments.models.series import MOST_SESSIONS
from appointments.patient_times import PatientTimes
from appointments.series import Choice, Proposal, Wanted, propose, window
from appointments.series_causes import Causes
from core import clock
from core.refusal import Refusal
from patients.models import Patient

LEFT_OUT = "-"


@dataclass
class Draft:
    """One proposal with what is needed to draw it again."""

    proposal: Proposal
    key: uuid.UUID
    sentence: str = ""

    def agreed(self) -> Proposal:
        """What the user has read and confirms. Raises `SessionsLost` where a line has changed since."""
        if any(session.is_lost for session in self.proposal.sessions):
            raise SessionsLost([])
        return self.proposal


def draft_of(
    request: SignedInRequest,
    wanted: Wanted,
    patient: Patient,
    moving: Sequence[Appointment] = (),
    *,
    by_patient: bool = False,
) -> Draft:
    """`moving`: sessions whose own times count as free, one for each target. A patient keeps to notice and horizon."""
    chosen = {**wanted.chosen, **read_choices(request.POST, len(wanted.targets))}
    wanted = replace(wanted, chosen=chosen)
    leaving = [row for index, row in enumerate(moving) if index not in chosen or chosen[index] is not None]
    days = window(wanted.targets)
    times = PatientTimes(wanted.reasons, patient, days, clock.now(), leaving, by_patient=by_patient)
    causes = Causes(wanted.reasons, patient, times, days)
    return Draft(propose(wanted, times, causes), request_key(request.POST))


def read_choices(data: QueryDict, number: int) -> dict[int, Choice]:
    """The fields « session », one for each line, changed by the button that was pressed."""
    chosen = {index: _choice(value) for index, value in enumerate(data.getlist("session")[:MOST_SESSIONS])}
    for name in ("replace", "leave", "take"):
        line, _colon, value = data.get(name, "").partition(":")
        if not (line.isascii() and line.isdigit() and len(line) < 4):
            continue
        if name == "take":
            chosen.pop(int(line), None)
        else:
            chosen[int(line)] = _choice(LEFT_OUT if name == "leave" else value)
    return {index: choice for index, choice in chosen.items() if index < number}


def _choice(value: str) -> Choice:
    if value == LEFT_OUT:
        return None
    reason, _dot, start = value.partition(".")
    if all(part.isascii() and part.isdigit() and len(part) <= 11 for part in (reason, start)):
        return int(reason), int(start)
    return ()


def sent_before(request: SignedInRequest, patient: Patient) -> int | None:
    """The series that this very form has made or filled already; one query, only where it is booked."""
    choices = read_choices(request.POST, MOST_SESSIONS).values()
    return series_of_request(patient, request_key(request.POST), [choice[1] for choice in choices if choice])


def request_key(data: Mapping[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(data.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def origin_of(request: SignedInRequest) -> Origin:
    if not is_desk(request.user):
        return Origin.PRACTITIONER
    return Origin.DESK if request.POST.get("origin") == Origin.DESK else Origin.PHONE


def show(request: SignedInRequest, template: str, draft: Draft | None, **context: Any) -> HttpResponse:
    """The whole page, or only the proposal where the page itself asks."""
    context |= {"draft": draft, "address": request.get_full_path()}
    if is_desk(request.user):
        context["origin"] = OriginForm(initial={"origin": origin_of(request)})
    status = 409 if draft is not None and draft.sentence else 200
    form = context.get("form")
    if status == 200 and form is not None and form.is_bound and form.errors:
        status = 422
    if getattr(request, "htmx", False) and draft is not None:
        template = "appointments/desk/series_proposal.html"
    return render(request, template, context, status=status)


def refused(draft: Draft, refusal: Refusal) -> Draft:
    """The same lines, the lost ones named, with what is free instead."""
    lost = {(slot.reason.pk, slot.start) for slot in getattr(refusal, "slots", ())}
    for session in draft.proposal.sessions:
        if session.slot is not None and (session.slot.reason.pk, session.slot.start) in lost:
            session.sentence = _("Cette heure vient d’être prise.")
            session.slot = None
    draft.sentence = str(refusal.sentence)
    return draft
