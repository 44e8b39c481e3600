"""The table of one meeting and what is to be discussed there."""

from __future__ import annotations

from datetime import date

import pytest

from coordination.actions.agenda import add_item
from coordination.actions.close_meeting import close_meeting
from coordination.actions.run_meeting import save_draft
from coordination.models import TeamMeeting
from tests.coordination.meeting_cast import lay_table, make_outsider, opened

REVIEW = date(2027, 3, 2)


@pytest.fixture
def table(doctor, teammate):
    return lay_table(doctor, teammate, make_outsider("Psy"))


@pytest.fixture
def item(table, owner, doctor):
    return add_item(doctor.user, kind="rcp", question="Chutes : que faire ?", patient=owner.patient)


def write(item, who, revision=0, **fields):
    said = {"summary": "", "decision": "Kinésithérapie.", "next_review": None, "is_shared": True, "plan": []}
    return save_draft(item, actor=who.user, revision=revision, **(said | fields))


def line(who, title="Appeler la fille", due="2026-12-08"):
    return {"title": title, "owner": str(who.user.pk), "due_on": due}


def held(table, item, doctor, teammate, **fields) -> TeamMeeting:
    opened(table)
    with table.at_the_table():
        plan = [line(teammate)]
        write(item, doctor, summary="Deux chutes", plan=plan, next_review=REVIEW, **fields)
        return close_meeting(table.meeting, actor=doctor.user)
