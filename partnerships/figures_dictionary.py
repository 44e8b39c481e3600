"""The dictionary of the figures: every column, by theme, in the order of the pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from partnerships import figures_columns as own
from partnerships import figures_columns_waits as waits

DICTIONARY = (
    (
        _("Activité"),
        (
            own.VISITS,
            own.UNSCHEDULED,
            own.TELECONSULTATIONS,
            own.HOME_VISITS,
            own.ONLINE,
            own.PATIENTS,
            own.NEW_PATIENTS,
        ),
    ),
    (
        _("Remplissage"),
        (
            own.FILL,
            own.OPEN_HOURS,
            own.BOOKED_HOURS,
            own.SEAT_FILL,
            own.SEATS_TAKEN,
            own.SEATS,
            own.SESSIONS,
            own.SESSIONS_CANCELLED,
        ),
    ),
    (
        _("Délais"),
        (
            waits.DELAY_MEDIAN,
            waits.DELAY_NINTH,
            waits.DELAY_VISITS,
            waits.FIRST_MEDIAN,
            waits.FIRST_NINTH,
            waits.FIRST_VISITS,
            waits.ANSWER_MEDIAN,
            waits.ANSWER_NINTH,
            waits.ANSWERS,
            waits.REQUEST_MEDIAN,
            waits.REQUEST_NINTH,
            waits.TARGET,
            waits.SERVED,
            waits.IN_TIME,
            waits.WITHIN_TARGET,
            waits.WAITING,
            waits.WAITING_LATE,
        ),
    ),
    (_("Absences"), (own.NO_SHOW_RATE, own.NO_SHOWS, own.EXPECTED)),
    (_("Adressages"), (own.REFERRALS, waits.REQUESTS)),
    (
        _("Équipe"),
        (own.MEETINGS, own.ATTENDANCES, own.DISCUSSED, own.PROTOCOLS, own.COOPERATIONS),
    ),
)
