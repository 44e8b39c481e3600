"""The words that the calendar's script says: written here, so that they are translated like all others."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock

VIEW_NAMES: dict[str, str | Promise] = {
    "jour": gettext_lazy("Jour"),
    "salles": gettext_lazy("Salles"),
    "semaine": gettext_lazy("Semaine"),
    "mois": gettext_lazy("Mois"),
}


def words(view: str) -> dict[str, str]:
    return {
        "view": view,
        "today": clock.today().isoformat(),
        "find": reverse("staff_find"),
        "move": reverse("reschedule", args=[0]),
        "notMoved": _("Le déplacement n’a pas abouti : vérifiez votre connexion, puis réessayez."),
        "workshop": reverse("workshop_session", args=[0]),
        "busy": _("occupé"),
        "held": _("en cours de réservation"),
        "over": _("en surnombre"),
        "noRoom": _("Sans salle"),
        "buffer": _("battement"),
        "patient": _("Patient"),
        "reason": _("Motif"),
        "state": _("État"),
        "with": _("Avec"),
        "where": _("Salle"),
        "when": _("Quand"),
        "hidden": _("non communiqué"),
        "failed": _("Le planning n’a pas pu être chargé : la liste reste affichée."),
        "toList": _("Afficher la liste"),
        "toCalendar": _("Afficher le calendrier"),
    }
