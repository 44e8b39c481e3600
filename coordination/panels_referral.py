"""What is asked of whom for this patient, beside his timeline; and the door « Adresser »."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from coordination.access import Reader, readable
from coordination.models import Referral, ReferralState
from coordination.panels import Door, Panel, add_door, add_panel, anybody, cares
from coordination.referral_lists import lines_of, with_deadline
from patients.models import Patient

MOST = 10


def referrals_of(patient: Patient, reader: Reader) -> dict[str, Any]:
    """Open ones and the latest that have ended; a draft is its author's alone."""
    rows = with_deadline(Referral.objects.with_people()).filter(patient=patient)
    if reader.practitioner is None:
        rows = rows.exclude(state=ReferralState.DRAFT)
    else:
        others = rows.exclude(requester=reader.practitioner).filter(state=ReferralState.DRAFT)
        rows = rows.exclude(pk__in=others.values("pk"))
    shown = readable(rows, patient, reader, "referral").order_by("-state_since", "-pk")[:MOST]
    return {"lines": lines_of(shown, reader.practitioner)}


add_panel(
    Panel(
        "adressages",
        _("Adressages"),
        "coordination/referrals_panel.html",
        referrals_of,
        anybody,
        order=30,
        sign="send",
    )
)
add_door(Door("new_referral", _("Adresser"), "send", cares, order=20, comes_first=True))
