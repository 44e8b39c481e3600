"""How many referrals wait for one person: shown in the menu, so at most three cheap queries a minute and a person."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.access import Visitor, gives_care, is_coordinator
from accounts.models import User
from appointments.duties import add_duties
from coordination.access import without_closed
from coordination.models import Referral, ReferralState
from coordination.models.referral import ReferralQuerySet
from coordination.referral_access import KIND
from coordination.referral_states import WITH_REQUESTER
from coordination.remembered import remembered
from patients.access import practitioner_of

TO_ANSWER = (ReferralState.SENT, ReferralState.ACCEPTED)


def referrals_waiting(user: Visitor) -> int:
    """Whose turn it is: his; and for the coordinator what nobody answers."""
    return remembered(user, "referrals", lambda one: waiting_on(one).count())


def waiting_on(user: User) -> ReferralQuerySet:
    if is_coordinator(user):
        return Referral.objects.open().exclude(escalated_at=None)
    practitioner = practitioner_of(user) if gives_care(user) else None
    if practitioner is None:
        return Referral.objects.none()
    asked = Q(target=practitioner, holder=None, state__in=TO_ANSWER) | Q(
        holder=practitioner, state__in=TO_ANSWER
    )
    his_own = Q(requester=practitioner, state__in=sorted(WITH_REQUESTER))
    any_of_us = Q(profession=practitioner.profession_id, state=ReferralState.SENT)
    waiting = Referral.objects.filter(asked | his_own | (any_of_us & ~Q(requester=practitioner)))
    return without_closed(waiting, practitioner, KIND)


def duties_of(user: User) -> list[tuple[str, str]]:
    """For « Ma journée »."""
    number = referrals_waiting(user)
    if not number:
        return []
    words = ngettext(
        "%d adressage attend que vous agissiez", "%d adressages attendent que vous agissiez", number
    )
    return [(words % number, reverse("referrals"))]


add_duties(duties_of)
