"""What a room above demands before a kind of visit may be given: since when, until when, and which questions.

This room knows no protocol: it asks whoever registered (`set_rulebook`), and only for reasons that are marked
`is_conditional`, so that all other bookings cost nothing. What is marked and explained by nobody is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Appointment, JoinedReason, VisitReason
from core.refusal import Refusal

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """Asked in plain French; `wanted` is the answer that lets the visit take place."""

    key: str
    text: str
    wanted: bool


@dataclass(frozen=True)
class Terms:
    """A visit of this reason may begin in [since, until[. `outside` says why not at another time, `unfit` why an
    answer speaks against it."""

    since: datetime
    until: datetime
    outside: str | Promise
    unfit: str | Promise = ""
    questions: tuple[Question, ...] = ()

    def allows(self, start_at: datetime) -> bool:
        return self.since <= start_at < self.until


type Answers = Mapping[str, bool]
type Actor = AbstractBaseUser | AnonymousUser


@dataclass(frozen=True)
class Rulebook:
    """`read` answers the terms of these reasons (by key) in a fixed number of queries; `keep` what must be kept."""

    read: Callable[[Collection[int]], Mapping[int, Terms]]
    keep: Callable[[Appointment, Answers, Actor], None]


class TakesTwo(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Ce motif se prend à deux : un soignant est auprès du patient. Depuis son dossier, choisissez une"
                " des heures proposées pour les deux."
            )
        )


class NotAllowed(Refusal):
    """The room above says no: the professional may not do this then."""


class QuestionsMissing(Refusal):
    def __init__(self, terms: Terms) -> None:
        super().__init__(_("Répondez à chaque question : ce rendez-vous suit un protocole."))
        self.terms = terms


class AskedOneByOne(Refusal):
    """Several visits at once, or one that is only offered: nobody is there to be asked."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Ce motif suit un protocole : des questions se posent avant chaque rendez-vous. Prenez-les un par un,"
                " par « Prendre rendez-vous »."
            )
        )


class DoesNotFit(Refusal):
    """An answer speaks against this visit."""


_rulebook: Rulebook | None = None
_UNKNOWN = Terms(NEVER, NEVER, gettext_lazy("Ce motif n’est pas ouvert à la réservation."))


def set_rulebook(rulebook: Rulebook) -> None:
    """Called once, by the room that knows."""
    global _rulebook  # noqa: PLW0603 – one per process, set when it starts
    _rulebook = rulebook


def terms_of(reasons: Iterable[VisitReason]) -> dict[int, Terms]:
    """Of the conditional ones among these; no query where there is none."""
    keys = {reason.pk for reason in reasons if reason.is_conditional}
    if not keys:
        return {}
    found = _rulebook.read(keys) if _rulebook is not None else {}
    return {key: found.get(key, _UNKNOWN) for key in keys}


def questions_of(reason: VisitReason) -> tuple[Question, ...]:
    terms = terms_of([reason]).get(reason.pk)
    return terms.questions if terms else ()


def check_time(reason: VisitReason, start_at: datetime) -> None:
    """Under the practitioner's lock: whoever ends what allows it takes the same lock alone."""
    terms = terms_of([reason]).get(reason.pk)
    if terms is not None and not terms.allows(start_at):
        raise NotAllowed(terms.outside)


def check_answers(reason: VisitReason, answers: Answers | None) -> None:
    """Raises `QuestionsMissing` where somebody was not asked, `DoesNotFit` where an answer speaks against it."""
    terms = terms_of([reason]).get(reason.pk)
    if terms is None or not terms.questions:
        return
    if answers is None or any(question.key not in answers for question in terms.questions):
        raise QuestionsMissing(terms)
    if any(answers[question.key] != question.wanted for question in terms.questions):
        raise DoesNotFit(terms.unfit)


def check_alone(*reasons: VisitReason) -> None:
    """For the ways of booking that take one professional. `online` offers the public no reason that takes two."""
    if JoinedReason.objects.filter(reason__in=reasons).exists():
        raise TakesTwo


def check_nothing_to_ask(reason: VisitReason) -> None:
    """For the ways of booking that ask nothing."""
    if questions_of(reason):
        raise AskedOneByOne


def keep_answers(appointment: Appointment, answers: Answers | None, actor: Actor) -> None:
    if appointment.reason.is_conditional and answers is not None and _rulebook is not None:
        _rulebook.keep(appointment, answers, actor)


def broken(appointments: Iterable[Appointment]) -> set[int]:
    """Keys of the visits that are booked at a time that is not allowed (any more). The reason is at hand."""
    rows = [one for one in appointments if one.reason.is_conditional]
    terms = terms_of(one.reason for one in rows)
    return {one.pk for one in rows if not terms[one.reason_id].allows(one.start_at)}
