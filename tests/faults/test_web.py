"""The web is killed, and people are impatient: one booking or none, never two."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

from appointments.models import Appointment, Status
from core import clock
from core.outbox.models import OutboxMessage
from tests.faults.people import Person, slots
from tests.faults.portal import OwnPortal
from tests.faults.size import FULL, size

DEATHS = size(1, 10)
RACES = size(2, 10)
EXPIRED = "le créneau n’est plus retenu"
type Crowd = Callable[[int], list[Person]]


def booked(one: Person) -> list[str]:
    rows = Appointment.objects.filter(patient=one.patient, status=Status.BOOKED)
    return list(rows.values_list("reference", flat=True))


def confirmations(one: Person) -> int:
    rows = OutboxMessage.objects.filter(kind="appointments.booked", recipient=one.user)
    return rows.count()


def together(*works: Callable[[], object]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_killed_between_hold_and_confirmation(
    portal: OwnPortal, crowd: Crowd, rehearsed: Callable[..., None]
) -> None:
    (one,) = crowd(1)
    (slot,) = slots(1)
    page = one.hold(slot).onward
    portal.kill("web")
    assert one.ask(page).status == 0
    portal.start("web")
    assert 'data-testid="book"' in one.ask(page).text
    confirmed = one.confirm(page)
    assert one.see(confirmed.onward)
    assert booked(one) == [one.reference]
    rehearsed(
        "web killed (SIGKILL) between hold and confirmation",
        done="once",
        found="the hold is still there, and is confirmed on the new process: 1 booking",
        limit="one booking or none, never two",
    )


def test_killed_while_it_confirms(portal: OwnPortal, crowd: Crowd, rehearsed: Callable[..., None]) -> None:
    """From before the confirmation to after it, each time a bit later; then the form is sent once more."""
    (unharmed, *people), (first, *others) = crowd(DEATHS + 1), slots(DEATHS + 1)
    portal.kill("web")
    portal.start("web")
    whole, kept = unharmed.confirm(unharmed.hold(first).onward).seconds, 0
    for number, (one, slot) in enumerate(zip(people, others, strict=True), start=1):
        page = one.hold(slot).onward
        sending = threading.Thread(target=one.confirm, args=(page,))
        sending.start()
        time.sleep(whole * 1.5 * number / (DEATHS + 1))
        portal.kill("web")
        sending.join()
        before = booked(one)
        assert len(before) <= 1
        kept += len(before)
        portal.start("web")
        assert one.see(one.confirm(page).onward)
        assert booked(one) == [one.reference]
        assert before in ([], [one.reference])
        assert confirmations(one) == 1
    rehearsed(
        "web killed (SIGKILL) while it confirms, then the form sent again",
        done=f"{DEATHS} times, at moments spread evenly from before the request to after it",
        found=f"{kept} had been booked before the kill, {DEATHS - kept} not; after the second try {DEATHS} bookings, "
        f"0 doubled, one confirmation each",
        limit="one booking or none, never two",
    )


def test_double_submit_back_button_and_two_tabs(
    portal: OwnPortal, crowd: Crowd, rehearsed: Callable[..., None]
) -> None:
    people = crowd(RACES)
    wanted = slots(2 * RACES)
    for one, first, second in zip(people, wanted[::2], wanted[1::2], strict=True):
        tab = one.hold(first).onward
        other_tab = one.hold(second).onward
        # The other tab took the hold with it: one visitor holds one slot.
        refused = one.confirm(tab)
        assert (refused.status, EXPIRED in refused.text, booked(one)) == (409, True, [])

        together(*[lambda one=one, page=other_tab: one.confirm(page)] * 3)
        assert {(answer.status, answer.onward) for answer in one.answers[-3:]} == {
            (302, one.answers[-1].onward)
        }
        assert one.see(one.answers[-1].onward)
        assert booked(one) == [one.reference]

        back, again = one.ask(other_tab), one.confirm(other_tab)
        assert (back.status, again.status, back.onward) == (302, 302, again.onward)
        assert (booked(one), confirmations(one)) == ([one.reference], 1)
    rehearsed(
        "double submit, back button, two tabs",
        done=f"{RACES} people: two tabs, three clicks at the same time in one of them, back, once more",
        found=f"{RACES} bookings, 0 doubled, one confirmation each; the first tab says that its slot is no longer held",
        limit="one booking or none, never two",
    )


def test_a_hold_runs_out_by_itself(portal: OwnPortal, crowd: Crowd, rehearsed: Callable[..., None]) -> None:
    """Without worker and beat: the search and the next visitor need nobody to clear it away."""
    one, other = crowd(2)
    (slot,) = slots(1)
    page = one.hold(slot).onward
    assert other.hold(slot).status == 409
    # Closing the page leaves twenty seconds.
    assert one.ask(f"{page}quitter/", {}).status == 204
    if FULL:
        time.sleep(21)
    else:
        Appointment.objects.filter(status=Status.HELD).update(held_until=clock.now() - timedelta(seconds=1))
    assert other.book(slot)
    refused = one.confirm(page)
    assert (refused.status, EXPIRED in refused.text) == (409, True)
    assert (booked(one), booked(other)) == ([], [other.reference])
    rehearsed(
        "a hold that its holder leaves behind, with no worker and no beat alive",
        done="once" + (", its twenty seconds waited out" if FULL else ""),
        found="the next visitor gets the slot; the first reads that it is no longer held",
        limit="the hold expires by itself",
    )
