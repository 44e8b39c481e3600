"""The columns of the figures, each with its meaning, its unit, where it comes from and how it is counted."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from partnerships.figures_table import Column, Unit

VISIT_ROWS = _("rendez-vous du planning")
GIVEN = _(
    "Rendez-vous passés, ni annulés ni marqués absents. Un rendez-vous à deux professionnels compte pour chacun."
)
OPENING_ROWS = _("plages d’ouverture, absences, fermetures et rendez-vous du planning")
SESSION_ROWS = _("séances des consultations avancées")

VISITS = Column(
    "visits", _("Rendez-vous"), Unit.COUNT, _("Rendez-vous donnés."), VISIT_ROWS, GIVEN, is_people=True
)
UNSCHEDULED = Column(
    "unscheduled",
    _("Soins non programmés"),
    Unit.COUNT,
    _("Rendez-vous donnés sans être prévus."),
    _("rendez-vous du planning, venues sans rendez-vous"),
    _(
        "Donnés sur une plage de soins non programmés, ou à quelqu’un venu sans rendez-vous, ou envoyés par le SAS."
    ),
    is_people=True,
    part_of="visits",
)
TELECONSULTATIONS = Column(
    "teleconsultations",
    _("Téléconsultations"),
    Unit.COUNT,
    _("Rendez-vous donnés en vidéo."),
    VISIT_ROWS,
    GIVEN,
    is_people=True,
    part_of="visits",
)
HOME_VISITS = Column(
    "home_visits",
    _("À domicile"),
    Unit.COUNT,
    _("Rendez-vous donnés à domicile."),
    VISIT_ROWS,
    GIVEN,
    is_people=True,
    part_of="visits",
)
ONLINE = Column(
    "online",
    _("Pris en ligne"),
    Unit.COUNT,
    _("Rendez-vous donnés que la personne avait pris elle-même en ligne."),
    VISIT_ROWS,
    GIVEN,
    is_people=True,
    part_of="visits",
)
PATIENTS = Column(
    "patients",
    _("Personnes"),
    Unit.COUNT,
    _("Personnes différentes qui ont été reçues."),
    VISIT_ROWS,
    _("Chacune compte une fois par ligne : la somme des lignes peut dépasser le total."),
    is_people=True,
    adds_up=False,
)
NEW_PATIENTS = Column(
    "new_patients",
    _("Nouvelles"),
    Unit.COUNT,
    _("Personnes que la maison n’avait jamais reçues."),
    VISIT_ROWS,
    _(
        "Leur tout premier rendez-vous donné dans la maison, tous professionnels confondus, tombe dans la période."
    ),
    is_people=True,
    adds_up=False,
)

FILL = Column(
    "fill",
    _("Remplissage"),
    Unit.PERCENT,
    _("Part du temps ouvert qui a été réservée."),
    OPENING_ROWS,
    _(
        "Heures réservées dans les plages, divisées par les heures ouvertes. Le temps d’un absent reste réservé."
    ),
)
OPEN_HOURS = Column(
    "open_hours",
    _("Heures ouvertes"),
    Unit.HOURS,
    _("Temps où l’on pouvait être reçu."),
    OPENING_ROWS,
    _("Plages, moins absences, ateliers et fermetures. Deux plages qui se recouvrent comptent une fois."),
)
BOOKED_HOURS = Column(
    "booked_hours",
    _("Heures réservées"),
    Unit.HOURS,
    _("Temps des rendez-vous, à l’intérieur des plages."),
    OPENING_ROWS,
    _("Rendez-vous non annulés ; de deux à la même heure, un seul compte ; hors des plages, aucun."),
)
SEAT_FILL = Column(
    "seat_fill",
    _("Remplissage"),
    Unit.PERCENT,
    _("Part des places des séances qui ont été prises."),
    SESSION_ROWS,
    _("Places prises divisées par places offertes ; plus de 100 % si une séance a reçu en surnombre."),
    bases=("seats_taken",),
)
SEATS_TAKEN = Column(
    "seats_taken",
    _("Places prises"),
    Unit.COUNT,
    _("Rendez-vous non annulés dans les séances tenues."),
    SESSION_ROWS,
    _("Rendez-vous posés sur la plage de la séance, absents compris."),
    is_people=True,
)
SEATS = Column(
    "seats",
    _("Places"),
    Unit.COUNT,
    _("Places offertes dans les séances tenues."),
    SESSION_ROWS,
    _("Somme des places."),
)
SESSIONS = Column(
    "sessions",
    _("Séances"),
    Unit.COUNT,
    _("Séances non annulées."),
    SESSION_ROWS,
    _("Selon le jour de la séance."),
)
SESSIONS_CANCELLED = Column(
    "sessions_cancelled",
    _("Annulées"),
    Unit.COUNT,
    _("Séances annulées."),
    SESSION_ROWS,
    _("Selon le jour où elles devaient se tenir, remplacées ou non."),
)

NO_SHOW_RATE = Column(
    "no_show_rate",
    _("Absences"),
    Unit.PERCENT,
    _("Part des personnes attendues qui ne sont pas venues."),
    VISIT_ROWS,
    _("Absents divisés par attendus."),
    bases=("no_shows", "expected"),
)
NO_SHOWS = Column(
    "no_shows",
    _("Absents"),
    Unit.COUNT,
    _("Rendez-vous marqués « absent »."),
    VISIT_ROWS,
    _("Un rendez-vous annulé ou excusé n’est pas une absence."),
    is_people=True,
    part_of="expected",
)
EXPECTED = Column(
    "expected",
    _("Attendus"),
    Unit.COUNT,
    _("Rendez-vous dont on sait s’ils ont été honorés."),
    VISIT_ROWS,
    _("Arrivé, en consultation, honoré ou absent. Ceux que personne n’a pointés ne comptent pas."),
    is_people=True,
)

REFERRALS = Column(
    "referrals",
    _("Adressages"),
    Unit.COUNT,
    _("Adressages envoyés d’une profession à l’autre."),
    _("adressages"),
    _(
        "Selon le jour d’envoi. Réorienté, il compte une fois, là où il est arrivé ; retiré, il ne compte pas."
    ),
    is_people=True,
)

MEETING_ROWS = _("réunions d’équipe (RCP)")
MINUTES = _("Réunions de concertation de la période dont le compte rendu est validé.")
IN_FORCE = _("En vigueur au dernier jour de la période.")
MEETINGS = Column(
    "meetings", _("RCP"), Unit.COUNT, _("Réunions tenues."), MEETING_ROWS, MINUTES, adds_up=False
)
ATTENDANCES = Column(
    "attendances",
    _("Présences"),
    Unit.COUNT,
    _("Présents à ces réunions."),
    MEETING_ROWS,
    MINUTES,
    adds_up=False,
)
DISCUSSED = Column(
    "discussed",
    _("Personnes discutées"),
    Unit.COUNT,
    _("Personnes différentes dont l’équipe a parlé."),
    MEETING_ROWS,
    MINUTES,
    is_people=True,
    adds_up=False,
)
PROTOCOLS = Column(
    "protocols",
    _("Protocoles de l’équipe"),
    Unit.COUNT,
    _("Protocoles pluriprofessionnels adoptés."),
    _("protocoles de l’équipe"),
    IN_FORCE,
    adds_up=False,
)
COOPERATIONS = Column(
    "cooperations",
    _("Protocoles de coopération"),
    Unit.COUNT,
    _("Protocoles de coopération en cours."),
    _("protocoles de coopération"),
    IN_FORCE,
    adds_up=False,
)
