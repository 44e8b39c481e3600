"""Who carries the messages out of the house. Named in the settings, one per channel."""

from __future__ import annotations

from core.outbox.gateways.base import Gateway, GatewayDown, Outcome, Parcel, Result
from core.outbox.gateways.choice import for_channel

__all__ = ["Gateway", "GatewayDown", "Outcome", "Parcel", "Result", "for_channel"]
