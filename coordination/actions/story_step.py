"""What a step is refused with: the thing has gone on without who asks for it."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.refusal import Refusal

THIS_REQUEST = _("%(who)s vient de passer cette demande à l’état « %(state)s » : rien n’a été changé.")
THIS_REFERRAL = _("%(who)s vient de passer cet adressage à l’état « %(state)s » : rien n’a été changé.")


class AlreadyMovedOn(Refusal):
    """Somebody else was faster, or the page is an old one. `thing`: a referral, a request, a request for an opinion."""

    def __init__(self, thing: Any, said: Promise = THIS_REQUEST) -> None:
        last = thing.events.select_related("by").last()
        who = str(last.by) if last is not None and last.by is not None else _("La maison")
        super().__init__(said % {"who": who, "state": thing.get_state_display()})
