"""Return letters in the timeline: those written here. One that came as a file stands there as its document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.timeline import Entry, Source, Words, add_source
from partnerships.models import ReturnLetter
from partnerships.return_letter_access import KIND
from patients.models import Patient
from practitioners.models import Practitioner


def _letters(patient: Patient, reader: Practitioner | None) -> QuerySet[ReturnLetter]:
    return ReturnLetter.objects.arrived().filter(request__patient=patient, document=None)


def _lines(rows: Iterable[ReturnLetter]) -> Iterator[Entry]:
    for letter in rows:
        assert letter.arrived_at is not None
        title = _("Compte rendu de %(who)s") % {"who": letter.author.display_name}
        yield Entry(
            kind=KIND,
            pk=letter.pk,
            at=letter.arrived_at,
            title=title,
            summary=str(letter.get_next_step_display()),
            author=letter.author.display_name,
            url=reverse("return_letter", args=[letter.pk]),
            title_for_patient=title,
        )


add_source(
    Source(
        kind=KIND,
        label=gettext_lazy("Comptes rendus de partenaires"),
        sign="file-earmark-text",
        at="arrived_at",
        rows=_letters,
        entries=Words(lambda keys: [ReturnLetter.objects.with_people().filter(pk__in=keys)], _lines),
        author="author",
        searched=("conclusion", "advice"),
    )
)
