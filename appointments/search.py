"""« Qui ? Pour quoi ? Quand ? »: what a visitor asks, and the week of slots that answers. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import DateField, QuerySet

from appointments.availability import Slot
from appointments.models import PlaceKind, ReasonCategory, VisitReason
from core import clock
from core.prepared import Question, ask, given
from practitioners.house import the_house
from practitioners.models import Place, Profession
from practitioners.models.practitioner import SpokenLanguage

DELAYS = {
    "semaine": timedelta(0),
    "prochaine": timedelta(days=7),
    "quinzaine": timedelta(days=14),
    "mois": timedelta(days=30),
}
# Making them anew for each reason of the house costs more than the search itself.
UNREAD = (
    "instructions",
    "what_to_bring",
    *(
        f"practitioner__{name}"
        for name in ("phone", "rpps", "presentation", "fees_sector", "fees_notes", "photo", "speciality")
    ),
)
MOMENTS = {"matin": (0, 12), "apres-midi": (12, 18), "soir": (18, 24)}


@dataclass(frozen=True)
class Wish:
    """What was asked, cleaned: an unknown word is as good as none."""

    profession: str = ""
    motif: str = ""
    praticien: str = ""
    ou: str = ""
    lieu: int | None = None
    langue: str = ""
    moment: str = ""
    first_day: date = field(default_factory=clock.today)
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str], today: date) -> Wish:
        moment = parameters.get("moment", "")
        ou = parameters.get("ou", "")
        lieu, page = parameters.get("lieu", ""), parameters.get("page", "")
        return cls(
            profession=parameters.get("profession", "")[:80],
            motif=parameters.get("motif", "")[:80],
            praticien=parameters.get("praticien", "")[:120],
            ou=ou if ou in PlaceKind else "",
            lieu=int(lieu) if _is_small_number(lieu) else None,
            langue=parameters.get("langue", "")[:3],
            moment=moment if moment in MOMENTS else "",
            first_day=_first_day(parameters, today),
            page=int(page) if _is_small_number(page) else 1,
        )

    def accepts(self, reason: VisitReason) -> bool:
        practitioner = reason.practitioner
        return (
            self.motif in ("", reason.category.slug)
            and self.profession in ("", practitioner.profession.slug)
            and self.praticien in ("", practitioner.slug)
            and self.ou in ("", reason.place_kind)
            and (not self.langue or self.langue in practitioner.languages)
        )

    @property
    def narrows(self) -> bool:
        """Whether it refuses some times of a practitioner."""
        return bool(self.moment) or self.lieu is not None

    def keeps(self, slot: Slot) -> bool:
        if self.lieu is not None and slot.opening.place_id != self.lieu:
            return False
        if not self.moment:
            return True
        first, last = MOMENTS[self.moment]
        return first <= clock.local(slot.start_at).hour < last


@dataclass(frozen=True)
class Choices:
    """What the search form offers: only what can be booked online."""

    professions: list[Profession]
    categories: list[ReasonCategory]
    languages: list[tuple[str, str]]
    places: list[Place]


def _online() -> QuerySet[VisitReason]:
    return (
        VisitReason.objects.online(given("today", DateField))
        .select_related("practitioner__profession", "category__profession")
        .defer(*UNREAD)
        .order_by("practitioner_id", "position", "pk")
    )


_ONLINE = Question(_online)


def online_reasons() -> list[VisitReason]:
    """Everything bookable from the public pages, one query."""
    return ask(_ONLINE(today=clock.today()))


def choices(reasons: Iterable[VisitReason]) -> Choices:
    categories = {reason.category_id: reason.category for reason in reasons}
    professions = {reason.practitioner.profession_id: reason.practitioner.profession for reason in reasons}
    languages = {language for reason in reasons for language in reason.practitioner.languages}
    return Choices(
        professions=sorted(professions.values(), key=lambda one: (one.position, one.name)),
        categories=sorted(
            categories.values(), key=lambda one: (one.profession.position, one.position, one.name)
        ),
        places=list(the_house().places.values()),
        languages=[(code, str(name)) for code, name in SpokenLanguage.choices if code in languages],
    )


def reasons_for(wish: Wish, reasons: Iterable[VisitReason]) -> list[VisitReason]:
    """One reason per practitioner: the first on his list that the wish accepts."""
    chosen: dict[int, VisitReason] = {}
    for reason in reasons:
        if wish.accepts(reason):
            chosen.setdefault(reason.practitioner_id, reason)
    return list(chosen.values())


def _first_day(parameters: Mapping[str, str], today: date) -> date:
    try:
        asked = date.fromisoformat(parameters.get("du", ""))
    except ValueError:
        delay = DELAYS.get(parameters.get("quand", ""), timedelta(0))
        monday = today - timedelta(days=today.weekday())
        asked = monday + delay if delay else today
    return min(max(asked, today), today + timedelta(days=366))


def _is_small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
