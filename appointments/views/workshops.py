"""What everybody may read of the workshops, and how somebody enrols."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from appointments import workshop_access as access
from appointments.actions.enrol import WorkshopFull, enrol_for
from appointments.forms.booking import Person
from appointments.forms.workshop import EnrolForm
from appointments.models import Enrolment, WorkshopCycle, WorkshopKind
from appointments.workshops import Offer, by_workshop, offers, people_who_may, public_offers
from core.refusal import Refusal
from core.web.ratelimit import limit
from patients.access import patients_of

ALREADY = _("Déjà inscrit, ou en liste d’attente.")


@login_not_required
@require_safe
def workshops(request: HttpRequest) -> HttpResponse:
    """The announced dates with their seats."""
    kind = request.GET.get("nature", "")
    rows = [offer for offer in public_offers() if kind in ("", offer.cycle.workshop.kind)]
    context = {
        "workshops": by_workshop(rows),
        "kinds": WorkshopKind.choices,
        "kind": kind if kind in WorkshopKind else "",
    }
    return render(request, "appointments/workshops.html", context)


@login_not_required
@require_safe
def workshop(request: HttpRequest, slug: str) -> HttpResponse:
    found = access.public_workshop(slug)
    dates = [
        offer for offer in offers(WorkshopCycle.objects.coming().filter(workshop=found)) if offer.is_open
    ]
    return render(request, "appointments/workshop.html", {"workshop": found, "offers": dates})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@limit("book")
def enrol(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Sign in, say for whom, confirm. Sending it twice enrols once."""
    offer = access.public_cycle(slug, pk)
    if not isinstance(request.user, User):
        return render(request, "appointments/enrol_identify.html", {"offer": offer})
    present = _present(request.user, offer)
    sent_again = present.get(request.POST.get("whom", ""))
    if sent_again is not None:
        return redirect("enrolment", sent_again)
    form = EnrolForm(
        _people(request.user, offer, present), request.POST if request.method == "POST" else None
    )
    sentence, became_full = None, False
    if request.method == "POST" and form.is_valid():
        try:
            enrolment = enrol_for(
                offer.cycle, form.whom_it_is(), user=request.user, wait=request.POST.get("step") == "wait"
            )
        except Refusal as refusal:
            sentence, became_full = refusal.sentence, isinstance(refusal, WorkshopFull)
        else:
            return redirect("enrolment", enrolment.reference)
    if became_full:
        offer = access.public_cycle(slug, pk)
    context = {"offer": offer, "form": form, "sentence": sentence, "waits": became_full or offer.is_full}
    status = 200 if request.method != "POST" else 409 if became_full else 422
    return render(request, "appointments/enrol.html", context, status=status)


def _present(user: User, offer: Offer) -> dict[str, str]:
    """References of the enrolments of this account's people, by the person's key as a form sends it."""
    rows = Enrolment.objects.active().filter(cycle=offer.cycle.pk, patient__in=patients_of(user).values("pk"))
    return {str(patient): reference for patient, reference in rows.values_list("patient_id", "reference")}


def _people(user: User, offer: Offer, present: dict[str, str]) -> list[Person]:
    patients = list(patients_of(user))
    refusals = people_who_may(offer.cycle.workshop, patients, offer.first.start_at)
    refusals |= {int(pk): str(ALREADY) for pk in present}
    return [Person(patient, refusals[patient.pk]) for patient in patients]
