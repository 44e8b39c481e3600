"""Who reads a person's record because of a request: who asked, who sorts where he cares, who comes from the partner."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from accounts.access import gives_care
from accounts.models import User
from coordination.actions.care_reason import TAIL, add_keeper, begin_care, end_care
from core import clock
from partnerships.models import ConsultationRequest, PartnerProfessional
from patients import consents
from patients.access import practitioner_of
from patients.actions.give_word import give_word
from patients.models import Patient
from patients.models.consent import Decision, Means
from practitioners.models import Practitioner
from practitioners.models.practitioner import PractitionerQuerySet


def still_asked(patient: Patient, practitioner: Practitioner) -> bool:
    """An open request of this patient names him."""
    rows = ConsultationRequest.objects.open().sent().filter(patient=patient)
    mine = Q(requester=practitioner) | Q(programme__partner__professionals__practitioner=practitioner)
    if practitioner.user_id is not None:
        mine |= Q(programme__triage_by=practitioner.user_id)
    return rows.filter(mine).exists()


add_keeper(still_asked)


def open_to_carers(request: ConsultationRequest, *, actor: User | None) -> None:
    """A word beforehand for everybody who comes from the partner; the caller holds the patient's lock."""
    patient = request.patient
    assert patient is not None
    by = actor or request.programme.triage_by
    for practitioner in professionals_of(request):
        standing = consents.standing(patient, practitioner)
        if standing.missing == Decision.AGREES and not standing.is_opposed:
            give_word(
                patient,
                practitioner,
                Decision.AGREES,
                actor=by,
                means=Means(request.consent_means or Means.ORAL),
                scope=request.programme.name,
                given_on=request.consent_on,
            )
    for practitioner in carers_of(request):
        if not consents.standing(patient, practitioner).is_opposed:
            begin_care(patient, practitioner, actor=actor)


def leave_carers(request: ConsultationRequest, *, actor: User | None, last_day: date | None = None) -> None:
    """With time to finish the file, unless another request or referral still names him."""
    if request.patient is None:
        return
    for practitioner in carers_of(request):
        end_care(request.patient, practitioner, actor=actor, last_day=last_day or clock.today() + TAIL)


def carers_of(request: ConsultationRequest) -> list[Practitioner]:
    sorts = request.programme.triage_by
    own = practitioner_of(sorts) if gives_care(sorts) else None
    found = [one for one in (request.requester, own, *professionals_of(request)) if one is not None]
    return list({one.pk: one for one in found}.values())


def professionals_of(request: ConsultationRequest) -> PractitionerQuerySet:
    """Who comes from the partner today."""
    links = PartnerProfessional.objects.in_force().filter(partner=request.programme.partner_id)
    return Practitioner.objects.filter(pk__in=links.values("practitioner")).select_related("profession")
