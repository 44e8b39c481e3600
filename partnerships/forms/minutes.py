from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from core.web.fields import HourField
from partnerships.actions.write_minutes import Words
from partnerships.models import ConsultationSession, SessionMinutes


class MinutesForm(forms.Form):
    """Hours of the day of the session. `last`: the version that a correction follows, or the draft."""

    worked_from = HourField(label=_("Arrivé à"))
    worked_until = HourField(label=_("Parti à"))
    points = forms.CharField(
        label=_("Points à retenir"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Organisation, délais, matériel. Aucun nom de patient, rien de médical."),
    )
    incidents = forms.CharField(
        label=_("Incidents"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Retard, matériel en panne, salle occupée…"),
    )
    why = forms.CharField(label=_("Pourquoi cette correction"), max_length=300, required=False)

    def __init__(
        self, *args: Any, session: ConsultationSession, last: SessionMinutes | None, **options: Any
    ) -> None:
        self.session = session
        super().__init__(*args, **{"initial": _initial(session, last), **options})
        if last is None or (last.version == 1 and not last.is_closed):
            del self.fields["why"]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = data.get("worked_from"), data.get("worked_until")
        if since and until and until <= since:
            self.add_error("worked_until", _("L’heure de départ doit suivre l’heure d’arrivée."))
        return data

    def words(self) -> Words:
        data = self.cleaned_data
        day = self.session.local_day
        return Words(
            worked_from=clock.at(day, data["worked_from"]),
            worked_until=clock.at(day, data["worked_until"]),
            points=data["points"],
            incidents=data["incidents"],
            why=data.get("why", ""),
        )


def _initial(session: ConsultationSession, last: SessionMinutes | None) -> dict[str, str | time]:
    """The draft as it stands; a correction begins with what was written, without its reason."""
    known = last or session
    since, until = (
        (last.worked_from, last.worked_until) if last is not None else (session.start_at, session.end_at)
    )
    return {
        "worked_from": clock.local(since).time(),
        "worked_until": clock.local(until).time(),
        "points": getattr(known, "points", ""),
        "incidents": getattr(known, "incidents", ""),
        "why": last.why if last is not None and not last.is_closed else "",
    }
