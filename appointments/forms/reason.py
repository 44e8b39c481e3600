from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appointments.models import Programme, ReasonCategory, VisitReason
from core.web.fields import lengths
from practitioners.models import EquipmentKind, Practitioner

HOUR, DAY = 60, 24 * 60
NOTICES = (0, 15, 30, HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 14 * DAY)
COLOURS = [
    ("blue", _("bleu")),
    ("teal", _("turquoise")),
    ("green", _("vert")),
    ("amber", _("ambre")),
    ("brick", _("brique")),
    ("plum", _("prune")),
    ("slate", _("ardoise")),
]


class VisitReasonForm(forms.ModelForm):
    notice_minutes = forms.TypedChoiceField(
        label=_("Réservable jusqu’à"),
        coerce=int,
        help_text=_("Combien de temps avant le rendez-vous on peut encore le prendre en ligne."),
    )
    colour = forms.ChoiceField(label=_("Couleur sur le planning"), choices=COLOURS)

    class Meta:
        model = VisitReason
        fields = [
            "name",
            "category",
            "place_kind",
            "equipment_kind",
            "duration_minutes",
            "buffer_minutes",
            "grid_minutes",
            "bookable_by",
            "patient_scope",
            "min_age",
            "max_age",
            "notice_minutes",
            "horizon_days",
            "cancel_limit_hours",
            "max_coming_per_patient",
            "programme",
            "instructions",
            "what_to_bring",
            "is_sensitive",
            "colour",
            "position",
            "is_active",
        ]
        help_texts = {
            "name": _("Ce que lisent les patients. Des mots simples : « Consultation de suivi »."),
            "category": _(
                "Le nom commun sous lequel les patients cherchent, chez vous et chez vos collègues."
            ),
            "buffer_minutes": _("Temps gardé libre après chaque rendez-vous : notes, ménage, trajet."),
            "grid_minutes": _(
                "Compté depuis le début de la plage. 20 : à 8 h, 8 h 20, 8 h 40… Le même pas pour tous vos motifs "
                "évite les trous."
            ),
            "bookable_by": _("« L’équipe seulement » : le motif n’apparaît pas en ligne."),
            "patient_scope": _(
                "Un patient est déjà suivi quand il est venu, ou que vous êtes son médecin traitant."
            ),
            "min_age": _("En années. Vide : pas de limite."),
            "max_age": _("En années, compris. Vide : pas de limite."),
            "horizon_days": _("Jusqu’à combien de jours à l’avance on voit vos créneaux."),
            "cancel_limit_hours": _("Après ce délai, le patient doit appeler pour annuler ou déplacer."),
            "max_coming_per_patient": _("Vide : pas de limite."),
            "instructions": _("Lues avant de réserver et après. Jamais dans les SMS."),
            "what_to_bring": _("Par exemple : carte Vitale, ordonnance."),
            "position": _("Les plus petits nombres d’abord."),
            "is_active": _("Décoché : on ne peut plus réserver ce motif. Les rendez-vous pris sont gardés."),
        }
        widgets = {
            "instructions": forms.Textarea(attrs={"rows": 3}),
            "what_to_bring": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, practitioner: Practitioner, **options: Any) -> None:
        super().__init__(*args, **options)
        self.instance.practitioner = practitioner
        self.fields["category"].queryset = ReasonCategory.objects.filter(  # type: ignore[attr-defined]
            profession=practitioner.profession_id
        )
        kinds = EquipmentKind.objects.filter(centre=practitioner.centre_id)
        self.fields["equipment_kind"].queryset = kinds  # type: ignore[attr-defined]
        self.fields["equipment_kind"].empty_label = str(_("aucun"))  # type: ignore[attr-defined]
        programmes = Programme.objects.filter(centre=practitioner.centre_id)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["programme"].empty_label = str(_("aucun"))  # type: ignore[attr-defined]
        self.fields["notice_minutes"].choices = lengths(  # type: ignore[attr-defined]
            NOTICES, present=self.instance.notice_minutes
        )
        if self.instance.colour not in dict(COLOURS):
            self.initial["colour"] = "blue"

    def _get_validation_exclusions(self) -> set[str]:
        """The practitioner is known though not asked for: a name that he uses already is said beside the field."""
        return super()._get_validation_exclusions() - {"practitioner"}  # type: ignore[misc, no-any-return]
