"""A visit by video is made with its appointment, moves with it, ends with it, whatever way it was booked."""

import uuid

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, transaction
from django.http import Http404

from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.models import Appointment, PlaceKind, Status
from core import clock
from core.audit.models import AuditEvent
from teleconsult import entering
from teleconsult.access import may_admit, participant_of
from teleconsult.actions.plan_video_visits import plan_video_visits
from teleconsult.models import Participant, VideoVisit
from tests.cast import on_monday
from tests.factories.teleconsult_visit import ThirdFactory, VideoAppointmentFactory, a_video_visit


@pytest.fixture
def by_video(doctor):
    doctor.reason.place_kind = PlaceKind.VIDEO
    doctor.reason.save()
    return doctor


def people(visit):
    return [(one.role, one.user_id, one.name, one.seat) for one in visit.participants.order_by("pk")]


def test_booked_at_the_desk_then_given_back(by_video, owner):
    place = by_video.practitioner.openings.get().place
    row = book_at_desk(by_video.reason, on_monday(9), owner.patient, actor=by_video.user, place=place)
    visit = VideoVisit.objects.get()
    assert (visit.appointment, visit.state, visit.planned_for) == (row, "planned", on_monday(9))
    assert people(visit) == [
        ("practitioner", by_video.user.pk, by_video.practitioner.display_name, 1),
        ("patient", None, owner.patient.display_name, None),
    ]
    cancel(row, actor=owner.user, by_staff=True)
    visit.refresh_from_db()
    assert (visit.state, visit.ended_at) == ("cancelled", clock.now())
    steps = AuditEvent.objects.filter(action__startswith="video_visit.").values_list("action", "patient_id")
    assert list(steps.order_by("pk")) == [
        ("video_visit.planned", owner.patient.pk),
        ("video_visit.cancelled", owner.patient.pk),
    ]
    assert plan_video_visits() == 0


def test_what_was_booked_without_a_word_is_found_once(by_video, owner, sunday):
    row = VideoAppointmentFactory(reason=by_video.reason, patient=owner.patient, start_at=on_monday(9))
    long_ago = on_monday(9).replace(year=2025)
    VideoAppointmentFactory(reason=by_video.reason, patient=owner.patient, start_at=long_ago)
    assert (plan_video_visits(), plan_video_visits()) == (1, 0)
    Appointment.objects.filter(pk=row.pk).update(
        start_at=on_monday(9, 20), end_at=on_monday(9, 40), blocked_until=on_monday(9, 40)
    )
    assert (plan_video_visits(), plan_video_visits()) == (1, 0)
    visit = VideoVisit.objects.get()
    assert (visit.planned_for, visit.opens_at, visit.closes_at) == (
        on_monday(9, 20),
        on_monday(9, 5),
        on_monday(11, 40),
    )
    Appointment.objects.filter(pk=row.pk).update(status=Status.CANCELLED, cancelled_at=sunday)
    assert (plan_video_visits(), plan_video_visits()) == (1, 0)
    assert VideoVisit.objects.get().state == "cancelled"


def test_only_those_who_are_expected_find_it(by_video, owner, outsider, teammate, visitor):
    visit = a_video_visit(reason=by_video.reason, patient=owner.patient, start_at=on_monday(9))
    host = participant_of(by_video.user, visit.key)
    patient = participant_of(owner.user, visit.key)
    assert ((host.role, may_admit(host)), (patient.role, may_admit(patient))) == (
        ("practitioner", True),
        ("patient", False),
    )
    for stranger in (outsider.user, teammate.user):
        with pytest.raises(Http404):
            participant_of(stranger, visit.key)
    with pytest.raises(Http404):
        participant_of(owner.user, uuid.uuid4())
    session = SessionStore()
    with pytest.raises(Http404):
        participant_of(session, visit.key)
    third = ThirdFactory(visit=visit)
    entering.mark(session, third)
    assert participant_of(session, visit.key) == third
    assert participant_of(owner.user, visit.key, session) == patient
    Participant.objects.filter(pk=third.pk).update(token_version=2)
    with pytest.raises(Http404):
        participant_of(session, visit.key)


def test_the_database_keeps_a_fifth_out(by_video, owner):
    visit = a_video_visit(reason=by_video.reason, patient=owner.patient, start_at=on_monday(9))
    for seat in (2, 3, 4):
        ThirdFactory(visit=visit, admitted_at=clock.now(), seat=seat)
    for seat in (4, 5, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            ThirdFactory(visit=visit, admitted_at=clock.now(), seat=seat)
