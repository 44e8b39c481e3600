"""How somebody who works here wants to hear by e-mail of what waits for him."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from coordination.models import DigestChoice, DigestSetting
from core import clock
from core.audit.record import record


@transaction.atomic
def set_digest(user: User, hour: int, paces: Mapping[str, str]) -> DigestSetting:
    """Whoever had stopped the messages and chooses anew has them again."""
    setting, _is_new = DigestSetting.objects.update_or_create(
        user=user, defaults={"hour": hour, "stopped_at": None}
    )
    for kind, pace in paces.items():
        DigestChoice.objects.update_or_create(user=user, kind=kind, defaults={"pace": pace})
    record(user, "digest.chosen", setting, hour=hour, paces=dict(paces))
    return setting


def stop_digest(setting: DigestSetting) -> None:
    """What already waits is dropped when its time comes. Twice is once."""
    _switch(setting, "digest.stopped", clock.now())


def resume_digest(setting: DigestSetting) -> None:
    """As chosen before."""
    _switch(setting, "digest.resumed", None)


@transaction.atomic
def _switch(setting: DigestSetting, action: str, stopped_at: datetime | None) -> None:
    row = DigestSetting.objects.select_for_update(no_key=True).get(pk=setting.pk)
    if (row.stopped_at is None) == (stopped_at is None):
        return
    row.stopped_at = stopped_at
    row.save(update_fields=["stopped_at"])
    record(row.user, action, row)
