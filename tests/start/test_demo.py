"""The invented centre: whole, the same again, never where it has no place."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
import time_machine
from django.core.management import CommandError, call_command

from appointments.models import Appointment, Audience, Opening, OpeningRule
from core import clock
from core.formats import identifiers
from patients.models import Patient
from practitioners.models import Centre, Practitioner, Room

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WEDNESDAY_MORNING = datetime(2026, 11, 18, 9, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def wednesday_morning():
    with time_machine.travel(WEDNESDAY_MORNING, tick=False):
        yield


def test_never_outside_the_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not a demonstration"):
        call_command("demo")
    assert Centre.objects.count() == 0


@pytest.mark.parametrize("wish", [{"practitioners": 3}, {"patients": 0}, {"appointments": -1}])
def test_nonsense_is_refused(wish):
    with pytest.raises(CommandError, match="must be"):
        call_command("demo", **wish)


TWICE = 5  # people whom the desk entered a second time
UNNAMED = 1  # cared for under a pseudonym
GONE = 2  # trainees of last year, whose stays the evidence counts


def test_as_many_as_wished_with_true_keys_and_rooms_of_their_own_and_six_tenths_full():
    """A year back and six weeks ahead; one building of it for all, which takes as long as all the rest."""
    call_command("demo", practitioners=16, patients=900)
    _counted_and_keyed(16, 900)
    _nobody_is_promised_a_room_that_another_has()
    shares = [fill_between(first, last) for first, last in [(-360, -180), (-180, 0), (0, 42)]]
    assert [share for share in shares if not 0.55 < share < 0.68] == []


def _counted_and_keyed(practitioners: int, patients: int):
    people = (Practitioner.objects.count(), Patient.objects.count())
    assert people == (practitioners + GONE, patients + 5 + TWICE + UNNAMED)
    numbers = Practitioner.objects.filter(active_until=None).values_list("rpps", flat=True)
    assert len(numbers) == practitioners
    for number in numbers:
        identifiers.rpps(number)
    identifiers.finess(Centre.objects.get().finess)


def _nobody_is_promised_a_room_that_another_has():
    """Shared rooms are shared on different half-days, whatever the step of the rules."""
    for room in Room.objects.all():
        openings = Opening.objects.filter(room=room).order_by("start_at")
        hours = list(openings.values_list("start_at", "end_at", "practitioner__last_name"))
        clashes = [
            (first, second)
            for first, second in pairwise(hours)
            if first[1] > second[0] and first[2] != second[2]
        ]
        assert clashes == []
    assert OpeningRule.objects.filter(every_n_weeks__gt=1).count() > 10


def fill_between(first: int, last: int) -> float:
    """The share of opened time that visits take, from so many days from today to so many."""
    start = clock.day_bounds(clock.today())[0] + timedelta(days=first)
    end = start + timedelta(days=last - first)
    open_for = timedelta()
    for since, until in (
        Opening.objects.standing()
        .filter(start_at__gte=start, start_at__lt=end)
        .exclude(audience=Audience.UNSCHEDULED)
        .values_list("start_at", "end_at")
    ):
        open_for += until - since
    visits = Appointment.objects.active().filter(start_at__gte=start, start_at__lt=end)
    taken = sum(((until - since) for since, until in visits.values_list("start_at", "end_at")), timedelta())
    return taken / open_for
