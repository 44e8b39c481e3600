"""What « Essayer mon matériel » says when each part has been tried."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def check_words() -> dict[str, Any]:
    return {
        "check": {
            "trying": _("Essai en cours…"),
            "camera_good": _("Votre caméra marche : vous vous voyez."),
            "microphone_good": _("Votre micro marche : nous vous entendons."),
            "microphone_silent": _("Nous n’entendons rien. Parlez, ou choisissez un autre micro."),
            "sound_ask": _("Avez-vous entendu les deux notes ?"),
            "sound_good": _("Votre haut-parleur marche."),
            "sound_bad": _("Montez le son, vérifiez que le casque est branché, puis écoutez de nouveau."),
            "line_good": _("Votre réseau laisse passer l’appel."),
            "line_bad": _(
                "Le service d’appel ne répond pas depuis ce réseau. Essayez un autre réseau, par exemple le mobile."
            ),
            "relay_good": _("Le relais répond : l’appel passera aussi par un réseau difficile."),
            "relay_bad": _(
                "Le relais ne répond pas depuis ce réseau. L’appel peut quand même marcher ;"
                " sinon, utilisez le réseau mobile."
            ),
            "relay_none": _("Aucun relais n’est prévu ici : l’appel va directement d’un appareil à l’autre."),
            "all_good": _("Tout marche. Vous êtes prêt pour votre téléconsultation."),
            "some_bad": _("Un point est à revoir avant le rendez-vous. Lisez ce qui est écrit ci-dessus."),
            "still": _("Il reste à écouter le son."),
        },
    }
