"""Who sees who waits, who invites, who books. Hidden and missing answer the same 404."""

from __future__ import annotations

from django.http import Http404

from accounts.access import is_desk
from accounts.models import User
from partnerships.access import may_manage
from partnerships.models import AdvancedConsultation, ConsultationRequest, RequestInvitation


def invites(user: User, programme: AdvancedConsultation) -> bool:
    """Who triages it, and the coordinator: they answer for the order."""
    return programme.triage_by_id == user.pk or may_manage(user)


def may_book(user: User, programme: AdvancedConsultation) -> bool:
    """The desk too, on the telephone: who, when, how urgent; nothing of the letter is there."""
    return invites(user, programme) or is_desk(user)


def get_waiting_programme(user: User, pk: int) -> AdvancedConsultation:
    rows = AdvancedConsultation.objects.select_related("partner", "triage_by", "place__centre")
    programme = rows.filter(pk=pk).first()
    if programme is None or not may_book(user, programme):
        raise Http404
    return programme


def get_programme_to_invite(user: User, pk: int) -> AdvancedConsultation:
    programme = get_waiting_programme(user, pk)
    if not invites(user, programme):
        raise Http404
    return programme


def get_invitation_to_revoke(user: User, pk: int) -> RequestInvitation:
    rows = RequestInvitation.objects.select_related("request__programme", "request__patient")
    invitation = rows.filter(pk=pk).first()
    if invitation is None or not invites(user, invitation.request.programme):
        raise Http404
    return invitation


def get_request_to_book(user: User, pk: int) -> ConsultationRequest:
    """For a known, living record: what nobody has identified yet is triaged first."""
    rows = ConsultationRequest.objects.with_people().select_related("appointment__practitioner")
    request = rows.filter(pk=pk, patient__merged_into=None, patient__erased_at=None).first()
    if request is None or request.patient is None or not may_book(user, request.programme):
        raise Http404
    return request
