"""The number on the prescription was read wrongly, or another paper came: the series is corrected, the visits stay."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import ngettext

from accounts.models import User
from appointments.actions.book_series import Prescription, SeriesEnded
from appointments.models import AppointmentSeries
from appointments.series_progress import progress_of
from core.audit.record import record
from core.db import lock
from core.refusal import Refusal


class FewerThanTaken(Refusal):
    def __init__(self, taken: int) -> None:
        super().__init__(
            ngettext(
                "%(number)s séance est déjà faite ou réservée : annulez-en d’abord.",
                "%(number)s séances sont déjà faites ou réservées : annulez-en d’abord.",
                taken,
            )
            % {"number": taken}
        )


def correct_series(
    series: AppointmentSeries, prescription: Prescription, *, actor: User
) -> AppointmentSeries:
    """Raises `FewerThanTaken` or `SeriesEnded`; nothing is written then."""
    with transaction.atomic():
        lock("patient", series.patient_id)
        series = AppointmentSeries.objects.select_for_update(of=("self",), no_key=True).get(pk=series.pk)
        if not series.is_running:
            raise SeriesEnded
        taken = progress_of([series])[series.pk].taken
        if prescription.prescribed < taken:
            raise FewerThanTaken(taken)
        before = series.prescribed
        series.prescribed = prescription.prescribed
        series.prescribed_on, series.prescriber = prescription.prescribed_on, prescription.prescriber
        series.save(update_fields=["prescribed", "prescribed_on", "prescriber"])
        record(
            actor,
            "series.corrected",
            series,
            patient_id=series.patient_id,
            before=before,
            after=series.prescribed,
        )
    return series
