"""What the patient said about the sharing of his record, and who broke the glass, in the timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.models import DeathRecord
from coordination.timeline import Entry, Source, Words, add_source
from core.formats import french
from patients.models import Consent, EmergencyAccess, Patient
from patients.models.consent import Decision
from practitioners.models import Practitioner


def _words(patient: Patient, reader: Practitioner | None) -> QuerySet[Consent]:
    return Consent.objects.filter(patient=patient)


def _word_lines(rows: Iterable[Consent]) -> Iterator[Entry]:
    for consent in rows:
        whom = consent.practitioner.display_name if consent.practitioner else _("toute la maison")
        withdrawn = french.full_day_with_year(consent.withdrawn_at) if consent.withdrawn_at else ""
        yield Entry(
            kind="consent",
            pk=consent.pk,
            at=consent.recorded_at,
            title=_TITLES[Decision(consent.decision)] % {"name": whom},
            summary=_("retiré le %(day)s") % {"day": withdrawn} if withdrawn else consent.get_means_display(),
        )


_TITLES = {
    Decision.OPPOSES: gettext_lazy("Opposition au partage : %(name)s"),
    Decision.INFORMED: gettext_lazy("Information donnée : %(name)s"),
    Decision.AGREES: gettext_lazy("Accord au partage : %(name)s"),
}


def _emergencies(patient: Patient, reader: Practitioner | None) -> QuerySet[EmergencyAccess]:
    return EmergencyAccess.objects.filter(patient=patient)


def _emergency_lines(rows: Iterable[EmergencyAccess]) -> Iterator[Entry]:
    for access in rows:
        yield Entry(
            kind="emergency",
            pk=access.pk,
            at=access.opened_at,
            title=_("Dossier ouvert en urgence"),
            summary=access.justification,
            author=access.practitioner.display_name,
        )


def _deaths(patient: Patient, reader: Practitioner | None) -> QuerySet[DeathRecord]:
    return DeathRecord.objects.filter(patient=patient)


def _death_lines(rows: Iterable[DeathRecord]) -> Iterator[Entry]:
    for death in rows:
        undone = _("annulé : %(why)s") % {"why": death.undone_why} if death.undone_at else ""
        yield Entry(
            kind="death",
            pk=death.pk,
            at=death.recorded_at,
            title=_("Décès noté : %(day)s") % {"day": french.full_day_with_year(death.died_on)},
            summary=undone or _("appris par %(whom)s") % {"whom": death.get_learnt_from_display()},
            author=str(death.recorded_by),
        )


add_source(
    Source(
        kind="death",
        label=gettext_lazy("Décès"),
        sign="slash-circle",
        at="recorded_at",
        rows=_deaths,
        entries=Words(
            lambda keys: [DeathRecord.objects.filter(pk__in=keys).select_related("recorded_by")], _death_lines
        ),
        clinical=False,
        author="recorded_by__practitioner",
        # An administrative fact that whoever would ring or write has to know.
        may_be_opposed=False,
        told_to_patient=False,
    )
)
add_source(
    Source(
        kind="consent",
        label=gettext_lazy("Accords et oppositions"),
        sign="shield-check",
        at="recorded_at",
        rows=_words,
        entries=Words(
            lambda keys: [Consent.objects.filter(pk__in=keys).select_related("practitioner")], _word_lines
        ),
        clinical=False,
        # His own words on the sharing: who must heed them has to read them.
        may_be_opposed=False,
    )
)
add_source(
    Source(
        kind="emergency",
        label=gettext_lazy("Accès en urgence"),
        sign="shield-lock",
        at="opened_at",
        rows=_emergencies,
        entries=Words(
            lambda keys: [EmergencyAccess.objects.filter(pk__in=keys).select_related("practitioner")],
            _emergency_lines,
        ),
        author="practitioner",
        # Who broke the glass is seen by the team as well as by the patient: nobody takes it out of sight.
        may_be_opposed=False,
    )
)
