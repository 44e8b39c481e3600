"""A letter that does not come is asked for, again, and then reported; each once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from core import clock
from partnerships.actions.chase_letters import chase_letters
from partnerships.actions.write_return_letter import write_letter
from tests.factories.partnerships import PartnerContactFactory
from tests.partnerships.return_letters.conftest import VISIT, WORDS, told

pytestmark = pytest.mark.django_db


def test_asked_for_when_due_again_a_week_later_then_the_coordination_each_once(
    seen, coordinator, psychiatrist
):
    """The clock is asked every twelve hours for forty days, twice each time."""
    fired = []
    for half_days in range(80):
        with time_machine.travel(VISIT + timedelta(hours=12 * half_days + 1), tick=False):
            if chase_letters() + chase_letters():
                fired.append(half_days / 2)
    assert fired == [15, 22, 29]
    assert told("return_letter.awaited", "return_letter.overdue") == [
        ("return_letter.awaited", psychiatrist.user.email),
        ("return_letter.awaited", psychiatrist.user.email),
        ("return_letter.overdue", coordinator.email),
    ]
    seen.refresh_from_db()
    assert seen.escalated_at == VISIT + timedelta(days=29, hours=1)


def test_nobody_is_chased_once_the_letter_is_there(seen, afternoon, psychiatrist):
    write_letter(seen, psychiatrist, WORDS | {"dated_on": clock.today()}, actor=psychiatrist.user)
    afternoon.shift(timedelta(days=40))
    assert chase_letters() == 0


def test_a_partner_without_account_is_asked_by_the_contacts(seen, psychiatrist):
    partner = seen.programme.partner
    PartnerContactFactory(partner=partner, email="comptabilite@epsm.example")
    PartnerContactFactory(partner=partner, email="secretariat@epsm.example", receives_digest=True)
    psychiatrist.user = None
    psychiatrist.save(update_fields=["user"])
    with time_machine.travel(VISIT + timedelta(days=16), tick=False):
        chase_letters()
    assert told("return_letter.awaited") == [("return_letter.awaited", "secretariat@epsm.example")]
