"""The shared schedule: who sees what of whose day, and in how many queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from appointments.access import Reader
from appointments.models import Status
from appointments.schedule import ABSENCE, CLOSURE, OPENING, Wanted, read, wall_minute
from appointments.schedule_feed import feed
from appointments.schedule_fill import fill
from core import clock
from patients.models.care_team import CareTeamMember, Reason
from practitioners.models.practitioner import ScheduleDetail
from tests.cast import MONDAY, make_doctor, on_monday, sign_in
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.appointments import AbsenceFactory, AppointmentFactory, ClosureFactory, OpeningFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PlaceFactory, PractitionerFactory, RoomFactory

pytestmark = pytest.mark.django_db

DESK = Reader(None, True)
BUSY, REASON, NAME = (
    ("booked", "", "", ""),
    ("arrived", "Consultation", "blue", ""),
    ("arrived", "Consultation", "blue", "Jeanne Lefebvre"),
)
MASKED_REASON = ("arrived", "", "", "Jeanne Lefebvre")


@pytest.fixture
def visit(owner, doctor):
    """The owner has arrived at her doctor's."""
    owner.patient.birth_first_names = "Jeanne Marie"
    owner.patient.save()
    return AppointmentFactory(
        reason=doctor.reason, patient=owner.patient, start_at=on_monday(9), status=Status.ARRIVED
    )


def seen(reader):
    """What this reader gets of Monday's only visit, in the page's words and in the calendar's."""
    found = read(reader, Wanted(MONDAY))
    (one,) = found.visits
    data = feed(found)
    words = {word for pair in data["reasons"] for word in pair} | {*data["given"], *data["family"]}
    assert words == {"", one.reason, one.colour, one.first_name, one.last_name}
    return one.status, one.reason, one.colour, one.patient


def reader_of(doctor):
    return Reader(doctor.practitioner.pk, False)


def tell(practitioner, detail):
    practitioner.schedule_detail = detail
    practitioner.save(update_fields=["schedule_detail"])


def make_sensitive(visit):
    visit.reason.is_sensitive = True
    visit.reason.save(update_fields=["is_sensitive"])


@pytest.mark.parametrize(
    ("detail", "plain", "sensitive"),
    [
        (ScheduleDetail.BUSY, BUSY, BUSY),
        (ScheduleDetail.REASON, REASON, BUSY),
        (ScheduleDetail.NAME, NAME, MASKED_REASON),
    ],
)
def test_a_colleague_sees_what_the_practitioner_chose(visit, doctor, teammate, detail, plain, sensitive):
    tell(doctor.practitioner, detail)
    assert seen(reader_of(teammate)) == plain
    make_sensitive(visit)
    assert seen(reader_of(teammate)) == sensitive


def test_one_s_own_day_is_whole_and_the_desk_s_without_what_is_sensitive(visit, doctor):
    assert (seen(reader_of(doctor)), seen(DESK)) == (NAME, NAME)
    make_sensitive(visit)
    assert (seen(reader_of(doctor)), seen(DESK)) == (NAME, MASKED_REASON)


def by_team(patient, colleague):
    CareTeamMember.objects.create(
        patient=patient, practitioner=colleague.practitioner, reason=Reason.RECOGNISED
    )


def by_attending(patient, colleague):
    patient.attending_doctor = colleague.practitioner
    patient.save(update_fields=["attending_doctor"])


def by_visit(patient, colleague):
    AppointmentFactory(reason=colleague.reason, patient=patient, start_at=on_monday(9) - timedelta(days=30))


@pytest.mark.parametrize("ground", [by_team, by_attending, by_visit])
def test_a_colleague_of_the_care_team_sees_all(visit, owner, teammate, ground):
    ground(owner.patient, teammate)
    make_sensitive(visit)
    assert seen(reader_of(teammate)) == NAME


def test_a_care_that_is_over_opens_nothing(visit, owner, teammate):
    by_team(owner.patient, teammate)
    CareTeamMember.objects.update(since=MONDAY - timedelta(days=9), until=MONDAY - timedelta(days=2))
    by_visit(owner.patient, teammate)
    teammate.practitioner.appointments.update(
        status=Status.CANCELLED, cancelled_at=clock.now(), start_at=on_monday(9) - timedelta(days=30)
    )
    assert seen(reader_of(teammate)) == BUSY


