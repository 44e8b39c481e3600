"""Who reads and keeps the registers: everybody of the house reads; owners, delegating doctors and the desk write."""

from __future__ import annotations

from django.http import Http404

from coordination.meeting_access import Reader
from coordination.models import CooperationProtocol, Protocol


def may_write(reader: Reader, protocol: Protocol) -> bool:
    who = reader.practitioner
    return reader.is_inside and (reader.at_desk or (who is not None and who.pk == protocol.owner_id))


def may_keep(reader: Reader, protocol: CooperationProtocol) -> bool:
    who = reader.practitioner
    delegates = who is not None and protocol.doctors.filter(pk=who.pk).exists()
    return reader.is_inside and (reader.at_desk or delegates)


def get_protocol_to_write(reader: Reader, pk: int) -> Protocol:
    found = Protocol.objects.select_related("owner").filter(pk=pk).first()
    if found is None or not may_write(reader, found):
        raise Http404
    return found


def get_cooperation_to_keep(reader: Reader, pk: int) -> CooperationProtocol:
    found = CooperationProtocol.objects.filter(pk=pk).first()
    if found is None or not may_keep(reader, found):
        raise Http404
    return found
