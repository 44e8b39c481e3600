"""A merge was a mistake: each record gets its own back."""

from __future__ import annotations

from itertools import groupby

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.models import Patient, PatientMerge, Proxy
from patients.models.proxy import ProxyState
from patients.signals import records_changed_hands


class CannotSeparate(Refusal):
    """What has happened since stands in the way."""


def separate_patients(merge: PatientMerge, *, actor: User) -> PatientMerge:
    """Exactly what moved goes back, if it is still there; what came since stays with the kept record.

    Contact data that was taken over goes where nobody has changed it since. Doing it twice does it once.
    """
    with transaction.atomic():
        lock("patient", merge.kept_id, merge.absorbed_id)
        merge = PatientMerge.objects.select_for_update(no_key=True, of=("self",)).get(pk=merge.pk)
        if merge.separated_at is not None:
            return merge
        rows = (
            Patient.objects.select_for_update(no_key=True)
            .order_by("pk")
            .in_bulk([merge.kept_id, merge.absorbed_id])
        )
        kept, absorbed = rows[merge.kept_id], rows[merge.absorbed_id]
        _check(kept)
        absorbed.merged_into = None
        absorbed.save(update_fields=["merged_into"])
        _give_back(merge)
        _empty_again(kept, merge)
        Proxy.objects.filter(pk__in=merge.closed_accounts, patient=absorbed, state=ProxyState.ENDED).update(
            state=ProxyState.ACTIVE
        )
        merge.separated_at, merge.separated_by = clock.now(), actor
        merge.save(update_fields=["separated_at", "separated_by"])
        for one in (kept, absorbed):
            record(actor, "patient.separated", one, patient_id=one.pk, kept=kept.pk, absorbed=absorbed.pk)
        records_changed_hands.send(sender=PatientMerge, patients=[kept.pk, absorbed.pk])
    return merge


def _check(kept: Patient) -> None:
    if kept.erased_at:
        raise CannotSeparate(_("La fiche gardée a été effacée : il n’y a plus rien à séparer."))
    if kept.merged_into_id:
        raise CannotSeparate(
            _("Cette fiche a depuis été fusionnée avec une troisième. Séparez d’abord celles-là.")
        )


def _give_back(merge: PatientMerge) -> None:
    moved = merge.moved.order_by("model", "field", "row").values_list("model", "field", "row")
    try:
        with transaction.atomic():
            for (label, field), group in groupby(moved, key=lambda row: row[:2]):
                keys = [row for _label, _field, row in group]
                apps.get_model(label)._base_manager.filter(**{"pk__in": keys, field: merge.kept_id}).update(
                    **{field: merge.absorbed_id}
                )
    except IntegrityError as error:
        raise CannotSeparate(
            _("Une donnée ajoutée depuis empêche la séparation. Demandez à la coordination.")
        ) from error


def _empty_again(kept: Patient, merge: PatientMerge) -> None:
    """Only what still reads as it was taken over."""
    gone = []
    for name, value in merge.filled.items():
        held = getattr(kept, name)
        if (held if isinstance(held, int) else str(held)) == value:
            setattr(kept, name, None if name == "attending_doctor_id" else "")
            gone.append(name)
    if gone:
        kept.save(update_fields=gone)
