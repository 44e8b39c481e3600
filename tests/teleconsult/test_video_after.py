"""With the nurse in the house: four booked at once; then the end, the report, and the share of the year."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.cancel import cancel
from appointments.conditions import TakesTwo
from appointments.models import Appointment, JoinedReason, Opening, PlaceKind, Status, VisitReason
from coordination.models import NoteAddressee, NoteVersion
from coordination.timeline import source_of
from core.outbox.models import OutboxMessage
from patients.actions.forget_patient import forget_patient
from patients.models import CareTeamMember
from teleconsult.models import Participant, VideoVisit
from teleconsult.share import Cap, Share, cap_on, shares_of
from tests.cast import on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, ReasonCategoryFactory
from tests.factories.practitioners import RoomFactory
from tests.factories.teleconsult_visit import a_video_visit


@pytest.fixture
def cardiology(doctor, teammate):
    """The teammate sits with the patient in room 1 while the doctor is on the screen."""
    for one, kind in ((doctor, PlaceKind.VIDEO), (teammate, PlaceKind.CENTRE)):
        one.reason.place_kind = kind
        one.reason.category = ReasonCategoryFactory(slug=f"soin-{kind}", name=f"Soin {kind}")
        one.reason.save()
    place = Opening.objects.get(practitioner=doctor.practitioner).place
    room = RoomFactory(name="Salle 1", place=place)
    Opening.objects.filter(practitioner=teammate.practitioner).update(room=room, place=place)
    JoinedReason.objects.create(reason=doctor.reason, category=teammate.reason.category)
    return room


def test_four_at_once_and_all_or_none(cardiology, doctor, teammate, owner):
    desk = sign_in(RoleAssignmentFactory(user=UserFactory(), role=Role.SECRETARY).user)
    page = reverse("book_for_patient", args=[owner.patient.pk])
    slot = f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}"
    answer = desk.post(page, {"slot": slot})
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("joint", args=[owner.patient.pk]))
    place = Opening.objects.get(practitioner=doctor.practitioner).place
    assert doctor.reason not in VisitReason.objects.online()
    with pytest.raises(TakesTwo):  # whichever way leads to the doctor alone
        book_at_desk(
            doctor.reason, on_monday(9), owner.patient, actor=doctor.user, place=place, overbook=True
        )
    shown = desk.get(answer.url)
    pair = next(one for one in shown.context["pairs"] if one.first.start_at == on_monday(9))
    assert pair.first.reason == teammate.reason
    booked = desk.post(answer.url, {"pair": pair.value, "key": shown.context["key"]})
    assert booked.status_code == 302
    host = Appointment.objects.get(accompanies=None)
    guest = Appointment.objects.get(accompanies=host)
    assert (host.practitioner, host.room, guest.practitioner, guest.room) == (
        teammate.practitioner,
        cardiology,
        doctor.practitioner,
        None,
    )
    visit = VideoVisit.objects.get()
    roles = visit.participants.order_by("pk").values_list("role", "user", "seat")
    assert (visit.appointment, list(roles)) == (
        guest,
        [("practitioner", doctor.user.pk, 1), ("nurse", teammate.user.pk, None)],
    )
    cancel(host, actor=owner.user, by_staff=True)
    visit.refresh_from_db()
    guest.refresh_from_db()
    assert (guest.status, visit.state) == (Status.CANCELLED, "cancelled")


def test_the_whole_story_with_the_nurse(cardiology, doctor, teammate, owner):
    host = AppointmentFactory(reason=teammate.reason, patient=owner.patient, start_at=on_monday(9))
    CareTeamMember.objects.create(
        patient=owner.patient, practitioner=teammate.practitioner, since=date(2026, 1, 1)
    )
    owner.patient.attending_doctor = teammate.practitioner
    owner.patient.save()
    visit = a_video_visit(
        reason=doctor.reason, patient=owner.patient, start_at=on_monday(9), accompanies=host
    )
    nurse = Participant.objects.get(visit=visit, role="nurse")
    with time_machine.travel(on_monday(9), tick=False):
        cardiologist, beside = sign_in(doctor.user), sign_in(teammate.user)
        assert (
            "Le patient est-il d’accord"
            in beside.get(reverse("video_waiting", args=[visit.key])).content.decode()
        )
        beside.post(reverse("knock_video", args=[visit.key]), {"agrees": "on"})
        cardiologist.post(reverse("admit_to_video", args=[visit.key, nurse.key]))
    end = reverse("end_video_visit", args=[visit.key])
    with time_machine.travel(on_monday(9, 14), tick=False):
        cardiologist.post(end, {"outcome": "by_phone"})
        page = cardiologist.get(end).content.decode()
        assert "interrompue, suite par téléphone" in page
        cardiologist.post(end, {"outcome": "done"})
        cardiologist.post(end, {"outcome": "done"})
        report = reverse("report_video_visit", args=[visit.key])
        assert cardiologist.post(report, {"text": " "}).status_code == 422
        cardiologist.post(report, {"text": "Tension équilibrée."})
        cardiologist.post(report, {"text": "Encore."})
        assert cardiologist.get(end).context["book_url"] == (
            f"{reverse('book_for_patient', args=[owner.patient.pk])}"
            f"?motif=soin-video&praticien={doctor.practitioner.slug}"
        )
        told = source_of("video_visit")
        rows = told.rows(owner.patient, None).values_list("pk", "at")
        assert list(rows) == [(visit.pk, on_monday(9))]
        assert [line.summary for line in told.entries([visit.pk])] == ["14 minutes, finie par téléphone"]
    visit.refresh_from_db()
    visit.appointment.refresh_from_db()
    host.refresh_from_db()
    assert (visit.state, visit.minutes, visit.appointment.status, host.status) == (
        *("done", 14, Status.FULFILLED, Status.ARRIVED),
    )
    assert NoteVersion.objects.get(note=visit.report).text == "Tension équilibrée."
    addressed = NoteAddressee.objects.filter(note=visit.report)
    assert list(addressed.values_list("practitioner", "is_named")) == [(teammate.practitioner.pk, True)]


def test_missed_only_after_its_hour_and_taken_back_from_the_day(doctor, owner):
    doctor.reason.place_kind = PlaceKind.VIDEO
    doctor.reason.save()
    visit = a_video_visit(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    end = reverse("end_video_visit", args=[visit.key])
    with time_machine.travel(on_monday(8, 50), tick=False):
        client = sign_in(doctor.user)
        assert client.post(end, {"outcome": "missed"}).status_code == 409
        assert client.post(end, {"outcome": "done"}).status_code == 409
    with time_machine.travel(on_monday(9, 1), tick=False):
        client.post(end, {"outcome": "missed"})
        visit.refresh_from_db()
        visit.appointment.refresh_from_db()
        assert (visit.state, visit.appointment.status) == ("missed", Status.NO_SHOW)
        client.post(reverse("change_visit", args=[visit.appointment.reference, "revient"]))
        visit.refresh_from_db()
        assert (visit.state, visit.ended_at) == ("planned", None)
    forget_patient(owner.patient, actor=doctor.user, keep_care=False)
    assert Participant.objects.get(visit=visit, role="patient").name == ""


def test_the_share_of_a_year(doctor, owner, django_assert_num_queries):
    """Only what was given counts, in the year of the house's clock."""
    doctor.practitioner.profession.is_medical_doctor = True
    doctor.practitioner.profession.save()
    kinds = [PlaceKind.VIDEO] * 2 + [PlaceKind.CENTRE] * 3
    for day, kind in enumerate(kinds):
        AppointmentFactory(
            reason=doctor.reason,
            place_kind=kind,
            status=Status.FULFILLED,
            start_at=on_monday(9) - timedelta(days=7 + day),
        )
    AppointmentFactory(reason=doctor.reason, place_kind=PlaceKind.VIDEO, start_at=on_monday(9))
    with django_assert_num_queries(2):
        share = shares_of([doctor.practitioner], 2026)[doctor.practitioner.pk]
    assert (share.by_video, share.in_all, share.percent, share.is_whole) == (2, 5, 40.0, True)
    doctor.practitioner.kind = "remote"
    elsewhere = shares_of([doctor.practitioner], 2026)[doctor.practitioner.pk]
    assert (elsewhere.cap, elsewhere.is_whole) == (None, False)


