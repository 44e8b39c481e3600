"""How a patient reaches his own page of seats: a link signed for this invitation and person, void without its row."""

from __future__ import annotations

from django.core import signing
from django.http import Http404

from core.web.public import public_address
from partnerships.models import RequestInvitation
from patients.models import Patient

SALT = "partnerships.invitation"


def invitation_token(invitation: RequestInvitation) -> str:
    return signing.dumps([invitation.pk, invitation.request.patient_id], salt=SALT)


def invitation_link(invitation: RequestInvitation) -> str:
    return public_address("choose_seat", invitation_token(invitation))


def get_invitation(token: str) -> RequestInvitation:
    """Used, revoked or past ones too, so that the page can say so; 404 for a forged link, or another person's."""
    try:
        key, patient = signing.loads(token[:300], salt=SALT)
    except (signing.BadSignature, TypeError, ValueError):
        raise Http404 from None
    rows = RequestInvitation.objects.select_related(
        "request__patient",
        "request__programme__partner",
        "request__programme__place__centre",
        "appointment__practitioner__profession",
        "appointment__place",
        "appointment__reason",
    )
    invitation = rows.filter(pk=key).first()
    if invitation is None or not _is_his(invitation.request.patient_id, patient):
        raise Http404
    return invitation


def _is_his(patient_id: int | None, signed: int) -> bool:
    """The same person, also after two records of his were found to be one."""
    merged = Patient.objects.filter(pk=signed, merged_into=patient_id)
    return patient_id == signed or (patient_id is not None and merged.exists())
