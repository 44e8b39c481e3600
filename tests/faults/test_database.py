"""PostgreSQL dies while two hundred people book: who saw a reference has his visit, who did not tries again."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from django.db import connection

from appointments.models import Appointment, Status
from tests.faults.machinery import wait_until
from tests.faults.people import TRY_AGAIN, Person, slots
from tests.faults.portal import OwnPortal
from tests.faults.size import size

PEOPLE = size(40, 200)
DEATHS = size(1, 3)
OUTAGE_SECONDS = size(2, 45)


def at_once(people: list[Person], wanted: list[str]) -> list[threading.Thread]:
    threads = [
        threading.Thread(target=one.book, args=(slot,)) for one, slot in zip(people, wanted, strict=True)
    ]
    for thread in threads:
        thread.start()
    return threads


def test_postgresql_dies_during_bookings(
    portal: OwnPortal, crowd: Callable[[int], list[Person]], rehearsed: Callable[..., None]
) -> None:
    people = crowd(PEOPLE)
    wanted = slots(PEOPLE)
    connection.close()
    threads = at_once(people, wanted)
    # Each death finds others in the middle: some have their slot or their reference, most do not.
    wait_until(lambda: sum(bool(one.answers) for one in people) >= PEOPLE // 8)
    for death in range(DEATHS):
        wait_until(lambda death=death: sum(bool(one.reference) for one in people) >= PEOPLE * death // 8)
        portal.kill("db")
        portal.start("db")
    for thread in threads:
        thread.join()

    answers = [answer for one in people for answer in one.answers]
    refused = [answer for answer in answers if answer.status == 503]
    assert {answer.status for answer in answers} <= {200, 302, 409, 503}
    assert {(TRY_AGAIN in answer.text, answer.retry_after) for answer in refused} == {(True, "10")}

    seen = {one.reference: one.patient.pk for one in people}
    rows = Appointment.objects.filter(patient__in=seen.values(), status=Status.BOOKED)
    assert dict(rows.values_list("reference", "patient_id")) == seen
    assert Counter(rows.values_list("patient_id", flat=True)) == Counter(seen.values())
    rehearsed(
        "PostgreSQL killed (SIGKILL, all its processes) during concurrent bookings",
        done=f"{DEATHS} deaths, {PEOPLE} people at once",
        found=f"{len(seen)} references seen, {rows.count()} visits, 0 doubled, {len(refused)} sentences « réessayez », "
        f"0 answers of 500; everybody booked in the end, {sum(one.chose_again for one in people)} after choosing again",
        limit="each reference exists, none doubled, the others read a sentence and may retry",
    )


def test_found_again_after_an_outage(
    portal: OwnPortal, crowd: Callable[[int], list[Person]], rehearsed: Callable[..., None]
) -> None:
    """However long it lasted: the pauses between two attempts must not have grown with it."""
    (one,) = crowd(1)
    assert one.ask("/rendez-vous/").status == 200
    connection.close()
    portal.kill("db")
    ends = time.monotonic() + OUTAGE_SECONDS
    while one.ask("/rendez-vous/").status == 503 and time.monotonic() < ends:
        time.sleep(0.5)
    away = one.answers[1:]
    assert {(answer.status, TRY_AGAIN in answer.text) for answer in away} == {(503, True)}
    portal.start("db")
    assert one.ask("/rendez-vous/").status == 200
    rehearsed(
        "PostgreSQL away for a while",
        done=f"{OUTAGE_SECONDS} seconds, somebody asking all the time",
        found=f"{len(away)} sentences « réessayez », and the first page asked for afterwards is there",
        limit="a sentence meanwhile; the portal recovers by itself",
    )


def test_nobody_asked_meanwhile(
    portal: OwnPortal, crowd: Callable[[int], list[Person]], rehearsed: Callable[..., None]
) -> None:
    """The dead connections of a busy hour are not tried one by one."""
    people = crowd(PEOPLE)
    threads = [threading.Thread(target=one.ask, args=("/rendez-vous/",)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connection.close()
    portal.kill("db")
    portal.start("db")
    first = people[0].ask("/rendez-vous/")
    assert (first.status, first.seconds < 10) == (200, True)
    rehearsed(
        "PostgreSQL killed and started again between two visitors, after a busy hour",
        done=f"{PEOPLE} people at once, then nobody",
        found=f"the first page asked for afterwards is there after {first.seconds:.1f} s",
        limit="the portal recovers by itself",
    )
