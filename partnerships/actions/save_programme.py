from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from accounts.models import User
from core.audit.record import record
from partnerships.actions.hand_over_requests import hand_over_requests
from partnerships.models import AdvancedConsultation, ProgrammeReason
from practitioners.models import Profession


@transaction.atomic
def save_programme(
    programme: AdvancedConsultation,
    referrers: Iterable[Profession],
    minutes: Mapping[str, int | None],
    *,
    actor: User,
) -> AdvancedConsultation:
    """`minutes`: how long a visit of each kind lasts; a kind without a length is not offered.

    Visits that are booked keep their length; the visit reasons of who holds the programme follow.
    """
    is_new = programme.pk is None
    before = AdvancedConsultation.objects.filter(pk=programme.pk).values_list("triage_by", flat=True).first()
    programme.save()
    if before not in (None, programme.triage_by_id):
        hand_over_requests(programme, actor=actor)
    programme.referrers.set(referrers)
    for kind, length in minutes.items():
        _set_length(programme, kind, length)
    record(actor, "programme.added" if is_new else "programme.changed", programme, name=programme.name)
    return programme


def _set_length(programme: AdvancedConsultation, kind: str, length: int | None) -> None:
    known = ProgrammeReason.objects.filter(programme=programme, kind=kind).first()
    if length is None:
        if known is not None:
            known.visit_reasons.update(is_active=False)
            known.delete()
        return
    if known is None:
        ProgrammeReason.objects.create(programme=programme, kind=kind, duration_minutes=length)
        return
    known.duration_minutes = length
    known.save(update_fields=["duration_minutes"])
    known.visit_reasons.update(duration_minutes=length, grid_minutes=length)
