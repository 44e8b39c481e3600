"""RQD and TE2: what an act is worth on a day, and how many of the year are already done. Reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from core import clock
from core.formats import french
from patients.models import Patient
from practitioners.models import Practitioner
from teleconsult.models import ExpertiseAct, ExpertiseBill, ExpertiseTariff


@dataclass(frozen=True)
class Standing:
    """One act that is about to be done: how many came before it this year, and whether it will be paid."""

    act: ExpertiseAct
    done: int
    tariff: ExpertiseTariff | None

    @property
    def is_billable(self) -> bool:
        return self.tariff is not None and self.done < self.tariff.most_per_year

    @property
    def amount(self) -> Decimal:
        return self.tariff.amount if self.tariff is not None else Decimal(0)

    @property
    def sentence(self) -> str:
        if self.tariff is None:
            return _("Aucun tarif n’est noté pour %(act)s : l’acte ne sera pas facturé.") % {"act": self.act}
        words = {
            "act": self.act.value,
            "number": self.done + 1,
            "most": self.tariff.most_per_year,
            "amount": french.euros(self.amount),
        }
        if self.is_billable:
            return _("%(act)s : %(number)s sur %(most)s cette année pour ce patient, %(amount)s.") % words
        return (
            _("Déjà %(most)s %(act)s cette année pour ce patient : celle-ci ne sera pas facturée.") % words
            + " "
            + _("L’avis reste possible.")
        )


def tariff_on(act: ExpertiseAct, day: date) -> ExpertiseTariff | None:
    return ExpertiseTariff.objects.filter(act=act, since__lte=day).order_by("-since").first()


def standing_of(
    act: ExpertiseAct, patient: Patient, practitioner: Practitioner, day: date | None = None
) -> Standing:
    """Of the calendar year of that day."""
    day = day or clock.today()
    done = ExpertiseBill.objects.filter(
        act=act, patient=patient, practitioner=practitioner, done_on__year=day.year, is_billable=True
    )
    return Standing(act, done.count(), tariff_on(act, day))
