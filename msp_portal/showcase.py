"""What the pages of the demonstration show: its people, and every component in every state."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appointments.models import Status
from core import clock


def people() -> list[dict[str, Any]]:
    """Who to sign in as, in the order in which a visitor discovers the house."""
    return [
        {
            "title": _("Patients"),
            "people": [
                ("patiente@demo.example", _("Patiente adulte : deux enfants, un parent âgé par procuration")),
                ("voisin@demo.example", _("Un autre patient, qui ne la connaît pas")),
            ],
        },
        {
            "title": _("Professionnels de la maison"),
            "people": [
                ("medecin@demo.example", _("Médecin généraliste, son médecin traitant ; maître de stage")),
                ("medecin2@demo.example", _("Médecin généraliste, hors de son équipe de soins")),
                ("kine@demo.example", _("Kinésithérapeute de son équipe de soins")),
                ("infirmiere@demo.example", _("Infirmière de son équipe de soins")),
                ("orthophoniste@demo.example", _("Orthophoniste, hors de son équipe de soins")),
                ("psychologue@demo.example", _("Psychologue")),
                ("interne@demo.example", _("Interne en SASPAS")),
            ],
        },
        {
            "title": _("Accueil et organisation"),
            "people": [
                ("secretariat@demo.example", _("Secrétaire")),
                ("coordination@demo.example", _("Coordinatrice")),
                ("admin@demo.example", _("Administratrice du portail")),
            ],
        },
        {
            "title": _("Partenaires"),
            "people": [
                ("psychiatre@demo.example", _("Psychiatre de l’EPSM, en consultation avancée")),
                ("cardiologue@demo.example", _("Cardiologue à distance : téléconsultation")),
                ("dermatologue@demo.example", _("Dermatologue à distance : télé-expertise")),
            ],
        },
    ]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=gettext_lazy("Nom de naissance"), max_length=80)
    birth_date = forms.DateField(
        label=gettext_lazy("Date de naissance"),
        help_text=gettext_lazy("Par exemple 31/12/1980"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    email = forms.EmailField(label=gettext_lazy("Adresse e-mail"), required=False)
    place = forms.ChoiceField(
        label=gettext_lazy("Lieu"),
        choices=[("centre", gettext_lazy("À la maison de santé")), ("video", gettext_lazy("En vidéo"))],
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("Pour qui est ce rendez-vous ?"),
        choices=[("self", gettext_lazy("Pour moi")), ("child", gettext_lazy("Pour mon enfant"))],
        widget=forms.RadioSelect,
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Être prévenu"),
        choices=[("sms", gettext_lazy("Par SMS")), ("email", gettext_lazy("Par e-mail"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("Ce que le secrétariat doit savoir"), widget=forms.Textarea, required=False
    )
    agree = forms.BooleanField(label=gettext_lazy("J’ai lu les consignes"))


class SampleFilter(forms.Form):
    place = forms.ChoiceField(
        label=gettext_lazy("Lieu"),
        required=False,
        choices=[("", gettext_lazy("Tous")), ("video", gettext_lazy("En vidéo"))],
    )
    moment = forms.ChoiceField(
        label=gettext_lazy("Moment"),
        required=False,
        choices=[("", gettext_lazy("Toute la journée")), ("morning", gettext_lazy("Le matin"))],
    )


def components() -> dict[str, Any]:
    today = clock.today()
    slots = [clock.at(today + timedelta(days=1), time(8 + n // 3, n % 3 * 20)) for n in range(11)]
    refused = SampleForm({"name": "", "birth_date": "32/13/1980", "place": "centre"}, prefix="refused")
    refused.is_valid()
    return {
        "slots": slots,
        "today": today,
        "states": list(Status.choices),
        "form": SampleForm(prefix="blank"),
        "refused_form": refused,
        "filter_form": SampleFilter(),
        "page": Paginator(range(100), 10).get_page(3),
        "facts": [
            (_("Professionnel"), "Dr Anne Lefebvre"),
            (_("Motif"), _("Consultation")),
            (_("À apporter"), _("Carte Vitale")),
        ],
        "columns": [_("Professionnel"), _("Prochain créneau"), _("Lieu")],
        "rows": [
            ("Dr Anne Lefebvre", "14 h 30", _("Maison de santé")),
            ("Karim Benali", "16 h", _("À domicile")),
        ],
        "tabs": [
            {"label": _("À venir"), "href": "#tabs", "current": True, "count": 2},
            {"label": _("Passés"), "href": "#tabs", "current": False, "count": 14},
        ],
        "names": ["Dr Anne Lefebvre", "Karim Benali", "Zofia Wiśniewska", "Luc d’Hondt"],
    }
