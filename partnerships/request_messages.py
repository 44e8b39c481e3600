"""What messages about a request may say: a step, in neutral words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# What somebody who works here reads, by what has happened.
WORDS = {
    "sent": (_("Une demande est à trier"), _("Une demande de rendez-vous attend votre décision.")),
    "answered": (_("Réponse à votre question"), _("La précision que vous demandiez est arrivée.")),
    "asked": (_("Une précision vous est demandée"), _("Votre demande attend une précision de votre part.")),
    "accepted": (
        _("Votre demande est acceptée"),
        _("Votre demande est acceptée : la personne est en liste d’attente."),
    ),
    "refused": (_("Votre demande est refusée"), _("Votre demande est refusée. La raison est écrite.")),
    "redirected": (_("Votre demande est transmise"), _("Votre demande est transmise à quelqu’un d’autre.")),
    "transferred": (
        _("Une demande vous revient"),
        _("La personne a accepté une place chez vous : sa demande vous revient."),
    ),
    "withdrawn": (_("Une demande est retirée"), _("Une demande est retirée : rien n’est plus attendu.")),
    "reminder": (_("Rappel : une demande vous attend"), _("Une demande attend que vous agissiez.")),
    "warning": (_("Une demande attend toujours"), _("Qui a demandé n’a pas encore donné suite.")),
    "escalated": (
        _("Une demande est sans réponse"),
        _("Personne n’a agi dans les délais : la demande est sur votre liste."),
    ),
}

# What the patient, or who wrote without an account, reads.
PLAIN = {
    "sent": (_("Votre demande est bien arrivée"), _("Nous avons reçu la demande. Nous répondons vite.")),
    "asked": (_("Il nous manque une précision"), _("Pour continuer, il nous faut une précision.")),
    "accepted": (
        _("La demande est acceptée"),
        _("La demande est acceptée. Nous proposerons un rendez-vous dès qu’une place convient."),
    ),
    "refused": (_("La demande n’a pas pu être acceptée"), _("La réponse est à lire sur cette page.")),
    "redirected": (
        _("La demande est transmise"),
        _("La demande est transmise à quelqu’un d’autre. Vous n’avez rien à faire."),
    ),
    "withdrawn": (_("La demande est retirée"), _("La demande est retirée. Vous n’avez rien à faire.")),
}
