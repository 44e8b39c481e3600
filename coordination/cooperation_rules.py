"""What cooperation protocols demand of the visits that are tied to them: a trained delegate, and the right answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from appointments.conditions import NEVER, Actor, Answers, Question, Rulebook, Terms, set_rulebook
from appointments.models import Appointment, VisitReason
from coordination.models import CooperationProtocol, Criterion, Delegate, InclusionCheck, Keeping
from core import clock
from core.formats import french


def read(keys: Collection[int]) -> dict[int, Terms]:
    """Four queries, however many reasons."""
    ties = CooperationProtocol.reasons.through.objects.filter(visitreason__in=keys)
    pairs = dict(ties.order_by("pk").values_list("visitreason_id", "cooperationprotocol_id"))
    protocols = CooperationProtocol.objects.in_bulk(set(pairs.values()))
    reasons = VisitReason.objects.select_related("practitioner").in_bulk(list(pairs))
    delegates = {
        (row.protocol_id, row.practitioner_id): row for row in Delegate.objects.filter(protocol__in=protocols)
    }
    questions: dict[int, list[Question]] = defaultdict(list)
    for one in Criterion.objects.filter(protocol__in=protocols).order_by("position", "pk"):
        questions[one.protocol_id].append(Question(f"c{one.pk}", one.question, not one.is_exclusion))
    return {
        key: _terms(
            reasons[key],
            protocols[protocol],
            delegates.get((protocol, reasons[key].practitioner_id)),
            tuple(questions[protocol]),
        )
        for key, protocol in pairs.items()
    }


def _terms(
    reason: VisitReason,
    protocol: CooperationProtocol,
    delegate: Delegate | None,
    questions: tuple[Question, ...],
) -> Terms:
    who = reason.practitioner.display_name
    unfit = _(
        "D’après ces réponses, ce rendez-vous ne convient pas. Il faut voir un médecin : cela se prend ici,"
        " ou par téléphone."
    )
    if delegate is None:
        sentence = _(
            "%(who)s n’est pas formé et délégué pour ce protocole : ce rendez-vous n’est pas possible."
        )
        return Terms(NEVER, NEVER, sentence % {"who": who}, unfit, questions)
    if protocol.suspended_on is not None:
        sentence = _("Ce protocole de coopération est suspendu : ce rendez-vous n’est pas possible.")
        return Terms(NEVER, NEVER, sentence, unfit, questions)
    first: date = max(protocol.start_on, delegate.since)
    last: date = min(protocol.end_on or delegate.valid_until, delegate.valid_until)
    sentence = _("La délégation de %(who)s vaut du %(first)s au %(last)s.") % {
        "who": who,
        "first": french.full_day_with_year(first),
        "last": french.full_day_with_year(last),
    }
    since, until = clock.day_bounds(first)[0], clock.day_bounds(last + timedelta(days=1))[0]
    return Terms(since, max(since, until), sentence, unfit, questions)


def keep(appointment: Appointment, answers: Answers, actor: Actor) -> None:
    """That they were asked; what was said only where the protocol wants it."""
    protocol = CooperationProtocol.objects.filter(reasons=appointment.reason_id).order_by("pk").first()
    if protocol is None:
        return
    kept: list[dict[str, object]] = []
    if protocol.keeping == Keeping.ANSWERS:
        kept = [
            {"question": one.question, "yes": answers[f"c{one.pk}"]}
            for one in protocol.criteria.all()
            if f"c{one.pk}" in answers
        ]
    InclusionCheck.objects.update_or_create(
        appointment=appointment,
        defaults={
            "protocol": protocol,
            "answers": kept,
            "asked_at": clock.now(),
            "answered_by_id": actor.pk,
        },
    )


set_rulebook(Rulebook(read, keep))
