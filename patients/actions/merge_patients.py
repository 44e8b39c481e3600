"""Two records of one person become one; `separate_patients` undoes exactly that."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import errors

from accounts.models import User
from core.audit.record import record
from core.db import constraint_sentence, lock
from core.refusal import Refusal
from patients.identity import CONTACT
from patients.links import Link, links
from patients.models import MovedRow, Patient, PatientMerge, Proxy
from patients.models.patient import IdentityStatus
from patients.models.proxy import ProxyState, Relation
from patients.signals import records_changed_hands

ADDRESS = ("address", "postal_code", "city")


class CannotMerge(Refusal):
    """A rule of identity says no."""


class TwoAccounts(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Chaque fiche a son propre compte en ligne. Voyez avec la personne lequel elle garde,"
                " puis cochez la case."
            )
        )


def why_not_merge(kept: Patient, absorbed: Patient) -> Refusal | None:
    """The rules of identity: no number is lost or given to somebody else."""
    if kept.pk == absorbed.pk:
        return CannotMerge(_("Choisissez deux fiches différentes."))
    if any(one.merged_into_id or one.erased_at for one in (kept, absorbed)):
        return CannotMerge(_("L’une des deux fiches vient d’être fusionnée ou effacée."))
    if any(one.is_under_pseudonym for one in (kept, absorbed)):
        return CannotMerge(_("Une fiche sous pseudonyme ne se fusionne avec aucune autre."))
    numbers = {one.ins_number for one in (kept, absorbed) if one.ins_number}
    if len(numbers) > 1:
        return CannotMerge(
            _(
                "Les deux fiches portent des matricules INS différents : ce sont deux personnes, ou une erreur à"
                " corriger d’abord avec le téléservice INSi."
            )
        )
    if _trust(absorbed) > _trust(kept):
        return CannotMerge(
            _("Gardez l’autre fiche : son identité est %(status)s.")
            % {"status": absorbed.identity_status.label}
        )
    if absorbed.deceased_on and not kept.deceased_on:
        return CannotMerge(_("Gardez l’autre fiche : un décès y est noté."))
    return None


def both_have_accounts(kept: Patient, absorbed: Patient) -> bool:
    return _own_accounts(kept).exists() and _own_accounts(absorbed).exists()


def merge_patients(
    kept: Patient, absorbed: Patient, *, actor: User, close_account: bool = False
) -> PatientMerge:
    """Everything that points to `absorbed` points to `kept`; `absorbed` is found and booked no more.

    A row that `kept` has already (the same care team member, the same proxy) stays behind, unseen. Where both have a
    visit at the same time, nothing is merged. `close_account`: the absorbed record's own account opens nothing more.
    """
    with transaction.atomic():
        lock("patient", kept.pk, absorbed.pk)
        rows = Patient.objects.select_for_update(no_key=True).order_by("pk").in_bulk([kept.pk, absorbed.pk])
        kept, absorbed = rows[kept.pk], rows[absorbed.pk]
        if refusal := why_not_merge(kept, absorbed):
            raise refusal
        merge = PatientMerge(kept=kept, absorbed=absorbed, merged_by=actor, filled=_fill(kept, absorbed))
        if both_have_accounts(kept, absorbed):
            if not close_account:
                raise TwoAccounts
            merge.closed_accounts = _close_accounts(absorbed)
        merge.save(force_insert=True)
        moved = [row for link in links() for row in _move(merge, link)]
        MovedRow.objects.bulk_create(moved)
        absorbed.merged_into = kept
        absorbed.save(update_fields=["merged_into"])
        detail: dict[str, Any] = {
            "kept": kept.pk,
            "absorbed": absorbed.pk,
            "rows": len(moved),
            "filled": sorted(merge.filled),
        }
        for one in (kept, absorbed):
            record(actor, "patient.merged", one, patient_id=one.pk, **detail)
        records_changed_hands.send(sender=PatientMerge, patients=[kept.pk])
    return merge


def _trust(patient: Patient) -> int:
    order = [
        IdentityStatus.PROVISIONAL,
        IdentityStatus.RETRIEVED,
        IdentityStatus.VALIDATED,
        IdentityStatus.QUALIFIED,
    ]
    return order.index(patient.identity_status)


def _own_accounts(patient: Patient) -> models.QuerySet[Proxy]:
    return Proxy.objects.filter(patient=patient, relation=Relation.SELF, state=ProxyState.ACTIVE)


def _close_accounts(absorbed: Patient) -> list[int]:
    """One person has one record and one account of his own (`proxy_one_self_per_patient`)."""
    keys = list(_own_accounts(absorbed).values_list("pk", flat=True))
    Proxy.objects.filter(pk__in=keys).update(state=ProxyState.ENDED)
    return keys


def _fill(kept: Patient, absorbed: Patient) -> dict[str, Any]:
    """How to reach the person, and his doctor, where only the other record knew; the identity is left alone."""
    wanted = [name for name in CONTACT if name not in ADDRESS]
    if not any(getattr(kept, name) for name in ADDRESS):
        wanted += ADDRESS
    if kept.attending_doctor_id is None and not kept.attending_doctor_outside:
        wanted += ["attending_doctor_id", "attending_doctor_outside"]
    filled = {
        name: getattr(absorbed, name)
        for name in wanted
        if getattr(absorbed, name) and not getattr(kept, name)
    }
    for name, value in filled.items():
        setattr(kept, name, value)
    if filled:
        kept.save(update_fields=list(filled))
    return {name: value if isinstance(value, int) else str(value) for name, value in filled.items()}


def _move(merge: PatientMerge, link: Link) -> list[MovedRow]:
    """All rows at once; one by one only where one of them is refused."""
    keys = list(link.rows_of(merge.absorbed_id).order_by("pk").values_list("pk", flat=True))
    if not keys:
        return []
    try:
        with transaction.atomic():
            _point(link, keys, merge.kept_id)
    except IntegrityError:
        keys = [key for key in keys if _moves_alone(link, key, merge.kept_id)]
    return [MovedRow(merge=merge, model=link.label, field=link.field, row=key) for key in keys]


def _moves_alone(link: Link, key: int, kept: int) -> bool:
    """False where the kept record has the same already. Raises where both are at two places at once."""
    try:
        with transaction.atomic():
            _point(link, [key], kept)
    except IntegrityError as error:
        if not isinstance(error.__cause__, errors.ExclusionViolation):
            return False
        row = link.model._base_manager.get(pk=key)
        raise CannotMerge(
            _("%(sentence)s Changez d’abord l’un des deux : %(row)s.")
            % {"sentence": constraint_sentence(error, link.model) or "", "row": row}
        ) from error
    return True


def _point(link: Link, keys: list[int], patient: int) -> None:
    link.model._base_manager.filter(pk__in=keys).update(**{link.field: patient})
