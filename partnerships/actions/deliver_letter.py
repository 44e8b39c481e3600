"""The letter reaches the doctor of outside who asked: a link, a question that he can answer, each reading written."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from partnerships import notifications_letter_links as notifications
from partnerships.models import LetterDelivery, RequestOrigin, RequestSender, ReturnLetter
from patients.access import OPENED

VALID_FOR = timedelta(days=30)


class NoSender(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Qui a adressé n’a pas laissé d’adresse : envoyez par messagerie sécurisée.")
        )


@transaction.atomic
def deliver_letter(letter: ReturnLetter, *, actor: User | None) -> LetterDelivery:
    """A link of its own, by e-mail; the former one opens nothing any more. Raises `NoSender`."""
    sender = RequestSender.objects.filter(request=letter.request_id).first()
    if letter.request.origin != RequestOrigin.OUTSIDE or letter.arrived_at is None or sender is None:
        raise NoSender
    for former in _standing(letter):
        _shut(former, actor)
    now = clock.now()
    delivery = LetterDelivery.objects.create(
        letter=letter,
        name=sender.name,
        email=sender.email,
        sent_at=now,
        sent_by=actor,
        expires_at=now + VALID_FOR,
    )
    record(actor, "return_letter.link_sent", letter, patient_id=letter.request.patient_id, to=sender.name)
    notifications.letter_by_link(delivery)
    return delivery


@transaction.atomic
def revoke_letter_link(letter: ReturnLetter, *, actor: User) -> None:
    """From now on it opens nothing. Twice is once."""
    for delivery in _standing(letter):
        _shut(delivery, actor)
        record(actor, "return_letter.link_revoked", letter, patient_id=letter.request.patient_id)


@transaction.atomic
def answer_for_letter(delivery: LetterDelivery, birth_date: date) -> bool:
    """Whether this is the day on which the person was born, who asked knows it. Wrong answers are counted."""
    delivery = _locked(delivery)
    letter = delivery.letter
    patient = letter.request.patient
    if patient is None or not delivery.is_open(clock.now()):
        return False
    if patient.birth_date != birth_date:
        delivery.wrong_tries += 1
        delivery.save(update_fields=["wrong_tries"])
        record(None, "return_letter.link_refused", letter, patient_id=patient.pk, to=delivery.name)
        return False
    if delivery.opened_at is None:
        delivery.opened_at, delivery.wrong_tries = clock.now(), 0
        delivery.save(update_fields=["opened_at", "wrong_tries"])
    rows = ReturnLetter.objects.filter(pk=letter.pk, passed_on_at=None)
    if rows.update(passed_on_at=clock.now()):
        record(None, "return_letter.passed_on", letter, patient_id=patient.pk, to=delivery.name)
    return True


def note_reading(delivery: LetterDelivery) -> None:
    """Each time, with who reads as he named himself: the patient sees it among those who opened his record."""
    letter = delivery.letter
    reason = _("compte rendu lu par %(name)s, qui a adressé") % {"name": delivery.name}
    record(
        AnonymousUser(),
        f"{OPENED}.return_letter",
        letter,
        patient_id=letter.request.patient_id,
        reason=reason,
    )


def _locked(delivery: LetterDelivery) -> LetterDelivery:
    rows = LetterDelivery.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("letter__request__patient").get(pk=delivery.pk)


def _standing(letter: ReturnLetter) -> list[LetterDelivery]:
    rows = LetterDelivery.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(letter=letter, revoked_at=None))


def _shut(delivery: LetterDelivery, actor: User | None) -> None:
    delivery.revoked_at, delivery.revoked_by = clock.now(), actor
    delivery.save(update_fields=["revoked_at", "revoked_by"])
