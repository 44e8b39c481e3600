"""An account asks to act for somebody else: at once for a child, after the centre's confirmation for a grown-up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from patients.identity import identity_fields, same_person
from patients.models import Patient, Proxy
from patients.models.proxy import ProxyState, Relation


class AlreadyAmongRelatives(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette personne figure déjà parmi vos proches."))


class NotAChild(Refusal):
    def __init__(self) -> None:
        super().__init__(
            _(
                "À partir de 18 ans, choisissez « un autre proche » : la maison de santé confirmera"
                " votre demande avec cette personne."
            )
        )


class TooManyRelatives(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Vous avez déjà beaucoup de proches inscrits. Appelez le secrétariat."))


# A family fits; somebody who fills the register with inventions does not.
MOST_RELATIVES = 15


def add_relative(user: User, relation: str, identity: Mapping[str, Any]) -> Proxy:
    """A new record and the right to act for it; `identity`: the cleaned data of `RelativeForm`.

    A child's is active at once and ends on the 18th birthday; the others wait (`ProxyState.PENDING`) and open nothing
    until `confirm_proxy`. The record is always a new one: joining it to an existing one is the centre's decision.
    """
    today = clock.today()
    patient = Patient(**identity_fields(identity))
    is_minor = patient.is_minor_on(today)
    if relation == Relation.CHILD and not is_minor:
        raise NotAChild
    now = clock.now()
    active = relation == Relation.CHILD
    with transaction.atomic():
        lock("account", user.pk)
        _refuse_twice(user, identity)
        patient.last_contact_at = now
        patient.save(force_insert=True)
        proxy = Proxy.objects.create(
            user=user,
            patient=patient,
            relation=relation,
            state=ProxyState.ACTIVE if active else ProxyState.PENDING,
            asked_at=now,
            decided_at=now if active else None,
            until=patient.comes_of_age_on if is_minor else None,
        )
        record(user, "proxy.asked", proxy, patient_id=patient.pk, relation=relation, state=proxy.state)
    return proxy


def _refuse_twice(user: User, identity: Mapping[str, Any]) -> None:
    mine = Proxy.objects.filter(user=user, state__in=[ProxyState.ACTIVE, ProxyState.PENDING])
    if mine.exclude(relation=Relation.SELF).count() >= MOST_RELATIVES:
        raise TooManyRelatives
    born_alike = mine.filter(patient__birth_date=identity["birth_date"])
    for birth_name, first_names in born_alike.values_list(
        "patient__birth_name", "patient__birth_first_names"
    ):
        if same_person(identity, birth_name, first_names):
            raise AlreadyAmongRelatives
