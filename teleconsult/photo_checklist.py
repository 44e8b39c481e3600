"""Which views an opinion needs, speciality by speciality, and how each is taken well.

Constants and no configuration: these are the rules of good photography (they change with the profession's habits, not
with a tariff or a date), every word of them is translated and tested, and a house that left one out would only get
its questions sent back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from teleconsult.models import PhotoView


@dataclass(frozen=True)
class Shot:
    """One view: what it is good for and how it is taken, in plain words."""

    view: PhotoView
    advice: str | Promise
    is_needed: bool = True

    @property
    def label(self) -> str | Promise:
        return self.view.label


OVERVIEW = Shot(
    PhotoView.OVERVIEW,
    _("À un mètre environ : on reconnaît l’endroit du corps et on voit la peau autour."),
)
CLOSE_UP = Shot(
    PhotoView.CLOSE_UP,
    _("À 15 ou 20 cm, bien en face. Touchez l’écran sur la lésion pour faire la mise au point."),
)
SCALE = Shot(
    PhotoView.SCALE,
    _("La même, avec une règle posée à côté, à plat, sans cacher la lésion."),
)
DERMOSCOPY = Shot(
    PhotoView.DERMOSCOPY,
    _("Si vous avez un dermoscope : posé sur la peau, avec du gel, l’appareil contre l’oculaire."),
    is_needed=False,
)
OTHER = Shot(
    PhotoView.OTHER,
    _("Tout ce qui aide encore : l’autre côté du corps, un profil, un résultat affiché."),
    is_needed=False,
)

ADVICE = (
    _("Lumière du jour, près d’une fenêtre, sans flash ni ombre sur la peau."),
    _("Peau propre et sèche, sans maquillage, bijou ni pansement."),
    _("Un fond uni : un drap, un champ. Pas de visage si ce n’est pas utile."),
    _("Regardez la photo avant de l’envoyer : si elle est floue, reprenez-la."),
)

DEFAULT = (OVERVIEW, CLOSE_UP, OTHER)
CHECKLISTS: dict[str, tuple[Shot, ...]] = {
    "dermatology": (OVERVIEW, CLOSE_UP, SCALE, DERMOSCOPY, OTHER),
    "cardiology": (
        Shot(PhotoView.OTHER, _("Le tracé de l’électrocardiogramme, à plat, en entier, sans reflet.")),
    ),
}
# In the record, and in a visit: all views, none of them owed.
EVERY = tuple(Shot(one.view, one.advice, is_needed=False) for one in CHECKLISTS["dermatology"])


def checklist_of(speciality: str) -> tuple[Shot, ...]:
    return CHECKLISTS.get(speciality, DEFAULT)


def missing(speciality: str, views: Iterable[str]) -> list[Shot]:
    """What is still owed, in the order of the list."""
    taken = set(views)
    return [shot for shot in checklist_of(speciality) if shot.is_needed and shot.view not in taken]
