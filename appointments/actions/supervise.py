"""No trainee receives without somebody who answers for him: what surrounds every change of a supervisor's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from appointments.models import Absence, Opening, Takeover
from appointments.models.absence import AbsenceKind
from appointments.notifications import supervision as notices
from appointments.supervision import Piece, Span, minus, team_of
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from practitioners.models import Internship


class NobodyAnswers(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Aucun maître de stage n’est là à cette heure : un stagiaire ne remplace pas un maître de stage"
                " absent. Choisissez une heure où l’un d’eux peut répondre de lui."
            )
        )


def supervise(trainees: Collection[int]) -> None:
    """Bring absences « sans maître de stage » and takeovers in line with who is there, from now to the horizon.

    Called inside `watch`, which holds the agendas and puts patients on the worklist. Doing it twice changes nothing.
    """
    if not trainees:
        return
    now = clock.now()
    team = team_of(trainees, now)
    pieces = [piece for trainee in trainees for piece in team.pieces(trainee) if piece.end_at > now]
    _close(trainees, [piece for piece in pieces if piece.supervisor is None], now)
    _take_over(trainees, [piece for piece in pieces if piece.is_takeover], now)


def _close(trainees: Collection[int], alone: Sequence[Piece], now: datetime) -> None:
    """Between two stays, and after the last, the whole time is one absence, of which nobody needs to be told."""
    by_trainee: dict[int, list[Span]] = defaultdict(list)
    between: dict[tuple[int, int], list[Span]] = defaultdict(list)
    for piece in alone:
        span = (piece.start_at, piece.end_at)
        if piece.stay is None:
            between[piece.trainee, piece.stays_before].append(span)
        else:
            by_trainee[piece.trainee].append(span)
    wanted = {(trainee, *span): True for trainee, spans in by_trainee.items() for span in _joined(spans)}
    for (trainee, _stays), spans in between.items():
        wanted[trainee, min(start for start, _end in spans), max(end for _start, end in spans)] = False
    rows = Absence.objects.filter(
        practitioner__in=trainees, kind=AbsenceKind.UNSUPERVISED, end_at__gt=now
    ).order_by("pk")
    standing = {(row.practitioner_id, row.start_at, row.end_at): row for row in rows}
    surplus = [row.pk for key, row in standing.items() if key not in wanted]
    Absence.objects.filter(pk__in=surplus).delete()
    for key in sorted(wanted.keys() - standing.keys()):
        row = Absence.objects.create(
            practitioner_id=key[0], start_at=key[1], end_at=key[2], kind=AbsenceKind.UNSUPERVISED
        )
        record(None, "trainee.closed", row, start=key[1].isoformat(), end=key[2].isoformat())
        if wanted[key]:
            notices.closed(row)


def _joined(spans: Iterable[Span], *, touching: bool = True) -> list[Span]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and (start < found[-1][1] or (touching and start == found[-1][1])):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _take_over(trainees: Collection[int], pieces: Iterable[Piece], now: datetime) -> None:
    # A trainee's openings may overlap: who answers at a time answers once.
    answered: dict[tuple[int, int, int], list[Span]] = defaultdict(list)
    for piece in pieces:
        who = (piece.stay or 0, piece.named or 0, piece.supervisor or 0)
        answered[who].append((piece.start_at, piece.end_at))
    wanted = {(*who, *span) for who, spans in answered.items() for span in _joined(spans, touching=False)}
    rows = Takeover.objects.filter(stay__intern__in=trainees, end_at__gt=now).order_by("pk")
    standing = {(row.stay_id, row.named_id, row.supervisor_id, row.start_at, row.end_at): row for row in rows}
    surplus = [row.pk for key, row in standing.items() if key not in wanted]
    Takeover.objects.filter(pk__in=surplus).delete()
    for key in sorted(wanted - standing.keys(), key=lambda key: (key[3], key[0])):
        stay, named, supervisor, start_at, end_at = key
        row = Takeover.objects.create(
            stay_id=stay, named_id=named, supervisor_id=supervisor, start_at=start_at, end_at=end_at
        )
        record(None, "trainee.taken_over", row, start=start_at.isoformat(), end=end_at.isoformat())
        notices.taken_over(row)


def refuse_alone(opening: Opening) -> None:
    """Raises `NobodyAnswers` for a time of which no part has a supervisor. After `supervise`, in its transaction."""
    if not Internship.objects.filter(intern=opening.practitioner_id).exists():
        return
    closed = Absence.objects.filter(
        practitioner=opening.practitioner_id,
        kind=AbsenceKind.UNSUPERVISED,
        start_at__lt=opening.end_at,
        end_at__gt=opening.start_at,
    ).values_list("start_at", "end_at")
    if not minus([(opening.start_at, opening.end_at)], closed):
        raise NobodyAnswers
