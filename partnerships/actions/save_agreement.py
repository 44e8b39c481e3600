"""A contract is written, corrected, renewed as a new version, suspended, ended early."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from partnerships.models import Agreement, AgreementSuspension
from practitioners.models import Profession


class AlreadyRenewed(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette convention est déjà renouvelée. Modifiez la nouvelle version."))


class StartsTooSoon(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La nouvelle version commence après la fin de la précédente."))


class AlreadySuspended(Refusal):
    def __init__(self) -> None:
        super().__init__(_("La convention est déjà suspendue à ces dates."))


class OutsideItsDates(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Ce jour n’est pas entre le début et la fin de la convention."))


@transaction.atomic
def save_agreement(agreement: Agreement, professions: Iterable[Profession], *, actor: User) -> Agreement:
    """A new contract, or a correction of one. Other terms from a day on are a renewal."""
    is_new = agreement.pk is None
    agreement.save()
    agreement.professions.set(professions)
    record(
        actor,
        "agreement.added" if is_new else "agreement.changed",
        agreement,
        starts_on=agreement.starts_on.isoformat(),
        ends_on=agreement.ends_on.isoformat(),
        signed_on=agreement.signed_on.isoformat() if agreement.signed_on else None,
    )
    return agreement


@transaction.atomic
def renew_agreement(
    earlier: Agreement, renewed: Agreement, professions: Iterable[Profession], *, actor: User
) -> Agreement:
    """The next version: begins after the last day of the earlier. Raises `AlreadyRenewed`, `StartsTooSoon`."""
    earlier = Agreement.objects.select_for_update(no_key=True, of=("self",)).get(pk=earlier.pk)
    if Agreement.objects.filter(renews=earlier).exists():
        raise AlreadyRenewed
    if renewed.starts_on <= earlier.ends_really_on:
        raise StartsTooSoon
    renewed.renews, renewed.version, renewed.partner_id = earlier, earlier.version + 1, earlier.partner_id
    renewed.save(force_insert=True)
    renewed.professions.set(professions)
    record(actor, "agreement.renewed", renewed, earlier=earlier.pk, version=renewed.version)
    return renewed


def suspend_agreement(suspension: AgreementSuspension, *, actor: User) -> AgreementSuspension:
    """Raises `AlreadySuspended`, `OutsideItsDates`."""
    agreement = suspension.agreement
    if not agreement.starts_on <= suspension.since <= agreement.ends_really_on:
        raise OutsideItsDates
    try:
        with transaction.atomic():
            suspension.save(force_insert=True)
            record(actor, "agreement.suspended", agreement, since=suspension.since.isoformat())
    except IntegrityError as error:
        raise AlreadySuspended from error
    return suspension


@transaction.atomic
def resume_agreement(suspension: AgreementSuspension, *, actor: User) -> None:
    """From today on it is in force again; a suspension that had not begun never was."""
    today = clock.today()
    if suspension.since >= today:
        record(actor, "agreement.resumed", suspension.agreement, on=today.isoformat())
        suspension.delete()
        return
    suspension.until = min(suspension.until or today, date.fromordinal(today.toordinal() - 1))
    suspension.save(update_fields=["until"])
    record(actor, "agreement.resumed", suspension.agreement, on=today.isoformat())


@transaction.atomic
def end_agreement(agreement: Agreement, last_day: date, reason: str, *, actor: User) -> Agreement:
    """Ended before its time. Raises `OutsideItsDates`."""
    if not agreement.starts_on <= last_day <= agreement.ends_on:
        raise OutsideItsDates
    agreement.ended_on, agreement.end_reason = last_day, reason
    agreement.save(update_fields=["ended_on", "end_reason"])
    record(actor, "agreement.ended", agreement, last_day=last_day.isoformat())
    return agreement