CAPS = [
    Cap("", 20, date(2022, 1, 1)),
    Cap("psychiatre", 40, date(2024, 6, 22)),
    Cap("", 25, date(2027, 1, 1)),
]


@given(st.integers(0, 60), st.integers(0, 60), st.sampled_from([None, 1, 20, 40, 99, 100]))
def test_what_is_left_is_what_still_fits(video, other, percent):
    """Against counting one visit after the other."""
    share, fits = Share(video, video + other, percent), 0
    if percent is None or percent >= 100:
        assert (share.left, share.is_over) == (None, False)
        return
    while 100 * (video + fits + 1) <= percent * (video + other + fits + 1):
        fits += 1
    over = video > 0 and 100 * video / (video + other) > percent
    assert (share.left, share.is_over) == (fits, over)


def test_the_cap_of_the_day_and_of_the_profession():
    asked = [
        ("cardiologue", date(2021, 12, 31)),
        ("cardiologue", date(2026, 5, 1)),
        ("psychiatre", date(2023, 1, 1)),
        ("psychiatre", date(2026, 1, 1)),
        ("cardiologue", date(2027, 1, 1)),
    ]
    assert [cap_on(CAPS, *one) for one in asked] == [None, 20, 20, 40, 25]


def test_two_hours_after_no_link_is_made_anew_and_nobody_is_asked_in(doctor, owner):
    """Nobody has said how it went: the line stands, and offers no more than to say it."""
    doctor.reason.place_kind = PlaceKind.VIDEO
    doctor.reason.save()
    visit = a_video_visit(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    patient = Participant.objects.get(visit=visit, role="patient")
    renew = reverse("renew_video_link", args=[visit.key, patient.key])
    invite = reverse("invite_third", args=[visit.key])
    guest = {"kind": "interpreter", "name": "Ana Ferreira", "email": "ana@example.org", "agreed": "on"}

    def offered_at(hour: int) -> list[bool]:
        with time_machine.travel(on_monday(hour, 25), tick=False):
            page = sign_in(doctor.user).get(reverse("teleconsult")).text
        return [link in page for link in (renew, invite)]

    before = OutboxMessage.objects.count()
    assert (offered_at(10), offered_at(11)) == ([True, True], [False, False])
    with time_machine.travel(on_monday(11, 25), tick=False):
        late = sign_in(doctor.user)
        answers = [late.post(renew), late.post(invite, guest)]
    assert ["plus aucun lien n’ouvre" in answer.text for answer in answers] == [True, True]
    kept = Participant.objects.filter(visit=visit, role__in=["patient", "third"])
    assert list(kept.values_list("token_version", flat=True)) == [patient.token_version]
    assert OutboxMessage.objects.count() == before
