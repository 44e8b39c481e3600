"""Studios: who lives there and from when to when, keys and deposit, and what trainees ask for."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.models import Lodging, LodgingRequest, Occupancy
from coordination.models.lodging import LodgingState
from core.audit.record import record
from core.db import insert_or_none, lock
from core.formats import french
from core.refusal import Refusal


class AlreadyLived(Refusal):
    def __init__(self, other: Occupancy) -> None:
        super().__init__(
            _("%(studio)s est déjà occupé par %(who)s du %(since)s au %(until)s : choisissez d’autres dates.")
            % {
                "studio": other.lodging.name,
                "who": other.occupant.display_name,
                "since": french.full_day_with_year(other.since),
                "until": french.full_day_with_year(other.until),
            }
        )


class AlreadyAsked(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une demande attend déjà une réponse pour ce stage."))


class AlreadyAnswered(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette demande a déjà une réponse."))


@transaction.atomic
def save_lodging(lodging: Lodging, *, actor: User) -> Lodging:
    is_new = lodging.pk is None
    lodging.save()
    record(actor, "lodging.added" if is_new else "lodging.changed", lodging)
    return lodging


@transaction.atomic
def save_occupancy(occupancy: Occupancy, *, actor: User) -> Occupancy:
    """Raises `AlreadyLived`, which names who lives there. Whoever comes second of two at once reads it too."""
    lock("lodging", occupancy.lodging_id)
    if (
        other := neighbour(occupancy.lodging, occupancy.since, occupancy.until, besides=occupancy.pk)
    ) is not None:
        raise AlreadyLived(other)
    is_new = occupancy.pk is None
    if is_new:
        occupancy.created_by = actor
        assert insert_or_none(occupancy) is not None, (
            "the lock leaves nobody between the question and the row"
        )
    else:
        occupancy.save()
    record(
        actor,
        "occupancy.added" if is_new else "occupancy.changed",
        occupancy,
        since=occupancy.since.isoformat(),
        until=occupancy.until.isoformat(),
    )
    return occupancy


def neighbour(lodging: Lodging, since: date, until: date, *, besides: int | None = None) -> Occupancy | None:
    """Who lives there on one of these days."""
    rows = lodging.occupancies.filter(since__lte=until, until__gte=since).exclude(pk=besides or 0)
    return rows.select_related("lodging", "occupant").order_by("since").first()


@transaction.atomic
def ask_lodging(request: LodgingRequest, *, actor: User) -> LodgingRequest:
    lock("lodging-request", request.stay_id)
    if LodgingRequest.objects.filter(stay=request.stay_id, state=LodgingState.ASKED).exists():
        raise AlreadyAsked
    request.save(force_insert=True)
    record(actor, "lodging.asked", request)
    return request


@transaction.atomic
def give_lodging(request: LodgingRequest, lodging: Lodging, answer: str, *, actor: User) -> Occupancy:
    """Raises `AlreadyAnswered`, `AlreadyLived`."""
    row = _waiting(request)
    occupancy = save_occupancy(
        Occupancy(lodging=lodging, occupant=row.stay.intern, since=row.since, until=row.until), actor=actor
    )
    _answer(row, LodgingState.GIVEN, answer, occupancy, actor)
    return occupancy


@transaction.atomic
def refuse_lodging(request: LodgingRequest, answer: str, *, actor: User) -> None:
    _answer(_waiting(request), LodgingState.REFUSED, answer, None, actor)


def _waiting(request: LodgingRequest) -> LodgingRequest:
    row = (
        LodgingRequest.objects.select_for_update(of=("self",))
        .select_related("stay__intern")
        .get(pk=request.pk)
    )
    if row.state != LodgingState.ASKED:
        raise AlreadyAnswered
    return row


def _answer(
    row: LodgingRequest, state: LodgingState, answer: str, occupancy: Occupancy | None, actor: User
) -> None:
    row.state, row.answer, row.occupancy = state, answer.strip(), occupancy
    row.save(update_fields=["state", "answer", "occupancy"])
    record(actor, f"lodging.{state}", row)
