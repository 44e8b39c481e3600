"""The house learns that somebody has died: everything to come ends, in silence. Or it was wrong."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from appointments.actions.end_for_death import end_for_death, take_up_series
from coordination import endings, notifications
from coordination.models import DeathRecord
from coordination.models.death import LearntFrom
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from patients.care_team import care_team_of
from patients.models import CareTeamMember, Patient, Proxy
from patients.models.care_team import Reason
from patients.models.proxy import Relation


class AlreadyRecorded(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext_lazy("Le décès de cette personne est déjà noté."))


class NotRecorded(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext_lazy("Aucun décès n’est noté : quelqu’un vient de l’annuler."))


def record_death(
    patient: Patient, *, died_on: date, learnt_from: LearntFrom, tell_relatives: bool, actor: User
) -> DeathRecord:
    """Visits, series, workshops, waiting and what other tracks keep open end; his own account is closed, and nothing
    more is sent to him. Those who acted for him read one sober message, where `tell_relatives` says so.
    """
    with transaction.atomic():
        locked = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        if locked.deceased_on is not None:
            raise AlreadyRecorded
        locked.deceased_on = died_on
        locked.save(update_fields=["deceased_on"])
        note, team = _("décès"), set(care_team_of(locked))
        ended = end_for_death(locked, actor=actor, note=note) | endings.end_all(locked, actor, note)
        _keep_readable(locked, team)
        death = DeathRecord.objects.create(
            patient=locked,
            died_on=died_on,
            learnt_from=learnt_from,
            ended=ended,
            closed_account=_close_account(locked),
            recorded_by=actor,
        )
        counts = {name: len(keys) for name, keys in ended.items()}
        record(actor, "patient.death_recorded", death, patient_id=patient.pk, ended=counts)
        if tell_relatives:
            notifications.death_told(death)
    return death


def undo_death(patient: Patient, *, why: str, actor: User) -> DeathRecord:
    """It was a mistake. The record, the account and the series are open again; visits were given back, and are named
    in the answer so that the desk can book them anew.
    """
    with transaction.atomic():
        locked = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        death = DeathRecord.objects.filter(patient=locked, undone_at=None).first()
        if locked.deceased_on is None or death is None:
            raise NotRecorded
        locked.deceased_on = None
        locked.save(update_fields=["deceased_on"])
        death.undone_at, death.undone_by, death.undone_why = clock.now(), actor, why
        death.save(update_fields=["undone_at", "undone_by", "undone_why"])
        if death.closed_account is not None:
            death.closed_account.is_active = True
            death.closed_account.save(update_fields=["is_active"])
        take_up_series(death.ended.get("series", []), actor=actor)
        record(actor, "patient.death_undone", death, patient_id=patient.pk, reason=why)
    return death


def _keep_readable(patient: Patient, team: set[int]) -> None:
    """Whose only reason was a visit to come, which is given back, still finishes what he has to write."""
    CareTeamMember.objects.bulk_create(
        CareTeamMember(patient=patient, practitioner_id=key, reason=Reason.APPOINTMENT)
        for key in sorted(team - set(care_team_of(patient)))
    )


def _close_account(patient: Patient) -> User | None:
    own = Proxy.objects.in_force().filter(patient=patient, relation=Relation.SELF, user__is_active=True)
    proxy = own.select_related("user").first()
    if proxy is None:
        return None
    proxy.user.is_active = False
    proxy.user.save(update_fields=["is_active"])
    return proxy.user
