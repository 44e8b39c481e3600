"""What those who call an action promise it, because no person types it: said here, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, ProgrammingError, models
from hypothesis import strategies as st

from appointments.actions.book_series import Prescription
from appointments.joint import JointWish
from appointments.models import (
    Absence,
    Appointment,
    CalendarFeed,
    Closure,
    Opening,
    OpeningRule,
    RoundStop,
    VisitReason,
    WalkIn,
)
from appointments.models.series import MOST_SESSIONS
from appointments.placing import Wish
from appointments.waiting import Times
from coordination.actions.write_referral import Letter
from coordination.models import AdverseEvent, Task
from coordination.models.digest import Pace
from core import clock
from partnerships.models import (
    IntakeLink,
    LetterDelivery,
    ReasonKind,
    RequestIdentity,
    ReturnLetter,
    SeatRule,
    SessionPattern,
)
from partnerships.models.seat import MOST_SEATS
from patients.models import Patient
from patients.models.correction import Document as TrustedDocument
from patients.models.proxy import Relation
from practitioners.models import Practitioner, Room
from teleconsult.models import BodySite, PhotoPurpose, PhotoView, Side
from tests.hostile import things
from tests.hostile.things import Strategy

# Not thrown at: nobody from outside gets there, and a call of its own proves nothing.
CALLED_BY_THE_PORTAL: dict[str, str] = {
    "coordination.actions.care_reason.add_keeper": "each room says so once, when it is loaded",
    "appointments.actions.write_emergency_folder.write_emergency_folder": "draws PDFs of a day; no arguments",
    "appointments.actions.write_emergency_folder.write_if_due": "the same",
    "appointments.actions.read_calendar.replace_rows": "rows that the reader of calendars has put in order",
    "partnerships.actions.export_figures.export_figures": "tables that the same page has just drawn",
}


def _one_of(choices: type[models.TextChoices]) -> Callable[[], Strategy]:
    return lambda: things.pick(choices.values)


def _key_of(model: type[models.Model]) -> Callable[[], Strategy]:
    """Of a row, or of none."""
    return lambda: st.one_of(things.rows(model).map(lambda row: row.pk), things.pick(things.INTEGERS[:12]))


def _place() -> Strategy:
    return st.fixed_dictionaries(
        {
            "body_site": things.pick(BodySite.values),
            "side": things.pick(["", *Side.values]),
            "precision": things.pick([word[:80] for word in things.WORDS]),
        }
    )


def _amount() -> Strategy:
    return st.tuples(st.integers(1, 400), st.sampled_from(["hours", "days", "weeks"]))


def _anew(model: type[models.Model]) -> Callable[[], Strategy]:
    """Like one that there is, and not saved yet."""

    def fresh(row: models.Model) -> models.Model:
        row.pk, row._state.adding = None, True
        return row

    return lambda: things.rows(model).map(fresh)


def _days(first: date, last: date) -> Callable[[], Strategy]:
    return lambda: st.dates(first, last)


def _moments() -> Strategy:
    """Of the clock of the house, or of a slot that its search has shown: never before it was built."""
    return st.sampled_from([one for one in things.MOMENTS if 1990 < one.year < 2100])


def _letter_under_way() -> Strategy:
    """The world of the matrix has none."""

    def sent(letter: ReturnLetter) -> LetterDelivery:
        fields = {
            "name": "Dr Autre",
            "email": "autre@example.org",
            "expires_at": clock.now() + timedelta(days=30),
        }
        return LetterDelivery.objects.get_or_create(letter=letter, defaults=fields)[0]

    return things.rows(ReturnLetter).map(sent)


def _letter() -> Strategy:
    sessions = st.one_of(st.none(), st.integers(1, MOST_SESSIONS))
    return st.builds(replace, things.asked_for("letter", Letter), sessions=sessions)


def _joint_wish() -> Strategy:
    some = st.lists(things.rows(VisitReason), max_size=2)
    return st.builds(
        JointWish, some, some, st.booleans(), st.integers(0, 60), st.integers(0, 240), st.booleans()
    )


def _prescription() -> Strategy:
    return st.builds(Prescription, st.integers(1, 60), st.one_of(st.none(), things.pick(things.DAYS)))


def _times() -> Strategy:
    """As `appointments.waiting` counts them: the end after the beginning."""
    return st.builds(lambda at, hours: Times(at, at + timedelta(hours=hours)), _moments(), st.integers(1, 72))


def _wish() -> Strategy:
    people, rooms = things.rows(Practitioner), st.one_of(st.none(), things.rows(Room))
    return st.builds(Wish, _moments(), people, st.one_of(st.none(), st.integers(5, 480)), rooms)


# By the name of the parameter, or of the action and the parameter: chosen from a list, counted by the portal, or
# bounded by the only form that leads there (each form is thrown at by itself in test_form_classes.py).
CHOSEN: dict[str, Callable[[], Strategy]] = {
    "practitioner_id": _key_of(Practitioner),
    "room_id": _key_of(Room),
    "appointment_id": _key_of(Appointment),
    "patient_id": _key_of(Patient),
    "patient_pk": _key_of(Patient),
    "now": _moments,
    "at": _moments,
    "seen_at": _moments,
    "taken_at": _moments,
    "use_invitations.appointment_id": lambda: st.one_of(
        st.none(), things.rows(Appointment).map(lambda row: row.pk)
    ),
    "add_relative.relation": _one_of(Relation),
    "correct_identity.document": _one_of(TrustedDocument),
    "save_photos.place": _place,
    "follow_lesion.place": _place,
    "view": _one_of(PhotoView),
    "purpose": _one_of(PhotoPurpose),
    # The views of the round and of the slots answer 404 to any other day (`FARTHEST`, eleven digits).
    **{
        f"{name}.day": _days(date(2025, 11, 22), date(2027, 11, 23))
        for name in ("move_stop", "arrange_by_hour", "set_round", "add_stop", "remove_stop")
    },
    "start_at": _moments,
    "copy_grid.valid_from": _days(date(2000, 1, 1), date(9999, 12, 31)),
    "freeze_evidence.year": lambda: st.integers(2016, 2026),
    "create_under_pseudonym.birth_year": lambda: st.integers(1906, 2026),
    "set_digest.hour": lambda: st.integers(0, 23),
    "invite.per_week": lambda: st.integers(1, 7),
    "accept_request.priority": lambda: st.integers(1, 4),
    "change_priority.priority": lambda: st.integers(1, 4),
    "set_cap.most": lambda: st.integers(1, 366),
    "set_round.travel_minutes": lambda: st.integers(0, 60),
    "invite.sessions": lambda: st.integers(1, MOST_SESSIONS),
    "write_referral.letter": _letter,
    "write_and_send.letter": _letter,
    "set_no_show_rule.most": lambda: st.integers(1, 20),
    "start_series.prescription": _prescription,
    "send_line.times": _times,
    "set_session_seats.seats": lambda: st.integers(0, MOST_SEATS),
    "set_session_seats.rule": lambda: st.one_of(
        st.none(), st.builds(SeatRule, urgent_reserve=st.integers(0, MOST_SEATS))
    ),
    **dict.fromkeys(("change_seats.seats", "plan_sessions.seats"), lambda: st.integers(1, 200)),
    "minutes": lambda: st.integers(1, 120),
    "within_days": lambda: st.integers(1, 90),
    "renew_referral.sessions": lambda: st.integers(1, MOST_SESSIONS),
    "renew_after_report.sessions": lambda: st.integers(1, MOST_SESSIONS),
    "count_free_days.limit": lambda: st.integers(1, 500),
    "book_in_turn.wish": _joint_wish,
    "reschedule.wish": _wish,
    "invite.valid_for": lambda: st.sampled_from([timedelta(days=7), timedelta(days=30), timedelta(days=90)]),
    "add_stop.stop": lambda: st.builds(RoundStop, patient=things.rows(Patient)),
    "drop_tasks.tasks": lambda: st.builds(Task.objects.all),
    "call_next.walk_ins": lambda: st.builds(WalkIn.objects.all),
    "delivery": _letter_under_way,
    "fields": lambda: st.fixed_dictionaries({"name": things.pick([word[:120] for word in things.WORDS])}),
    # What is added is not there yet.
    "add_opening.opening": _anew(Opening),
    "add_rule.rule": _anew(OpeningRule),
    "close_house.closure": _anew(Closure),
    "declare_absence.absence": _anew(Absence),
    "open_feed.feed": _anew(CalendarFeed),
    "report_event.event": _anew(AdverseEvent),
    "make_intake_link.link": _anew(IntakeLink),
    "add_pattern.pattern": _anew(SessionPattern),
    "set_programme_seats.rule": _anew(SeatRule),
    "take_outside_request.identity": _anew(RequestIdentity),
    "set_digest.paces": lambda: st.dictionaries(
        st.sampled_from(["message", "task", "x"]), st.sampled_from(Pace.values), max_size=3
    ),
    "set_delays.said": lambda: st.dictionaries(
        st.sampled_from(["triage", "book", "x"]), st.one_of(st.none(), _amount()), max_size=2
    ),
    "save_programme.minutes": lambda: st.dictionaries(
        st.sampled_from(ReasonKind.values), st.one_of(st.none(), st.integers(5, 240)), max_size=2
    ),
}
# What holds the cleaned data of a form, where the action does not say so itself.
FORM_OF = {
    "send_documents.said": "DocumentForm",
    "file_letter.said": "FiledLetterForm",
}
# What may come out besides a refusal, and why it cannot come from outside.
PROMISED: dict[str, tuple[type[Exception], str]] = {
    "appointments.actions.book_series.start_series": (
        IndexError,
        "the view asks for a reason before it looks for dates",
    ),
    "appointments.actions.book_series.no_longer_free": (
        ValueError,
        "asked of the dates of a series, which has one",
    ),
    "appointments.actions.change_request.end_request": (
        IntegrityError,
        "`state` is written in the code, an end each time",
    ),
    "appointments.actions.close_offer.close": (
        IntegrityError,
        "`state` is written in the code, an end each time",
    ),
    "appointments.actions.close_offer.end_requests": (
        IntegrityError,
        "`state` is written in the code, an end each time",
    ),
    "appointments.actions.mark_stop.mark_added": (
        ObjectDoesNotExist,
        "the stop was read by the page a moment before",
    ),
    "appointments.actions.offer_slot.offer_slot": (
        AssertionError,
        "an offer is to a request or in place of a visit",
    ),
    "appointments.actions.plan_cascade.draft": (
        IntegrityError,
        "each visit is one row of the list that is drafted",
    ),
    "coordination.actions.close_meeting.validate_sheet": (
        ProgrammingError,
        "only drafts are validated; a trigger watches",
    ),
    "coordination.actions.settle_task.locked_open_task": (
        ObjectDoesNotExist,
        "keys of tasks that the page has read",
    ),
    "coordination.actions.sweep_referrals.fire": (
        ObjectDoesNotExist,
        "keys that the sweep has just read; none is deleted",
    ),
    "partnerships.actions.sweep_requests.fire": (
        ObjectDoesNotExist,
        "keys that the sweep has just read; none is deleted",
    ),
    "teleconsult.actions.sweep_expertise.fire": (
        ObjectDoesNotExist,
        "keys that the sweep has just read; none is deleted",
    ),
    "partnerships.actions.carry_on.carry_on": (
        ObjectDoesNotExist,
        "keys that the sweep has just read; none is deleted",
    ),
    "partnerships.actions.request_step.begin": (
        IntegrityError,
        "a request that is not saved yet; a trigger watches",
    ),
    "teleconsult.actions.expertise_step.begin": (
        IntegrityError,
        "a request that is not saved yet; a trigger watches",
    ),
    "patients.actions.dismiss_duplicate.dismiss_duplicate": (
        IntegrityError,
        "a record beside itself is a 404 (get_pair_for_desk)",
    ),
}
