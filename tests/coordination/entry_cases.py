"""One entry of each kind of the timeline: how it comes to be, and every page on which it can be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from appointments.models import AppointmentSeries
from coordination.models import ItemState, MeetingState
from core import clock
from partnerships.models import LetterMeans, RequestState, ReturnLetter
from patients.models import Patient
from teleconsult.models import ClinicalPhoto, ExpertiseState
from tests.cast import Doctor, on_monday
from tests.factories.appointments import (
    AppointmentFactory,
    EnrolmentFactory,
    WorkshopCycleFactory,
    WorkshopFactory,
)
from tests.factories.documents import DocumentFactory
from tests.factories.medical_facts import AlertFactory, AllergyFactory
from tests.factories.meetings import MeetingItemFactory, TeamMeetingFactory
from tests.factories.notes import NoteFactory
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.pathways import CarePathwayFactory
from tests.factories.referrals import sent_referral
from tests.factories.teleconsult_expertise import ExpertiseRequestFactory
from tests.factories.teleconsult_photo import ClinicalPhotoFactory
from tests.factories.teleconsult_visit import a_video_visit


@dataclass
class Team:
    author: Doctor
    closed: Doctor
    mate: Doctor


@dataclass(frozen=True)
class Case:
    """`pages`: everywhere the entry can be read; empty where that is the timeline only (with its PDF)."""

    make: Callable[[Patient, Team], int]
    pages: Callable[[int, Patient], list[str]] = lambda key, patient: []


def _visit(patient: Patient, team: Team) -> int:
    start = on_monday(9) - timedelta(days=7)
    return AppointmentFactory(
        reason=team.author.reason, patient=patient, start_at=start, status="fulfilled"
    ).pk


def _series(patient: Patient, team: Team) -> int:
    return AppointmentSeries.objects.create(
        patient=patient,
        practitioner=team.author.practitioner,
        reason=team.author.reason,
        prescribed=10,
        first_day=clock.today(),
        weekdays=[0],
    ).pk


def _workshop(patient: Patient, team: Team) -> int:
    workshop = WorkshopFactory(animators=[team.author.practitioner])
    cycle = WorkshopCycleFactory(workshop=workshop, start_at=clock.now() - timedelta(hours=5))
    return EnrolmentFactory(cycle=cycle, patient=patient, state="enrolled").pk


def _document(patient: Patient, team: Team) -> int:
    return DocumentFactory(patient=patient, added_by=team.author.user, upload__on_disk=True).pk


def _document_pages(key: int, patient: Patient) -> list[str]:
    names = ("document", "document_file")
    return [reverse(name, args=[patient.pk, key]) for name in names]


def _meeting(patient: Patient, team: Team) -> int:
    held = TeamMeetingFactory(
        chair=team.author.practitioner, state=MeetingState.CLOSED, closed_at=clock.now()
    )
    return MeetingItemFactory(meeting=held, patient=patient, state=ItemState.DISCUSSED).pk


def _request(patient: Patient, team: Team) -> int:
    return ConsultationRequestFactory(
        patient=patient, requester=team.author.practitioner, state=RequestState.RECEIVED
    ).pk


def _return_letter(patient: Patient, team: Team) -> int:
    """Of somebody who comes from a partner, to whom another colleague had referred."""
    request = ConsultationRequestFactory(
        patient=patient, requester=team.mate.practitioner, state=RequestState.CLOSED
    )
    return ReturnLetter.objects.create(
        request=request,
        author=team.author.practitioner,
        written_by=team.author.user,
        means=LetterMeans.WRITTEN,
        conclusion="Sans gravité.",
        dated_on=clock.today(),
        arrived_at=clock.now(),
    ).pk


def _photos(patient: Patient, team: Team) -> int:
    photo = ClinicalPhotoFactory(patient=patient, taken_by=team.author.user, upload__on_disk=True)
    return photo.sitting_id


def _photo_pages(key: int, patient: Patient) -> list[str]:
    photo = ClinicalPhoto.objects.get(sitting=key)
    return [
        reverse("clinical_photo", args=[patient.pk, photo.key]),
        reverse("clinical_photo_picture", args=[photo.key, "entiere"]),
    ]


def _expertise(patient: Patient, team: Team) -> int:
    return ExpertiseRequestFactory(
        patient=patient, requester=team.author.practitioner, state=ExpertiseState.SENT
    ).pk


def _video(patient: Patient, team: Team) -> int:
    start = on_monday(9) - timedelta(days=7)
    visit = a_video_visit(reason=team.author.reason, patient=patient, start_at=start)
    visit.state, visit.ended_at = "done", start + timedelta(minutes=15)
    visit.save()
    return visit.pk


CASES = {
    "video_visit": Case(_video),
    "appointment": Case(_visit),
    "series": Case(_series),
    "workshop": Case(_workshop),
    "document": Case(_document, _document_pages),
    "note": Case(
        lambda patient, team: NoteFactory(patient=patient, author=team.author.practitioner).pk,
        lambda key, patient: [reverse("note", args=[key])],
    ),
    "allergy": Case(
        lambda patient, team: AllergyFactory(patient=patient, noted_by=team.author.user).pk,
        lambda key, patient: [reverse("correct_allergy", args=[patient.pk, key])],
    ),
    "alert": Case(
        lambda patient, team: AlertFactory(patient=patient, noted_by=team.author.user).pk,
        lambda key, patient: [reverse("correct_alert", args=[patient.pk, key])],
    ),
    "referral": Case(
        lambda patient, team: sent_referral(patient, team.author.practitioner, team.mate.practitioner).pk,
        lambda key, patient: [reverse("referral", args=[key])],
    ),
    "pathway": Case(
        lambda patient, team: CarePathwayFactory(patient=patient, lead=team.author.practitioner).pk,
        lambda key, patient: [reverse("care_pathway", args=[patient.pk, key])],
    ),
    "meeting": Case(_meeting, lambda key, patient: [reverse("meeting_item", args=[key])]),
    "consultation_request": Case(
        _request, lambda key, patient: [reverse("consultation_request", args=[key])]
    ),
    "photos": Case(_photos, _photo_pages),
    "expertise": Case(_expertise, lambda key, patient: [reverse("expertise_request", args=[key])]),
    "return_letter": Case(_return_letter, lambda key, patient: [reverse("return_letter", args=[key])]),
}
# What cannot be closed says why beside its source.
NEVER = {
    "consent",
    "emergency",
    "death",
    "care_plan",
    "report",
    "expertise_answer",
    "pathway_end",
    "pathway_step",
}
