"""The minutes of a session: saved, closed with what was counted, changed by nobody afterwards."""

from __future__ import annotations

from datetime import time

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from core import clock
from core.audit.models import AuditEvent
from partnerships.actions.write_minutes import NotHeldYet, WhyMissing, Words, write_minutes
from partnerships.models import SessionMinutes
from tests.cast import sign_in
from tests.partnerships.session_day.conftest import DAY, at

pytestmark = pytest.mark.django_db

WORKED = Words(clock.at(DAY, time(14, 10)), clock.at(DAY, time(16, 45)))


def minutes_actions() -> list[str]:
    return [line.action for line in AuditEvent.objects.filter(action__contains="minutes").order_by("pk")]


def test_minutes_are_closed_with_what_was_counted(session, coordinator, psychiatrist):
    page = reverse("session_minutes", args=[session.pk])
    with pytest.raises(NotHeldYet):
        write_minutes(session, WORKED, actor=coordinator)
    jeanne = session.opening.appointments.order_by("start_at").first()
    with at(15):
        sign_in(psychiatrist).post(reverse("note_presence", args=[session.pk, jeanne.reference, "vu"]))
        typed = {
            "worked_from": "14:10",
            "worked_until": "13:00",
            "points": "Prévoir une lampe",
            "step": "close",
        }
        wrong = sign_in(psychiatrist).post(page, typed)
        assert (wrong.status_code, wrong.context["form"].errors["worked_until"]) == (
            422,
            ["L’heure de départ doit suivre l’heure d’arrivée."],
        )
        assert "Prévoir une lampe" in wrong.text
        sign_in(psychiatrist).post(page, typed | {"worked_until": "16:45", "step": "save"})
        draft = SessionMinutes.objects.get()
        assert (draft.version, draft.is_closed, draft.worked_minutes, draft.seen) == (1, False, 155, None)
        sign_in(psychiatrist).post(
            page, typed | {"worked_until": "16:50", "incidents": "Retard", "step": "save"}
        )
        draft.refresh_from_db()
        assert draft.worked_minutes == 160
        sign_in(psychiatrist).post(page, typed | {"worked_until": "16:45"})
        closed = SessionMinutes.objects.get()
        assert (closed.closed_by, closed.closed_at, closed.points) == (
            psychiatrist,
            clock.now(),
            "Prévoir une lampe",
        )
        assert (closed.seen, closed.absent, closed.excused, closed.unmarked) == (1, 0, 0, 1)
    assert minutes_actions() == [
        "session.minutes_written",
        "session.minutes_written",
        "session.minutes_closed",
    ]


def test_closed_minutes_are_kept_and_another_version_says_why(session, coordinator, psychiatrist):
    page = reverse("session_minutes", args=[session.pk])
    typed = {"worked_from": "14:10", "points": "Prévoir une lampe", "step": "close"}
    with at(17):
        write_minutes(session, WORKED, actor=psychiatrist, close=True)
    for change in (
        lambda: SessionMinutes.objects.update(points="Autre chose"),
        lambda: SessionMinutes.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with at(9, days=1):
        with pytest.raises(WhyMissing):
            write_minutes(session, WORKED, actor=coordinator, close=True)
        fresh = sign_in(coordinator)
        assert fresh.post(page, typed | {"worked_until": "17:00"}).status_code == 422
        fresh.post(page, typed | {"worked_until": "17:00", "why": "Parti plus tard"})
        assert list(SessionMinutes.objects.values_list("version", "why", "closed_by")) == [
            (1, "", psychiatrist.pk),
            (2, "Parti plus tard", coordinator.pk),
        ]
        assert SessionMinutes.objects.standing().get().version == 2
        shown = fresh.get(page)
        assert [one.version for one in shown.context["closed"]] == [2, 1]
    assert minutes_actions() == ["session.minutes_closed", "session.minutes_closed"]
