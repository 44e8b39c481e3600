"""What this room hears from the rooms below, inside their transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from accounts.models import User
from appointments.models import AppointmentSeries, SeriesInvitation
from appointments.signals import invitation_used
from coordination.actions.follow_sessions import follow_series


@receiver(invitation_used, dispatch_uid="coordination.referral_is_booked")
def on_invitation_used(
    sender: Any, invitation: SeriesInvitation, series: AppointmentSeries, actor: User | None, **_: Any
) -> None:
    follow_series(invitation, series, actor=actor)
