"""Who asked is told that the letter is there: a task of his, which the digest counts; without account, a link."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.models import User
from coordination.actions.add_task import add_task
from core import clock
from partnerships.actions.deliver_letter import NoSender, deliver_letter
from partnerships.models import RequestOrigin, ReturnLetter

# Time to read it, before the task is late.
READ_WITHIN = timedelta(days=7)


def tell_referrer(letter: ReturnLetter) -> None:
    """The one who asked; in his place the attending doctor, where he works here. Nobody is told of his own letter."""
    if letter.request.origin == RequestOrigin.OUTSIDE and letter.passed_on_at is None:
        with suppress(NoSender):
            deliver_letter(letter, actor=None)
    user = _who(letter)
    if user is None or user.pk == letter.written_by_id:
        return
    add_task(
        None,
        _("Lire un compte rendu de consultation avancée"),
        owner=user,
        due_on=clock.today() + READ_WITHIN,
        patient=letter.request.patient,
        source=letter,
    )


def _who(letter: ReturnLetter) -> User | None:
    request = letter.request
    doctor = request.patient.attending_doctor if request.patient is not None else None
    for one in (request.requester, doctor):
        if one is not None and one.user is not None and one.user.is_active:
            return one.user
    return None
