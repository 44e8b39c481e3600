"""Two records side by side, in the words of the desk. Reads, never writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.formats.french import telephone
from patients.links import links
from patients.models import Patient, Proxy
from patients.models.proxy import Relation


class Line(NamedTuple):
    label: str | Promise
    left: str
    right: str

    @property
    def differs(self) -> bool:
        return self.left != self.right


_TRAITS: list[tuple[str | Promise, Callable[[Patient], object]]] = [
    (_("Nom de naissance"), lambda p: p.birth_name),
    (_("Prénoms de naissance"), lambda p: p.birth_first_names),
    (_("Nom utilisé"), lambda p: p.used_name),
    (_("Date de naissance"), lambda p: f"{p.birth_date:%d/%m/%Y}"),
    (_("Sexe"), lambda p: p.get_sex_display()),
    (_("Lieu de naissance (code INSEE)"), lambda p: p.birth_place_code),
    (_("Statut de l’identité"), lambda p: p.identity_status.label),
    (_("Matricule INS"), lambda p: p.shown_ins),
    (_("Téléphone"), lambda p: telephone(p.phone) if p.phone else ""),
    (_("E-mail"), lambda p: p.email),
    (_("Adresse"), lambda p: f"{p.address} {p.postal_code} {p.city}".strip()),
    (_("Médecin traitant"), lambda p: p.attending_doctor or p.attending_doctor_outside),
    (_("Décès"), lambda p: f"{p.deceased_on:%d/%m/%Y}" if p.deceased_on else ""),
    (_("Fiche créée le"), lambda p: f"{p.created_at:%d/%m/%Y}"),
]


def compared(left: Patient, right: Patient) -> list[Line]:
    """Traits first, then how many rows hang on each record."""
    lines = [Line(label, str(trait(left) or ""), str(trait(right) or "")) for label, trait in _TRAITS]
    lines.append(Line(_("Compte en ligne"), _account(left), _account(right)))
    for link in links():
        if link.model is Proxy:
            continue
        counts = [link.rows_of(one.pk).count() for one in (left, right)]
        if any(counts):
            name = capfirst(str(link.model._meta.verbose_name_plural))
            lines.append(Line(name, str(counts[0]), str(counts[1])))
    return lines


def _account(patient: Patient) -> str:
    own = Proxy.objects.in_force().filter(patient=patient, relation=Relation.SELF)
    return ", ".join(own.order_by("pk").values_list("user__email", flat=True))
