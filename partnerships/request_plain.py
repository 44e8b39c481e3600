"""Where a request stands, as one says it to somebody who is not of the trade. Reads."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partnerships.models import ConsultationRequest
from partnerships.models.request import RequestState as S

# The words of its mark and their colour, and what comes next.
PLAIN: dict[str, tuple[str | Promise, str, str | Promise]] = {
    S.DRAFT: (_("pas encore envoyée"), "off", ""),
    S.RECEIVED: (_("reçue"), "info", _("Nous la lisons et nous répondons dans les prochains jours.")),
    S.ASKED: (_("une précision est demandée"), "warning", _("Répondez pour que la demande avance.")),
    S.ACCEPTED: (
        _("acceptée, en attente d’une place"),
        "success",
        _("Nous proposerons une date dès qu’une place convient."),
    ),
    S.INVITED: (_("une place est à choisir"), "warning", _("Choisissez une date, ou appelez-nous.")),
    S.BOOKED: (_("rendez-vous pris"), "success", _("Le rendez-vous est pris.")),
    S.SEEN: (_("rendez-vous fait"), "success", _("Le rendez-vous a eu lieu.")),
    S.CLOSED: (_("terminée"), "off", _("Tout est terminé.")),
    S.REFUSED: (
        _("pas acceptée"),
        "off",
        _("Cette consultation ne convient pas. Parlez-en à votre médecin."),
    ),
    S.REDIRECTED: (_("transmise à quelqu’un d’autre"), "off", _("Vous n’avez rien à faire.")),
    S.WITHDRAWN: (_("retirée"), "off", _("Plus rien n’est demandé.")),
}


@dataclass(frozen=True)
class Plain:
    request: ConsultationRequest
    words: str | Promise
    kind: str
    next: str | Promise


def plain_of(request: ConsultationRequest) -> Plain:
    return Plain(request, *PLAIN[request.state])
