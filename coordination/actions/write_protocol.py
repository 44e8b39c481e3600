"""A protocol of the team: written, signed by each, adopted, withdrawn; a new version begins beside the old one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination import protocol_messages
from coordination.models import Protocol, ProtocolSignature, ProtocolState, ProtocolVersion
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from practitioners.models import Practitioner, Profession
from practitioners.models.practitioner import Kind


class NotADraft(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette version est déjà proposée à la signature : son texte ne change plus."))


class NotToSign(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette version n’attend pas votre signature."))


class InWork(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Une nouvelle version est déjà en cours."))


class NobodySigned(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Personne n’a encore signé."))


def save_protocol(
    protocol: Protocol,
    *,
    actor: User,
    professions: Sequence[Profession],
    content: str,
    review_on: date,
) -> ProtocolVersion:
    """The frame and its draft; a first draft where there is none. Raises `InWork` while signatures are asked for."""
    with transaction.atomic():
        is_new = protocol.pk is None
        protocol.save()
        lock("protocol", protocol.pk)
        protocol.professions.set(professions)
        version = protocol.versions.filter(state__in=[ProtocolState.DRAFT, ProtocolState.SIGNING]).first()
        if version is not None and version.state == ProtocolState.SIGNING:
            raise InWork
        if version is None:
            last = protocol.versions.aggregate(last=Max("number"))["last"] or 0
            version = ProtocolVersion(protocol=protocol, number=last + 1, created_by=actor)
        version.content, version.review_on = content, review_on
        version.save()
        record(actor, "protocol.created" if is_new else "protocol.written", protocol, version=version.number)
    return version


def propose_version(version: ProtocolVersion, *, actor: User) -> ProtocolVersion:
    """Everybody of the house whose profession is concerned is asked to sign, and told."""
    with transaction.atomic():
        version = _locked(version)
        if version.state != ProtocolState.DRAFT:
            raise NotADraft
        version.state, version.proposed_at = ProtocolState.SIGNING, clock.now()
        version.content_hash = hashlib.sha256(version.content.encode()).hexdigest()
        version.save(update_fields=["state", "proposed_at", "content_hash"])
        concerned = Practitioner.objects.active().filter(
            kind=Kind.MEMBER, profession__in=version.protocol.professions.all()
        )
        ProtocolSignature.objects.bulk_create(
            ProtocolSignature(version=version, practitioner=one) for one in concerned.order_by("pk")
        )
        record(actor, "protocol.proposed", version, hash=version.content_hash)
        protocol_messages.to_sign(version)
    return version


def sign_version(version: ProtocolVersion, practitioner: Practitioner, *, actor: User) -> ProtocolSignature:
    """Signs this text and no other. Twice is once; a version that is adopted already may still be signed."""
    with transaction.atomic():
        version = _locked(version)
        row = version.signatures.filter(practitioner=practitioner).first()
        if row is None or version.state not in (ProtocolState.SIGNING, ProtocolState.ADOPTED):
            raise NotToSign
        if row.signed_at is None:
            row.signed_at, row.content_hash = clock.now(), version.content_hash
            row.save(update_fields=["signed_at", "content_hash"])
            record(actor, "protocol.signed", row, hash=version.content_hash)
        return row


def adopt_version(version: ProtocolVersion, *, actor: User) -> ProtocolVersion:
    """From today this is how it is done; the version before is replaced."""
    with transaction.atomic():
        version = _locked(version)
        if version.state == ProtocolState.ADOPTED:
            return version
        if version.state != ProtocolState.SIGNING:
            raise NotToSign
        if not version.signatures.exclude(signed_at=None).exists():
            raise NobodySigned
        today = clock.today()
        version.protocol.versions.filter(state=ProtocolState.ADOPTED).update(
            state=ProtocolState.REPLACED, ended_on=today
        )
        version.state, version.adopted_on = ProtocolState.ADOPTED, today
        version.save(update_fields=["state", "adopted_on"])
        record(actor, "protocol.adopted", version)
    return version


def confirm_version(version: ProtocolVersion, review_on: date, *, actor: User) -> ProtocolVersion:
    """Looked at again and found still right: the same text and signatures, until the next review."""
    with transaction.atomic():
        version = _locked(version)
        if version.state != ProtocolState.ADOPTED:
            raise NotToSign
        before, version.review_on = version.review_on, review_on
        version.save(update_fields=["review_on"])
        record(
            actor, "protocol.confirmed", version, before=before.isoformat(), review_on=review_on.isoformat()
        )
    return version


def withdraw_version(version: ProtocolVersion, *, actor: User, why: str) -> ProtocolVersion:
    """An adopted one is no longer followed; one that waits for signatures is given up."""
    with transaction.atomic():
        version = _locked(version)
        if version.state not in (ProtocolState.ADOPTED, ProtocolState.SIGNING):
            raise NotToSign
        version.state, version.ended_on, version.ended_why = ProtocolState.WITHDRAWN, clock.today(), why[:300]
        version.save(update_fields=["state", "ended_on", "ended_why"])
        record(actor, "protocol.withdrawn", version, reason=why[:300])
    return version


def _locked(version: ProtocolVersion) -> ProtocolVersion:
    lock("protocol", version.protocol_id)
    return ProtocolVersion.objects.select_related("protocol").get(pk=version.pk)
