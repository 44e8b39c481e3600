"""A number that was measured (FHIR Observation): part of a version of a note, and as unchangeable as it."""

from __future__ import annotations

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from coordination.models.measure_kind import MeasureComponent
from coordination.models.note import NoteVersion


class MeasureQuerySet(models.QuerySet["Measure"]):
    def standing(self) -> MeasureQuerySet:
        """What counts: the latest version of notes that have not been withdrawn."""
        return self.filter(
            version__number=F("version__note__current_number"), version__note__withdrawn_at=None
        )


class Measure(models.Model):
    version = models.ForeignKey(NoteVersion, on_delete=models.PROTECT, related_name="measures")
    component = models.ForeignKey(MeasureComponent, on_delete=models.PROTECT, related_name="measures")
    value = models.DecimalField(_("valeur"), max_digits=9, decimal_places=3)
    is_confirmed = models.BooleanField(
        _("confirmée"), default=False, help_text=_("inhabituelle : l’auteur l’a relue et maintenue")
    )

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("mesure")
        verbose_name_plural = _("mesures")
        ordering = ("component__kind__position", "component__position")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "component"],
                name="measure_once_a_note",
                violation_error_message=_("Cette mesure figure déjà dans la note."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.component} · {self.value.normalize():f}"
