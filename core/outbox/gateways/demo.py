from __future__ import annotations

from collections.abc import Sequence

from core.outbox.gateways.base import SENT, Gateway, Parcel, Result


class DemoGateway(Gateway):
    """Nothing leaves the machine: the text stays with the row, where /demo/messages/ shows it."""

    claim_size = 200
    chunk_size = 50

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        return [SENT for _ in parcels]


class NullGateway(Gateway):
    """Takes everything in batches and reads nothing: what the delivery itself can do, for the bench."""

    claim_size = 2000
    chunk_size = 2000
    needs_content = False

    def send(self, parcels: Sequence[Parcel]) -> list[Result]:
        return [SENT for _ in parcels]
