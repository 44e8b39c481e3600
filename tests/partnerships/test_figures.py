"""The figures against a slow count by hand: random houses, and a small one of which every number is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from appointments.models import AppointmentSeries, Status
from coordination.models import Protocol, ProtocolVersion, Referral
from core import clock
from partnerships import figures_requests
from partnerships.figures_activity import activity
from partnerships.figures_delays import booking_delays, referral_delays
from partnerships.figures_fill import opening_fill, session_fill
from partnerships.figures_no_shows import no_shows
from partnerships.figures_period import Period, presets, usual
from partnerships.figures_referrals import referrals
from partnerships.figures_scope import HOUSE, Scope, directory
from partnerships.figures_sql import BEFORE, NOW, Found
from partnerships.figures_team import team
from partnerships.models import ConsultationSession
from tests.factories.accounts import UserFactory
from tests.factories.appointments import AppointmentFactory, OpeningFactory, VisitReasonFactory
from tests.factories.meetings import MeetingItemFactory, MeetingMemberFactory, TeamMeetingFactory
from tests.factories.partnerships import AdvancedConsultationFactory
from tests.factories.partnerships_request import ConsultationRequestFactory
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory
from tests.factories.referrals import accepted_referral
from tests.partnerships.figures_world import Oracle, fill, people

pytestmark = pytest.mark.django_db
AUTUMN = (date(2026, 10, 1), date(2026, 12, 31))


def rounded(row: dict) -> dict:
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in row.items()}


def agree(found: Found, part: str, expected: dict[str, dict], period: int) -> None:
    named = {key for key in found.keys(part) if found.of(part, key, period=period)}
    assert {key: rounded(found.of(part, key, period=period)) for key in named} == {
        key: rounded(row) for key, row in expected.items()
    }


@pytest.mark.parametrize(
    ("seed", "days"), [(1, AUTUMN), (2, AUTUMN), (3, (date(2026, 1, 1), date(2026, 12, 31)))]
)
def test_the_figures_are_those_of_a_slow_count(sunday, seed, days):
    """Weeks and months, both periods, the whole house and one profession; the clock changes in between."""
    rng = Random(seed)
    reasons = people()
    period = Period.of(*days)
    fill(rng, period, reasons, 110)
    book = directory()
    nurses = book.scope(f"profession-{reasons[2].practitioner.profession_id}")
    for scope in (book.scope(HOUSE), nurses):
        oracle = Oracle(period, set(scope.practitioners))
        check_visits(oracle, period, scope)
        check_fill(oracle, period, scope)


def check_visits(oracle: Oracle, period: Period, scope: Scope) -> None:
    found = {
        "activity": activity(period, scope),
        "no_shows": no_shows(period, scope),
        "delays": booking_delays(period, scope),
    }
    parts = {
        "profession": lambda row: row.practitioner.profession_id,
        "bucket": lambda row: oracle.bucket(clock.local(row.start_at).date()),
    }
    own = {
        "weekday": lambda row: clock.local(row.start_at).weekday(),
        "reminder": lambda row: "with" if row.pk in oracle.reminded else "without",
    }
    for which in (NOW, BEFORE):
        for name, counted in found.items():
            count = getattr(oracle, name)
            for part, of in (parts | own if name == "no_shows" else parts).items():
                expected = {key: count(rows) for key, rows in oracle.parts(which, of).items()}
                agree(counted, part, {k: row for k, row in expected.items() if _any(row, name)}, which)
            assert rounded(counted.of("whole", period=which)) == rounded(count(oracle.visits(which)))


def _any(row: dict, name: str) -> bool:
    """A part of which nothing is counted has no row of delays or absences."""
    return name == "activity" or bool(row[{"no_shows": "expected", "delays": "booked"}[name]])


def check_fill(oracle: Oracle, period: Period, scope: Scope) -> None:
    found = opening_fill(period, scope)
    for which in (NOW, BEFORE):
        assert found.of("whole", period=which) == oracle.fill(which, lambda _who, _day: True)
        for key in found.keys("profession"):
            expected = oracle.fill(which, lambda who, _day, key=key: str(who.profession_id) == key)
            assert (
                found.of("profession", key, period=which) or {"open_seconds": 0, "given_seconds": 0}
            ) == expected
    for bucket in period.buckets():
        expected = oracle.fill(NOW, lambda _who, day, key=bucket.key: oracle.bucket(day) == key)
        assert (found.of("bucket", bucket.key) or {"open_seconds": 0, "given_seconds": 0}) == expected


# --- By hand --------------------------------------------------------------------------------------------------------


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return clock.at(date(2026, month, day), time(hour, minute))


NOVEMBER = Period.of(date(2026, 11, 1), date(2026, 11, 30), date(2026, 11, 22))


@pytest.fixture
def house(sunday):
    return directory().scope(HOUSE)


def test_seats_of_sessions(sunday, coordinator):
    """Five seats, two visits, one cancelled; then a session that was cancelled. In October four seats, one taken."""
    programme = AdvancedConsultationFactory(name="Psychiatrie")
    reason = VisitReasonFactory(practitioner__kind="visiting")
    programme.reasons.get(kind="first").visit_reasons.add(reason)
    held = _session(programme, reason, at(5, 14), seats=5)
    for hour, status in ((14, Status.FULFILLED), (15, Status.NO_SHOW), (16, Status.CANCELLED)):
        cancelled_at = at(4, 9) if status == Status.CANCELLED else None
        AppointmentFactory(
            reason=reason,
            start_at=at(5, hour),
            status=status,
            opening=held.opening,
            cancelled_at=cancelled_at,
        )
    gone = _session(programme, reason, at(12, 14), seats=5)
    ConsultationSession.objects.filter(pk=gone.pk).update(state="cancelled", cancelled_at=at(10, 9))
    before = _session(programme, reason, at(8, 14, month=10), seats=4)
    AppointmentFactory(
        reason=reason, start_at=at(8, 14, month=10), status=Status.FULFILLED, opening=before.opening
    )

    book = directory()
    for value in (HOUSE, f"programme-{programme.pk}", f"partenaire-{programme.partner_id}"):
        found = session_fill(NOVEMBER, book.scope(value))
        assert found.of("programme", programme.pk) == {"sessions": 1, "cancelled": 1, "seats": 5, "taken": 2}
        assert found.of("whole", period=BEFORE) == {"sessions": 1, "cancelled": 0, "seats": 4, "taken": 1}
    # The programme's own time: 14 h to 17 h of both standing openings, 20 minutes of each visit.
    own = opening_fill(NOVEMBER, book.scope(f"programme-{programme.pk}")).of("whole")
    assert own == {"open_seconds": 6 * 3600, "given_seconds": 2 * 1200}
    assert activity(NOVEMBER, book.scope(f"programme-{programme.pk}")).of("whole")["visits"] == 1
    assert booking_delays(NOVEMBER, book.scope(HOUSE)).of("programme", programme.pk)["booked"] == 1


def _session(programme, reason, start: datetime, seats: int) -> ConsultationSession:
    end = start + timedelta(hours=3)
    opening = OpeningFactory(
        practitioner=reason.practitioner, start_at=start, end_at=end, audience="referrer"
    )
    return ConsultationSession.objects.create(
        programme=programme,
        practitioner=reason.practitioner,
        opening=opening,
        start_at=start,
        end_at=end,
        seats=seats,
    )


def test_requests_from_reception_to_visit(sunday):
    """Served in 10 and 40 days against 30; one waits since 20 days, one since 50; a withdrawn one counts nowhere."""
    programme = AdvancedConsultationFactory(name="Psychiatrie", target_delay_days=30)
    physio = ProfessionFactory(slug="kine", name="kinésithérapeute", plural_name="kinésithérapeutes")
    requester = PractitionerFactory(profession=physio, user=UserFactory())
    reason = VisitReasonFactory(practitioner__kind="visiting")
    for days, received in ((10, at(2, 9)), (40, at(1, 9, month=10))):
        visit = AppointmentFactory(
            reason=reason, start_at=received + timedelta(days=days), status=Status.FULFILLED
        )
        asked = ConsultationRequestFactory(
            programme=programme, requester=requester, patient=visit.patient, state="seen", appointment=visit
        )
        _received(asked, received)
    for days, state, origin in (
        (20, "accepted", "house"),
        (50, "received", "outside"),
        (5, "withdrawn", "house"),
    ):
        asked = ConsultationRequestFactory(
            programme=programme, requester=requester, state=state, origin=origin
        )
        _received(asked, clock.now() - timedelta(days=days))

    scope = directory().scope(f"partenaire-{programme.partner_id}")
    scope = replace(scope, practitioners=(reason.practitioner_id,))
    found = figures_requests.request_delays(NOVEMBER, scope)
    assert rounded(found.of("programme", programme.pk)) == {
        "served": 2,
        "median": 25,
        "ninth": 37,
        "within_target": 1,
    }
    waiting = figures_requests.requests_waiting(NOVEMBER, scope, clock.today())
    assert waiting.of("whole") == {"waiting": 2, "late": 1}
    pairs = figures_requests.request_pairs(NOVEMBER, scope)
    assert {key: pairs.of("pair", key) for key in pairs.keys("pair")} == {
        f"{physio.pk}-{programme.pk}": {"requests": 2},
        f"outside-{programme.pk}": {},
    }
    assert pairs.of("pair", f"outside-{programme.pk}", period=BEFORE) == {"requests": 1}


def _received(request, moment: datetime) -> None:
    type(request).objects.filter(pk=request.pk).update(received_at=moment)


def test_referrals_by_profession_and_their_first_session(sunday, doctor):
    """Sent on the 2nd, first session missed, second given on the 12th: ten days."""
    physio = ProfessionFactory(slug="kine", name="kinésithérapeute", plural_name="kinésithérapeutes")
    taker = PractitionerFactory(profession=physio, user=UserFactory())
    patient = PatientFactory(attending_doctor=doctor.practitioner)
    accepted = accepted_referral(patient, doctor.practitioner, taker)
    reason = VisitReasonFactory(practitioner=taker)
    series = AppointmentSeries.objects.create(
        patient=patient,
        practitioner=taker,
        reason=reason,
        prescribed=10,
        first_day=date(2026, 11, 9),
        weekdays=[0, 3],
    )
    Referral.objects.filter(pk=accepted.pk).update(sent_at=at(2, 9), series=series)
    for day, status in ((9, Status.NO_SHOW), (12, Status.FULFILLED), (16, Status.FULFILLED)):
        AppointmentFactory(reason=reason, patient=patient, start_at=at(day, 9), status=status, series=series)

    scope = directory().scope(HOUSE)
    pair = f"{doctor.practitioner.profession_id}-{physio.pk}"
    found = referrals(NOVEMBER, scope)
    assert (found.keys("pair"), found.of("pair", pair)) == ({pair}, {"referrals": 1})
    delays = referral_delays(NOVEMBER, scope).of("profession", physio.pk)
    assert delays == {"answered": 1, "answered_median": 10.0, "answered_ninth": 10.0}
    # Sessions of a series tell no delay of a booking.
    assert booking_delays(NOVEMBER, scope).of("whole") == {}


def test_meetings_and_protocols(sunday, house):
    meeting = TeamMeetingFactory(start_at=at(3, 12), state="closed", closed_at=at(4, 9))
    TeamMeetingFactory(start_at=at(10, 12), state="planned")
    for presence in ("present", "remote", "absent"):
        MeetingMemberFactory(meeting=meeting, presence=presence)
    MeetingItemFactory(meeting=meeting, patient=PatientFactory(), state="discussed")
    adopted = {
        "state": "adopted",
        "content": "…",
        "review_on": date(2027, 1, 1),
        "adopted_on": date(2026, 11, 6),
    }
    owner = PractitionerFactory()
    protocol = Protocol.objects.create(centre=owner.centre, title="Plaies", theme="Soins", owner=owner)
    ProtocolVersion.objects.create(protocol=protocol, number=1, content_hash="a" * 64, **adopted)
    found = team(NOVEMBER, house)
    assert found.of("whole") == {
        "meetings": 1,
        "attendances": 2,
        "discussed": 1,
        "protocols": 1,
        "cooperations": 0,
    }
    assert found.of("whole", period=BEFORE)["protocols"] == 0


def test_periods():
    """Whole months are compared with as many months, cut at the same day; other days with as many days."""
    today = date(2026, 11, 22)
    asked = [one.period for one in presets(today)]
    assert [(one.first, one.ends_on, one.before.first, one.before.ends_on) for one in asked[:3]] == [
        (date(2026, 11, 1), date(2026, 11, 21), date(2026, 10, 1), date(2026, 10, 21)),
        (date(2026, 10, 1), date(2026, 10, 31), date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 10, 1), date(2026, 11, 21), date(2026, 7, 1), date(2026, 8, 21)),
    ]
    some = Period.of(date(2026, 11, 3), date(2026, 11, 9), today)
    assert (some.before.first, some.before.ends_on) == (date(2026, 10, 27), date(2026, 11, 2))
    assert usual(date(2026, 10, 1)).first == date(2026, 7, 1)
    assert [bucket.key for bucket in NOVEMBER.buckets()] == [
        date(2026, 10, 26),
        *(date(2026, 11, day) for day in (2, 9, 16)),
    ]
