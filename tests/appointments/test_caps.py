"""What the law allows: counted from real visits, refused or set aside on purpose, and the last seat taken once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments import caps
from appointments.actions.book import book
from appointments.actions.book_at_desk import book_at_desk
from appointments.actions.hold import hold
from appointments.actions.set_cap import CapOverlaps, open_episode, set_cap
from appointments.caps import CapReached
from appointments.eligibility import desk_warning
from appointments.models import Appointment, BookingCap, CareEpisode, Origin, Period, Status
from core import clock
from core.audit.models import AuditEvent
from tests.appointments.test_races import kinds, race
from tests.cast import MONDAY, SUNDAY_NOON, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.caps import BookingCapFactory, ProgrammeFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import CentreFactory, PractitionerFactory

TODAY = date(2026, 11, 22)


@pytest.fixture
def programme(doctor):
    programme = ProgrammeFactory()
    doctor.reason.programme = programme
    doctor.reason.save(update_fields=["programme"])
    return programme


@pytest.fixture
def admin(db, sunday):
    user = RoleAssignmentFactory(role=Role.ADMINISTRATOR).user
    user.client = sign_in(user)
    return user


def seen(doctor, patient, number: int, *, before=SUNDAY_NOON, status=Status.FULFILLED) -> list[Appointment]:
    """One a week, the last one a week before."""
    return [
        AppointmentFactory(
            reason=doctor.reason, patient=patient, start_at=before - timedelta(weeks=week + 1), status=status
        )
        for week in range(number)
    ]


def at_desk(doctor, patient, start_at=None, **options):
    place = OpeningFactory._meta.model.objects.first().place
    return book_at_desk(
        doctor.reason, start_at or on_monday(9), patient, actor=doctor.user, place=place, **options
    )


class TestCount:
    def test_by_calendar_year_without_the_missed_and_the_cancelled(self, owner, doctor, programme):
        cap = BookingCapFactory(programme=programme, most=12, period=Period.YEAR)
        seen(doctor, owner.patient, 3)
        seen(doctor, owner.patient, 2, before=SUNDAY_NOON - timedelta(hours=3), status=Status.NO_SHOW)
        seen(doctor, owner.patient, 2, before=clock.at(date(2026, 1, 5), SUNDAY_NOON.time()))
        seen(doctor, owner.child, 4, before=SUNDAY_NOON - timedelta(hours=6))
        # 29 December 2025 belongs to the year before, 22 December too
        (count,) = caps.counts_of(owner.patient)
        assert (count.cap, count.used, count.left) == (cap, 3, 9)
        assert (count.since, count.until) == (date(2026, 1, 1), date(2026, 12, 31))

    def test_by_episode_from_the_day_that_somebody_says_so(self, owner, doctor, programme):
        BookingCapFactory(programme=programme, most=8, period=Period.EPISODE)
        seen(doctor, owner.patient, 8)
        assert caps.counts_of(owner.patient)[0].left == 0
        with pytest.raises(CapReached):
            at_desk(doctor, owner.patient)
        owner.patient.attending_doctor = doctor.practitioner
        owner.patient.save(update_fields=["attending_doctor"])
        url = reverse("open_care_episode", args=[owner.patient.pk, programme.pk])
        assert doctor.client.post(url, {"reason": ""}).status_code == 422
        assert doctor.client.post(url, {"reason": "diagnostic posé"}).status_code == 302
        row = CareEpisode.objects.get()
        assert (row.since, row.reason, row.opened_by) == (TODAY, "diagnostic posé", doctor.user)
        assert at_desk(doctor, owner.patient).status == Status.BOOKED
        assert caps.counts_of(owner.patient)[0].left == 7

    def test_another_figure_does_not_rewrite_the_past(self, owner, doctor, programme, admin):
        BookingCapFactory(programme=programme, most=8, period=Period.EPISODE)
        visits = seen(doctor, owner.patient, 6)
        set_cap(
            CentreFactory(),
            programme.name,
            most=5,
            period=Period.EPISODE,
            since=MONDAY,
            until=None,
            may_be_exceeded=False,
            source="Loi nouvelle",
            actor=admin,
        )
        rows = BookingCap.objects.order_by("since").values_list("most", "since", "until")
        assert list(rows) == [(8, date(2026, 1, 1), TODAY), (5, MONDAY, None)]
        assert caps.counts_of(owner.patient)[0].left == 2  # today still the old one
        assert caps.count_on(doctor.reason, owner.patient, MONDAY).left == 0
        assert [visit.status for visit in Appointment.objects.filter(pk__in=[v.pk for v in visits])] == [
            Status.FULFILLED
        ] * 6

    def test_without_programme_no_query_is_asked(self, owner, doctor):
        with CaptureQueriesContext(connection) as queries:
            caps.hold_cap(doctor.reason, owner.patient, [on_monday(9)])
        assert len(queries) == 0


class TestBooking:
    def test_the_patient_reads_why_and_the_way_out(self, owner, doctor, programme):
        BookingCapFactory(programme=programme, most=2, period=Period.EPISODE)
        seen(doctor, owner.patient, 2)
        held = hold(doctor.reason, on_monday(9), holder="x")
        with pytest.raises(CapReached, match="Voyez d’abord votre médecin"):
            book(held, holder="x", patient=owner.patient, actor=owner.user)
        held.refresh_from_db()
        assert held.status == Status.HELD

    def test_where_the_law_lets_it_the_desk_may_with_a_reason(self, owner, doctor, programme):
        BookingCapFactory(programme=programme, most=1, period=Period.EPISODE, may_be_exceeded=True)
        seen(doctor, owner.patient, 1)
        warning = desk_warning(doctor.reason, owner.patient, on_monday(9), clock.now())
        assert warning == (
            f"« {programme.name} » permet 1 séance sans diagnostic du médecin, et elle est prise."
            " Voyez d’abord votre médecin : avec son ordonnance, les séances peuvent continuer."
        )
        with pytest.raises(CapReached):
            at_desk(doctor, owner.patient, despite="Un autre avertissement.")
        visit = at_desk(doctor, owner.patient, despite=warning, why="accord du médecin")
        event = AuditEvent.objects.get(action="appointment.booked")
        assert (event.reason, event.detail["despite"]) == ("accord du médecin", warning)
        assert visit.origin == Origin.DESK

    def test_where_it_does_not_nobody_may(self, owner, doctor, programme):
        BookingCapFactory(programme=programme, most=1, period=Period.EPISODE)
        seen(doctor, owner.patient, 1)
        assert desk_warning(doctor.reason, owner.patient, on_monday(9), clock.now()) is None
        with pytest.raises(CapReached):
            at_desk(doctor, owner.patient, despite="n’importe quoi", why="pressé")
        page = reverse("book_for_patient", args=[owner.patient.pk])
        owner.patient.attending_doctor = doctor.practitioner
        owner.patient.save(update_fields=["attending_doctor"])
        slot = f"{doctor.reason.pk}.{int(on_monday(9).timestamp())}"
        answer = doctor.client.post(page, {"slot": slot})
        assert answer.status_code == 409
        assert "permet 1 séance sans diagnostic du médecin, et elle est prise." in answer.text

    def test_next_year_is_another_count(self, owner, doctor, programme):
        BookingCapFactory(programme=programme, most=1, period=Period.YEAR)
        seen(doctor, owner.patient, 1)
        with pytest.raises(CapReached, match="l’an prochain"):
            at_desk(doctor, owner.patient)
        assert at_desk(doctor, owner.patient, clock.at(date(2027, 1, 4), on_monday(9).time())).pk


class TestScreen:
    FIELDS = {
        "programme": "Mon soutien psy",
        "most": "12",
        "period": "year",
        "since": "2026-11-22",
        "source": "Arrêté du 8 mars 2022",
    }

    def test_set_and_ended_by_the_administrator(self, admin, doctor):
        url = reverse("booking_caps")
        assert admin.client.post(url, self.FIELDS).status_code == 302
        cap = BookingCap.objects.get()
        assert (cap.programme.name, cap.most, cap.period, cap.since) == ("Mon soutien psy", 12, "year", TODAY)
        assert "12 par année civile" in doctor.client.get(url).text
        admin.client.post(reverse("end_booking_cap", args=[cap.pk]))
        cap.refresh_from_db()
        assert cap.until == TODAY

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"since": "2026-11-01"}, "Le passé ne change pas"),
            ({"until": "2026-11-01"}, "La fin ne peut pas précéder"),
            ({"source": ""}, "Citez le texte"),
            ({"most": "0"}, "1 au moins."),
            ({"programme": "\x00"}, "caractère"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field(self, admin, doctor, fields, sentence):
        answer = admin.client.post(reverse("booking_caps"), self.FIELDS | fields)
        assert answer.status_code == 422
        assert sentence in answer.text

    def test_two_at_once_are_refused_by_the_table(self, admin, doctor):
        options = {
            "most": 8,
            "period": Period.YEAR,
            "until": None,
            "may_be_exceeded": False,
            "source": "Loi",
            "actor": admin,
        }
        set_cap(CentreFactory(), "Accès direct", since=MONDAY, **options)
        with pytest.raises(CapOverlaps):
            set_cap(CentreFactory(), "Accès direct", since=TODAY, **options)


@pytest.mark.django_db(transaction=True)
def test_two_desks_take_the_last_seat_once(sunday):
    """Two desks, two professionals, one patient with one visit left: one is booked, the other reads why not."""
    programme = ProgrammeFactory()
    BookingCapFactory(programme=programme, most=3, period=Period.EPISODE)
    patient, user = PatientFactory(), UserFactory()
    reasons = [
        VisitReasonFactory(practitioner=PractitionerFactory(slug=f"kine-{number}"), programme=programme)
        for number in range(2)
    ]
    place = OpeningFactory(start_at=on_monday(8)).place
    for week in (1, 2):
        AppointmentFactory(
            reason=reasons[0],
            patient=patient,
            start_at=on_monday(9) - timedelta(weeks=week),
            status=Status.FULFILLED,
        )
    results = race(
        [
            lambda reason=reason, hour=hour: book_at_desk(
                reason, on_monday(hour), patient, actor=user, place=place
            )
            for reason, hour in zip(reasons * 4, range(8, 16), strict=True)
        ]
    )
    assert kinds(results) == {"Appointment": 1, "CapReached": 7}
    assert Appointment.objects.filter(patient=patient, status=Status.BOOKED).count() == 1


def test_twice_an_episode_on_one_day_is_one(owner, doctor, programme):
    for _ in range(2):
        open_episode(owner.patient, programme, reason="autre problème", actor=doctor.user)
    assert CareEpisode.objects.count() == 1