def test_a_running_hold_is_seen_and_a_lapsed_one_is_not(doctor):
    for hour, minutes in ((8, 5), (9, -5)):
        AppointmentFactory(
            reason=doctor.reason,
            patient=None,
            booked_at=None,
            status=Status.HELD,
            holder="x",
            start_at=on_monday(hour),
            held_until=clock.now() + timedelta(minutes=minutes),
        )
    found = read(reader_of(doctor), Wanted(MONDAY)).visits
    assert [(one.start_at, one.status, one.reason, one.patient) for one in found] == [
        (on_monday(8), "held", "", "")
    ]


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_whoever_works_here_opens_it_and_nobody_else(visit, doctor, teammate, outsider, owner, visitor, role):
    desk = sign_in(RoleAssignmentFactory(role=role).user)
    address = "?jour=2026-11-23"
    for name in ("schedule", "schedule_feed", "day_sheet"):
        url = reverse(name) + address
        answers = {who: client.get(url) for who, client in {
            "desk": desk, "doctor": doctor.client, "teammate": teammate.client,
            "owner": owner.client, "outsider": outsider.client, "visitor": visitor,
        }.items()}  # fmt: skip
        assert {who: answer.status_code for who, answer in answers.items()} == {
            "desk": 200, "doctor": 200, "teammate": 200, "owner": 404, "outsider": 404, "visitor": 302,
        }  # fmt: skip
        assert {who for who in ("desk", "doctor", "teammate") if "Lefebvre" in answers[who].text} == {
            "desk",
            "doctor",
        }
        assert answers["desk"]["Cache-Control"] == "private, no-store"


def test_absences_closures_and_holidays(doctor, teammate):
    practitioner = doctor.practitioner
    opening = practitioner.openings.get()
    away = AbsenceFactory(practitioner=practitioner, kind="sick", start_at=on_monday(9), end_at=on_monday(12))
    works = ClosureFactory(
        centre=practitioner.centre, label="Travaux", start_at=on_monday(18), end_at=on_monday(20)
    )
    wanted = Wanted(MONDAY, practitioner=practitioner.slug)
    rows = [
        (OPENING, opening.start_at, opening.end_at, "everyone"),
        (ABSENCE, away.start_at, away.end_at, "arrêt"),
        (CLOSURE, works.start_at, works.end_at, "Travaux"),
    ]
    for reader, label in ((reader_of(doctor), "arrêt"), (DESK, "arrêt"), (reader_of(teammate), "absence")):
        rows[1] = (*rows[1][:3], label)
        spans = read(reader, wanted).spans
        assert [(span.kind, span.start_at, span.end_at, span.label) for span in spans] == rows
    assert read(DESK, Wanted(date(2026, 12, 25))).holidays == {date(2026, 12, 25): "Noël"}
    page = doctor.client.get("/planning/?jour=2026-12-25").text
    assert "Noël, jour férié" in page


def test_filters_stay_in_the_address_and_leave_out_the_others(visit, doctor, teammate):
    annexe = PlaceFactory(centre=doctor.practitioner.centre, name="Annexe")
    room = RoomFactory(place=annexe, name="Salle bleue")
    OpeningFactory(
        practitioner=teammate.practitioner,
        place=annexe,
        room=room,
        start_at=on_monday(14),
        end_at=on_monday(16),
    )
    nurse = PractitionerFactory(
        last_name="Leroy",
        title="Mme",
        profession__slug="infirmier",
        profession__name="infirmier",
        profession__feminine_name="infirmière",
    )

    def people(**filters):
        return [person.id for person in read(DESK, Wanted(MONDAY, **filters)).people]

    caron, leroy, vandamme = teammate.practitioner.pk, nurse.pk, doctor.practitioner.pk
    assert set(people()) == {caron, leroy, vandamme}
    assert people(profession="infirmier") == [leroy]
    said = {one.id: one.profession for one in read(DESK, Wanted(MONDAY)).people}
    assert (said[leroy], said[vandamme]) == ("infirmière", doctor.practitioner.profession.name)
    assert people(practitioner=doctor.practitioner.slug) == [vandamme]
    assert (people(place=annexe.pk), people(room=room.pk)) == ([caron], [caron])
    page = doctor.client.get(f"/planning/?jour=2026-11-23&lieu={annexe.pk}&vue=semaine").text
    assert f"lieu={annexe.pk}" in page
    assert "jour=2026-11-30" in page


