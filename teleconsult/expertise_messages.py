"""What messages about a request for an opinion may say: a step, in neutral words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# What somebody who works here reads, by what has happened.
WORDS = {
    "sent": (_("Un avis vous est demandé"), _("Un professionnel de la maison attend votre avis.")),
    "returned": (_("Un avis est à nouveau demandé"), _("Une demande d’avis attend à nouveau quelqu’un.")),
    "to_pool": (
        _("Une demande d’avis va plus loin"),
        _("Sans réponse dans le délai, la demande est proposée à tous les experts qui peuvent répondre."),
    ),
    "to_visit": (
        _("Un rendez-vous remplace l’avis"),
        _("Sans réponse dans le délai, un rendez-vous prioritaire est à prendre à la place de l’avis."),
    ),
    "asked": (
        _("Une précision vous est demandée"),
        _("Pour donner son avis, l’expert attend une précision."),
    ),
    "detailed": (_("Réponse à votre question"), _("La précision que vous demandiez est arrivée.")),
    "answered": (_("Un avis vous attend"), _("L’avis que vous aviez demandé est à lire.")),
    "corrected": (_("Un avis est corrigé"), _("Un avis que vous aviez demandé est corrigé : relisez-le.")),
    "converted": (
        _("Un rendez-vous est proposé"),
        _("L’expert propose un rendez-vous. Il est à prendre avec la personne."),
    ),
    "booked": (_("Le rendez-vous est pris"), _("Le rendez-vous qui suit votre demande d’avis est pris.")),
    "declined": (
        _("Votre demande d’avis est déclinée"),
        _("Aucun expert ne peut répondre. La raison est écrite : décidez de la suite."),
    ),
    "withdrawn": (_("Une demande d’avis est retirée"), _("Plus rien n’est attendu de vous.")),
    "reminder": (_("Rappel : un avis est attendu"), _("Une demande d’avis attend que vous agissiez.")),
    "escalated": (
        _("Une demande d’avis est sans suite"),
        _("Personne n’a agi dans les délais : la demande est sur votre liste."),
    ),
}
