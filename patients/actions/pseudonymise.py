"""A person is cared for under a name of his choice; later, if he asks, under his own. There is no way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.identity import STRICT_TRAITS, identity_fields
from patients.models import CareTeamMember, Patient, Pseudonym
from patients.models.care_team import Reason
from patients.models.patient import Sex
from patients.models.pseudonym import MARK, Channel
from practitioners.models import Practitioner


class AliasTaken(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce pseudonyme est déjà pris. Choisissez-en un autre."))


class NotUnderPseudonym(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette fiche n’est pas, ou plus, sous pseudonyme."))


def create_under_pseudonym(
    alias: str, birth_year: int, *, practitioner: Practitioner, channel: str, contact: str, actor: User
) -> Patient:
    """No strict trait is kept: of the birth, the year, for the age. `contact` is an address of the chosen channel only.

    The professional takes part in the care from today. Raises `AliasTaken`.
    """
    reached = {Channel.PHONE: "phone", Channel.SMS: "phone", Channel.EMAIL: "email"}
    contacts = {reached[Channel(channel)]: contact} if channel in reached and contact else {}
    try:
        with transaction.atomic():
            patient = Patient.objects.create(
                birth_name=alias,
                birth_first_names=MARK,
                birth_date=date(birth_year, 1, 1),
                sex=Sex.UNKNOWN,
                last_contact_at=clock.now(),
                **contacts,
            )
            row = Pseudonym.objects.create(
                patient=patient, alias=alias, channel=channel, practitioner=practitioner, created_by=actor
            )
            CareTeamMember.objects.create(
                patient=patient, practitioner=practitioner, reason=Reason.REFERRAL, since=clock.today()
            )
            record(actor, "patient.created", patient, patient_id=patient.pk, relation="pseudonym", row=row.pk)
    except IntegrityError as error:
        raise AliasTaken from error
    return patient


def lift_pseudonym(patient: Patient, identity: Mapping[str, Any], *, why: str, actor: User) -> Patient:
    """`identity`: cleaned data of `IdentityForm`; `why`: the person's request, in a sentence. One way, once.

    From now on the record is one like any other: provisional, found by name, compared with those that look alike.
    """
    with transaction.atomic():
        lock("patient", patient.pk)
        patient = Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
        row = Pseudonym.objects.filter(patient=patient, lifted_at=None).first()
        if row is None:
            raise NotUnderPseudonym
        for name, value in identity_fields(identity).items():
            setattr(patient, name, value)
        patient.save()
        row.lifted_at, row.lifted_by, row.lifted_why = clock.now(), actor, why
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
        record(
            actor,
            "patient.pseudonym_lifted",
            patient,
            patient_id=patient.pk,
            reason=why,
            fields=sorted(name for name in STRICT_TRAITS if identity.get(name)),
        )
    return patient
