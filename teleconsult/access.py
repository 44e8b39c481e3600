"""Who may be in a visit by video. Everybody else, and whoever guesses, reads 404."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest

from accounts.access import Visitor
from accounts.models import User
from patients.access import can_act_for
from teleconsult.entering import marked
from teleconsult.models import Participant, ParticipantQuerySet, ParticipantRole, VideoVisit

NOBODY = AnonymousUser()


def participant_of(
    who: Visitor | SessionBase, visit_key: uuid.UUID, session: SessionBase | None = None
) -> Participant:
    """The person behind this account or this session in the visit with this key; 404 for all others.

    `participant_of(user, key, session)`: the account is asked first, so that a professional who opens a patient's link
    stays who he is. The patient's own account and those who act for him come in as the patient.
    """
    user, session = (who, session) if isinstance(who, User | AnonymousUser) else (NOBODY, who)
    people = Participant.objects.with_visit().filter(visit__key=visit_key)
    found = (_by_account(user, people) if user.is_authenticated else None) or _by_mark(
        session, visit_key, people
    )
    if found is None:
        raise Http404
    return found


def get_participant(request: HttpRequest, visit_key: uuid.UUID) -> Participant:
    return participant_of(request.user, visit_key, request.session)


def _by_account(user: Visitor, people: ParticipantQuerySet) -> Participant | None:
    rows = list(people)
    own = next((one for one in rows if one.user_id == user.pk), None)
    if own is not None:
        return own
    patient = next((one for one in rows if one.role == ParticipantRole.PATIENT), None)
    whom = patient.visit.appointment.patient if patient is not None else None
    return patient if whom is not None and can_act_for(user, whom) else None


def _by_mark(
    session: SessionBase | None, visit_key: uuid.UUID, people: ParticipantQuerySet
) -> Participant | None:
    found = marked(session, visit_key) if session is not None else None
    if found is None:
        return None
    key, version = found
    return people.filter(key=key, token_version=version).first()


def may_admit(participant: Participant) -> bool:
    return participant.role == ParticipantRole.PRACTITIONER


def in_window(visit: VideoVisit, now: datetime) -> bool:
    """From a quarter of an hour before its appointment until two hours after; the appointment is at hand."""
    return visit.opens_at <= now < visit.closes_at


def opens_still(visit: VideoVisit, now: datetime) -> bool:
    """Somebody may come in now or later: nobody has closed it, and its two hours are not over."""
    return visit.is_open and now < visit.closes_at


def may_enter_call(participant: Participant, now: datetime) -> bool:
    """The one question of the page of the call and of its socket. The visit and its appointment are at hand."""
    visit = participant.visit
    return participant.is_admitted and visit.is_open and in_window(visit, now)
