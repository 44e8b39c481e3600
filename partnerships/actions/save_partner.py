"""An establishment, whom one calls there, and who comes from it."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import insert_or_none
from core.refusal import Refusal
from partnerships.models import Partner, PartnerContact, PartnerProfessional
from practitioners.models import Practitioner


class AlreadyComes(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce professionnel est déjà rattaché à ce partenaire."))


@transaction.atomic
def save_partner(partner: Partner, *, actor: User) -> Partner:
    is_new = partner.pk is None
    partner.save()
    record(actor, "partner.added" if is_new else "partner.changed", partner, name=partner.name)
    return partner


@transaction.atomic
def save_contact(contact: PartnerContact, *, actor: User) -> PartnerContact:
    is_new = contact.pk is None
    contact.save()
    record(actor, "partner.contact_added" if is_new else "partner.contact_changed", contact)
    return contact


@transaction.atomic
def remove_contact(contact: PartnerContact, *, actor: User) -> None:
    record(actor, "partner.contact_removed", contact, name=contact.name)
    contact.delete()


@transaction.atomic
def add_professional(
    partner: Partner, practitioner: Practitioner, *, since: date, actor: User
) -> PartnerProfessional:
    """Raises `AlreadyComes`."""
    link = insert_or_none(PartnerProfessional(partner=partner, practitioner=practitioner, since=since))
    if link is None:
        raise AlreadyComes
    record(actor, "partner.professional_added", link, practitioner=practitioner.pk)
    return link


@transaction.atomic
def end_professional(link: PartnerProfessional, *, actor: User) -> PartnerProfessional:
    """From today on he does not come from there any more; what he held stays explained."""
    link.until = max(link.since, clock.today() - timedelta(days=1))
    link.save(update_fields=["until"])
    record(actor, "partner.professional_ended", link, practitioner=link.practitioner_id)
    return link
