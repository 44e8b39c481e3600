"""What a person says and shows for a year: the list of the health insurance, a value, a paper. Not of a frozen one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import clock
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal
from core.uploads.receive import discard, receive
from partnerships.models import EvidenceDeclaration, EvidenceProof, EvidenceYear, FrozenEvidence


class YearIsKept(Refusal):
    def __init__(self) -> None:
        super().__init__(_("Cette année est figée : elle ne change plus."))


def set_list_size(year: EvidenceYear, number: int | None, *, actor: User) -> EvidenceYear:
    """None: the number that the portal counts. Raises `YearIsKept`."""
    with transaction.atomic():
        year = _hold(year)
        year.list_size = number
        year.save(update_fields=["list_size"])
        record(actor, "evidence.list_size_set", year, year=year.year, number=number)
    return year


def declare(year: EvidenceYear, code: str, *, value: Decimal, note: str, actor: User) -> EvidenceDeclaration:
    """Said again, it replaces what was said. Raises `YearIsKept`."""
    with transaction.atomic():
        year = _hold(year)
        said = {"value": value, "note": note, "declared_by": actor, "declared_at": clock.now()}
        row, _made = EvidenceDeclaration.objects.update_or_create(year=year, code=code, defaults=said)
        record(actor, "evidence.declared", row, year=year.year, code=code, value=str(value))
    return row


def add_proof(
    year: EvidenceYear, code: str, file: UploadedFile[Any], *, wanted: str, title: str, actor: User
) -> EvidenceProof:
    """Raises `YearIsKept`, `NotTaken`, `NoRoom`."""
    with transaction.atomic():
        year = _hold(year)
        proof = EvidenceProof(year=year, code=code, wanted=wanted, title=title or wanted, added_by=actor)
        proof.upload = receive(file, actor=actor)
        proof.save(force_insert=True)
        record(actor, "evidence.proof_added", proof, year=year.year, code=code)
    return proof


def remove_proof(proof: EvidenceProof, *, actor: User) -> None:
    """Raises `YearIsKept`."""
    with transaction.atomic():
        _hold(proof.year)
        record(actor, "evidence.proof_removed", proof, year=proof.year.year, code=proof.code)
        upload = proof.upload
        proof.delete()
        discard(upload)


def _hold(year: EvidenceYear) -> EvidenceYear:
    """Saved, and not being frozen meanwhile."""
    lock("evidence", year.centre_id)
    row, _made = EvidenceYear.objects.get_or_create(centre_id=year.centre_id, year=year.year)
    if FrozenEvidence.objects.filter(year=row).exists():
        raise YearIsKept
    return row