@pytest.mark.parametrize(
    "query", ["?jour=hier", "?jour=9999-99-99", "?lieu=x&salle=²&vue=annee", "?praticien=x"]
)
def test_an_address_without_meaning_is_no_error(doctor, query):
    for name in ("schedule", "schedule_feed", "day_sheet"):
        assert doctor.client.get(reverse(name) + query).status_code == 200


def queries_of(reader, days):
    with CaptureQueriesContext(
        connection,
    ) as caught:
        found = read(reader, Wanted(MONDAY, days))
    return len(caught), len(found.people), len(found.visits)


def test_as_many_queries_for_thirty_as_for_one(visit, doctor):
    read(DESK, Wanted(MONDAY))  # the house is known from here on
    assert queries_of(reader_of(doctor), 7) == (3, 1, 1)
    for n in range(29):
        other = make_doctor(f"Medecin{n}")
        AppointmentFactory(reason=other.reason, patient=PatientFactory(), start_at=on_monday(8, 20))
    assert queries_of(reader_of(doctor), 7) == (3, 30, 30)


def test_week_is_of_one_person_and_month_tells_how_full(visit, doctor, teammate):
    own = read(reader_of(doctor), Wanted(MONDAY, 7, one=True))
    assert [person.id for person in own.people] == [doctor.practitioner.pk]
    AbsenceFactory(practitioner=teammate.practitioner, start_at=on_monday(9), end_at=on_monday(11))
    first, second = fill(read(DESK, Wanted(MONDAY, 2)))
    assert first == (MONDAY, "", 180, 20, 1)
    assert (first.percent, second.percent) == (11, None)
    page = doctor.client.get("/planning/?vue=mois&jour=2026-11-23").text
    assert page.count("<tr") == 31


def test_the_clock_of_the_house_in_both_changes_of_hour():
    summer, winter = date(2026, 3, 29), date(2026, 10, 25)
    for day in (summer, winter):
        nine = clock.day_bounds(day)[1] - timedelta(hours=15)
        assert wall_minute(int(nine.timestamp()), day) == 9 * 60


def test_the_calendar_reads_the_numbers_back(visit, doctor):
    data = feed(read(reader_of(doctor), Wanted(MONDAY)))
    ids, who, starts, lengths, buffers, rooms, states, reasons, given, family = data["visits"]
    assert (ids, who, starts, lengths, buffers, rooms) == (
        [visit.pk], [[doctor.practitioner.pk, 1]], [9 * 60], [20], [0], [0],
    )  # fmt: skip
    assert data["states"][states[0] // 2][0] == "arrived"
    assert (data["reasons"][reasons[0]], data["given"][given[0]], data["family"][family[0]]) == (
        ["Consultation", "blue"], "Jeanne", "Lefebvre",
    )  # fmt: skip


def test_the_list_escapes_what_people_have_typed(doctor):
    """Its rows are written by hand, not by a template."""
    evil = PatientFactory(birth_name="<b>Un</b>", birth_first_names="Zoé")
    visit = AppointmentFactory(reason=doctor.reason, patient=evil, start_at=on_monday(9))
    type(doctor.reason).objects.filter(pk=doctor.reason.pk).update(name='"><script>alert(1)</script>')
    page = doctor.client.get(reverse("schedule"), {"jour": MONDAY.isoformat()}).content.decode()
    assert "<b>Un</b>" not in page
    assert "<script>alert" not in page
    assert (
        f'<a href="{reverse("reschedule", args=[visit.pk])}"><strong>Zoé &lt;b&gt;Un&lt;/b&gt;</strong></a>'
        in page
    )


def test_only_who_may_move_a_visit_is_led_to_its_form(doctor, teammate, booked):
    link = f'href="{reverse("reschedule", args=[booked.pk])}"'
    address = reverse("schedule") + f"?jour={MONDAY.isoformat()}"
    assert link in doctor.client.get(address).content.decode()
    assert link not in teammate.client.get(address).content.decode()
    assert (
        link not in doctor.client.get(reverse("day_sheet") + f"?jour={MONDAY.isoformat()}").content.decode()
    )
