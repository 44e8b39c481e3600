from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import factory

from partnerships.actions.plan_sessions import add_session
from partnerships.models import ConsultationSession, SeatQuota, SeatRule
from tests.factories.partnerships import AdvancedConsultationFactory


class SeatRuleFactory(factory.django.DjangoModelFactory[SeatRule]):
    class Meta:
        model = SeatRule

    programme = factory.SubFactory(AdvancedConsultationFactory)
    since = date(2026, 1, 1)


class SeatQuotaFactory(factory.django.DjangoModelFactory[SeatQuota]):
    class Meta:
        model = SeatQuota

    rule = factory.SubFactory(SeatRuleFactory)


def held_session(
    programme: Any, practitioner: Any, start_at: datetime, *, actor: Any, seats: int, hours: int = 4
) -> ConsultationSession:
    """A session as the coordinator plans it: with its opening and its visit reasons."""
    return add_session(
        ConsultationSession(
            programme=programme,
            practitioner=practitioner,
            start_at=start_at,
            end_at=start_at + timedelta(hours=hours),
            seats=seats,
        ),
        actor=actor,
    )
