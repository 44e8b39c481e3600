"""The messages of this room: about a relative, an erasure, an emergency, a password set anew. Nothing medical."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.access import holders_of
from accounts.models import Role, User
from accounts.notifications import email_to
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from patients.models import EmergencyAccess, ErasureRequest, Patient, Proxy
from patients.models.proxy import Relation
from practitioners.house import the_house

TEMPLATES = "patients/messages"


def proxy_decided(proxy: Proxy) -> None:
    """Confirmed or refused: the account that asked is told, once."""
    _tell(proxy.user, PROXY_DECIDED.name, proxy, f"{proxy.pk}:{proxy.state}", state=proxy.state)


def erased(user: User, request: ErasureRequest) -> None:
    """Before the address itself is forgotten."""
    _tell(user, ERASED.name, request, str(request.pk))


def opened_in_emergency(access: EmergencyAccess) -> None:
    """Everybody who acts for the person, and every coordinator, each with a link to his own list."""
    doctor = access.practitioner.display_name
    acting = User.objects.filter(
        pk__in=Proxy.objects.in_force().filter(patient=access.patient_id).values("user"), is_active=True
    )
    for user in acting:
        _tell(user, OPENED_IN_EMERGENCY.name, access, f"{access.pk}:{user.pk}", doctor=doctor)
    for user in holders_of(Role.COORDINATOR):
        _tell(user, EMERGENCY_TO_REVIEW.name, access, f"{access.pk}:{user.pk}", doctor=doctor)


def password_reset(user: User) -> None:
    number = _number_of(user)
    if number and user.password_reset_at:
        _tell_by_sms(number, user, PASSWORD_RESET.name, user, at=user.password_reset_at)


def second_proof_chosen(user: User) -> None:
    number = _number_of(user)
    if number and user.second_proof_at:
        _tell_by_sms(number, user, SECOND_PROOF.name, user, at=user.second_proof_at)


def phone_changed(patient: Patient, number: str, *, by: User) -> None:
    """To the number that is no longer the one of the record."""
    _tell_by_sms(number, by, PHONE_CHANGED.name, patient, at=clock.now())


def _number_of(user: User) -> str:
    """A number that whoever reads the mailbox does not hold: his own record's, else the account's."""
    own = Proxy.objects.in_force().filter(user=user, relation=Relation.SELF).select_related("patient").first()
    return str((own and own.patient.phone) or user.phone or "")


def _tell_by_sms(number: str, user: User, kind: str, subject: Model, *, at: datetime) -> None:
    """About what happened to this account `at` that instant: told once."""
    message = email_to(user, kind, subject, f"{subject.pk}:{at:%Y%m%dT%H%M%S%f}")
    message.channel, message.address = Channel.SMS, number
    enqueue([message])


def _tell(user: User, kind: str, subject: Model, key: str, **payload: Any) -> None:
    message = email_to(user, kind, subject, key, payload)
    enqueue([message])


def _render(template: str, messages: Sequence[OutboxMessage], page: str = "my_relatives") -> Rendered:
    link = public_address(page)
    context = {**messages[0].payload, "link": link, "centre": the_house().centre}
    return rendering.email(f"{TEMPLATES}/{template}", context)


def _proxy_decided(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("proxy_decided", messages)


def _erased(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("erased", messages)


def _opened_in_emergency(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("opened_in_emergency", messages, "record_openings")


def _emergency_to_review(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    return _render("emergency_to_review", messages, "emergency_reviews")


def _about_the_account(messages: Sequence[OutboxMessage], loaded: Loaded, *, template: str) -> Rendered:
    """By SMS: what changed, and whom to call."""
    centre = the_house().centre
    number = centre.phone if centre else ""
    return rendering.sms(f"{TEMPLATES}/{template}", {"centre": centre, "number": number})


PROXY_DECIDED = register(
    Kind(name="proxy.decided", label=_("réponse au sujet d’un proche"), render=_proxy_decided)
)
ERASED = register(Kind(name="account.erased", label=_("effacement terminé"), render=_erased))
PASSWORD_RESET = register(
    Kind(
        name="account.password_reset",
        label=_("mot de passe refait par e-mail"),
        render=partial(_about_the_account, template="password_reset"),
    )
)
SECOND_PROOF = register(
    Kind(
        name="account.second_proof",
        label=_("premier mot de passe choisi par e-mail"),
        render=partial(_about_the_account, template="second_proof"),
    )
)
PHONE_CHANGED = register(
    Kind(
        name="account.phone_changed",
        label=_("numéro changé en ligne"),
        render=partial(_about_the_account, template="phone_changed"),
    )
)
OPENED_IN_EMERGENCY = register(
    Kind(name="record.emergency", label=_("dossier ouvert en urgence"), render=_opened_in_emergency)
)
EMERGENCY_TO_REVIEW = register(
    Kind(name="record.emergency_review", label=_("accès en urgence à relire"), render=_emergency_to_review)
)
