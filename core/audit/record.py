"""Writing the trail: called inside the transaction of the action, so that neither exists without the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.audit.models import AuditEvent
from core.db import note_written
from core.prepared import ask, inserting

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Model


def event(
    actor: AbstractBaseUser | AnonymousUser | None,
    action: str,
    subject: Model,
    *,
    patient_id: int | None = None,
    reason: str = "",
    **detail: Any,
) -> AuditEvent:
    """An unsaved line, for actions that write several at once."""
    known = actor is not None and actor.is_authenticated
    return AuditEvent(
        actor_id=actor.pk if known and actor is not None else None,
        actor_label=str(actor)[:200] if known else "système" if actor is None else "visiteur",
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        patient_id=patient_id,
        reason=reason,
        detail=detail,
    )


def record(
    actor: AbstractBaseUser | AnonymousUser | None,
    action: str,
    subject: Model,
    *,
    patient_id: int | None = None,
    reason: str = "",
    **detail: Any,
) -> AuditEvent:
    """Write one line. `actor` None is the house itself (a nightly task). No medical content in `detail`."""
    line = event(actor, action, subject, patient_id=patient_id, reason=reason, **detail)
    return note_written(line, ask(inserting([line]))[0])
