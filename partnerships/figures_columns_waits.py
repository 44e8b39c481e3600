"""The columns of what one waits for: delays of visits, adressages and requests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from partnerships.figures_columns import VISIT_ROWS
from partnerships.figures_table import Column, Unit

REQUEST_ROWS = _("demandes de consultation avancée")

DELAY_HOW = _(
    "Jours du calendrier entre la réservation et le rendez-vous donné (0 : le jour même). Sans les soins non programmés"
    " ni les séances en série."
)
DELAY_MEDIAN = Column(
    "delay_median",
    _("Délai médian"),
    Unit.DAYS,
    _("La moitié des rendez-vous ont été donnés en ce nombre de jours au plus."),
    VISIT_ROWS,
    DELAY_HOW,
    bases=("delay_visits",),
)
DELAY_NINTH = Column(
    "delay_ninth",
    _("9 sur 10 en"),
    Unit.DAYS,
    _("Neuf rendez-vous sur dix ont été donnés en ce nombre de jours au plus (neuvième décile)."),
    VISIT_ROWS,
    DELAY_HOW,
    bases=("delay_visits",),
)
DELAY_VISITS = Column(
    "delay_visits",
    _("Rendez-vous comptés"),
    Unit.COUNT,
    _("Rendez-vous dont le délai est compté."),
    VISIT_ROWS,
    DELAY_HOW,
    is_people=True,
)
FIRST_MEDIAN = Column(
    "first_median",
    _("Délai médian"),
    Unit.DAYS,
    _("La moitié des nouvelles personnes ont attendu ce nombre de jours au plus."),
    VISIT_ROWS,
    _("Comme le délai, pour le tout premier rendez-vous d’une personne dans la maison."),
    bases=("first_visits",),
)
FIRST_NINTH = Column(
    "first_ninth",
    _("9 sur 10 en"),
    Unit.DAYS,
    _("Neuf nouvelles personnes sur dix ont attendu ce nombre de jours au plus."),
    VISIT_ROWS,
    _("Comme le délai, pour le tout premier rendez-vous d’une personne dans la maison."),
    bases=("first_visits",),
)
FIRST_VISITS = Column(
    "first_visits",
    _("Premières fois"),
    Unit.COUNT,
    _("Premiers rendez-vous dont le délai est compté."),
    VISIT_ROWS,
    DELAY_HOW,
    is_people=True,
)
ANSWER_MEDIAN = Column(
    "answer_median",
    _("Délai médian"),
    Unit.DAYS,
    _("La moitié des adressages ont eu leur première séance en ce nombre de jours au plus."),
    _("adressages, séances en série"),
    _("Jours du calendrier entre l’envoi de l’adressage et la première séance donnée."),
    bases=("answers",),
)
ANSWER_NINTH = Column(
    "answer_ninth",
    _("9 sur 10 en"),
    Unit.DAYS,
    _("Neuf adressages sur dix ont eu leur première séance en ce nombre de jours au plus."),
    _("adressages, séances en série"),
    _("Jours du calendrier entre l’envoi de l’adressage et la première séance donnée."),
    bases=("answers",),
)
ANSWERS = Column(
    "answers",
    _("Adressages"),
    Unit.COUNT,
    _("Adressages dont la première séance tombe dans la période."),
    _("adressages, séances en série"),
    _("Comptés à la profession qui a pris en charge."),
    is_people=True,
)

REQUEST_DAYS = _("Jours du calendrier entre la réception de la demande et le rendez-vous donné.")
REQUEST_MEDIAN = Column(
    "request_median",
    _("Délai médian"),
    Unit.DAYS,
    _("La moitié des demandes ont eu leur rendez-vous en ce nombre de jours au plus."),
    REQUEST_ROWS,
    REQUEST_DAYS,
    bases=("served",),
)
REQUEST_NINTH = Column(
    "request_ninth",
    _("9 sur 10 en"),
    Unit.DAYS,
    _("Neuf demandes sur dix ont eu leur rendez-vous en ce nombre de jours au plus."),
    REQUEST_ROWS,
    REQUEST_DAYS,
    bases=("served",),
)
TARGET = Column(
    "target",
    _("Délai visé"),
    Unit.DAYS,
    _("Délai que la consultation avancée se donne pour un premier rendez-vous."),
    _("consultations avancées"),
    _("Réglé sur la page de la consultation avancée."),
)
SERVED = Column(
    "served",
    _("Reçues"),
    Unit.COUNT,
    _("Demandes dont le rendez-vous a été donné dans la période."),
    REQUEST_ROWS,
    _("Selon le jour du rendez-vous."),
    is_people=True,
)
IN_TIME = Column(
    "in_time",
    _("Reçues à temps"),
    Unit.COUNT,
    _("Demandes dont le rendez-vous a été donné dans le délai visé."),
    REQUEST_ROWS,
    REQUEST_DAYS,
    is_people=True,
    part_of="served",
)
WITHIN_TARGET = Column(
    "within_target",
    _("Dans le délai"),
    Unit.PERCENT,
    _("Part des demandes reçues dans le délai visé."),
    REQUEST_ROWS,
    REQUEST_DAYS,
    bases=("in_time", "served"),
)
WAITING = Column(
    "waiting",
    _("En attente"),
    Unit.COUNT,
    _("Demandes qui n’ont pas encore de rendez-vous, aujourd’hui."),
    REQUEST_ROWS,
    _("À trier, précision demandée, en liste d’attente ou invitées à choisir ; quelle que soit la période."),
    is_people=True,
)
WAITING_LATE = Column(
    "waiting_late",
    _("En retard"),
    Unit.COUNT,
    _("Celles qui attendent depuis plus longtemps que le délai visé."),
    REQUEST_ROWS,
    _("Comptées aujourd’hui, quelle que soit la période."),
    is_people=True,
    part_of="waiting",
)
REQUESTS = Column(
    "requests",
    _("Demandes"),
    Unit.COUNT,
    _("Demandes de consultation avancée reçues."),
    REQUEST_ROWS,
    _(
        "Selon le jour de réception. Réorientée, elle compte une fois, là où elle est arrivée ; retirée, jamais."
    ),
    is_people=True,
)
