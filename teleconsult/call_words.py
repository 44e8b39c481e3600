"""The sentences that the scripts of a call say; `static/js/video/` holds none of its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from teleconsult.models import ParticipantRole


def call_words() -> dict[str, Any]:
    """`{name}` is put in by the page: who it is, it knows only then."""
    return {
        "roles": dict(ParticipantRole.choices),
        "connecting": _("Connexion en cours…"),
        "looking": _("L’image est coupée. Nous la cherchons…"),
        "hard": _("La liaison ne s’établit pas. Nous essayons encore…"),
        "joined": _("{name} est dans l’appel."),
        "left": _("{name} a quitté l’appel."),
        "lost": _("La liaison avec {name} est coupée. Elle va revenir."),
        "back": _("La liaison avec {name} est revenue."),
        "muted": _("{name} a coupé son micro."),
        "unmuted": _("{name} a rouvert son micro."),
        "shows": _("{name} montre son écran ou un document."),
        "shows_no_more": _("{name} ne montre plus rien."),
        "their_voice": _("{name} n’envoie plus que le son : son réseau est faible."),
        "said": _("Message de {name} : {text}"),
        "voice": _("Le réseau est faible : votre image est coupée pour garder le son."),
        "line_back": _("Le service répond de nouveau."),
        "telephone": _("L’appel continue par téléphone."),
        "knocked": _("Quelqu’un attend d’entrer."),
        "microphone_on": _("Votre micro est ouvert."),
        "microphone_off": _("Votre micro est coupé."),
        "camera_on": _("Votre caméra est allumée."),
        "camera_off": _("Votre caméra est éteinte."),
        "quality": {
            "wait": "",
            "good": _("Bonne liaison"),
            "fair": _("Liaison moyenne"),
            "poor": _("Liaison faible"),
            "none": _("Rien n’arrive"),
        },
        "device": {"audio": _("Micro"), "video": _("Caméra"), "output": _("Haut-parleur")},
        "enter": {
            "both": _("Entrer sans caméra ni micro"),
            "audio": _("Entrer sans micro"),
            "video": _("Entrer sans caméra"),
        },
        "problem": _problems(),
        "help": _help(),
    }


def _problems() -> dict[str, dict[str, str]]:
    unsupported = _("Ce navigateur ne sait pas faire d’appel vidéo.")
    insecure = _("Cette page n’est pas ouverte en https : le navigateur refuse la caméra et le micro.")
    return {
        "both": {
            "denied": _("Le navigateur n’a pas le droit d’utiliser votre caméra et votre micro."),
            "missing": _("Aucune caméra ni aucun micro n’a été trouvé."),
            "busy": _("La caméra et le micro ne répondent pas."),
            "gone": _("La caméra et le micro ont été débranchés."),
            "unsupported": unsupported,
            "insecure": insecure,
        },
        "audio": {
            "denied": _("Le navigateur n’a pas le droit d’utiliser votre micro."),
            "missing": _("Aucun micro n’a été trouvé."),
            "busy": _("Votre micro ne répond pas."),
            "gone": _("Votre micro a été débranché."),
            "unsupported": unsupported,
            "insecure": insecure,
        },
        "video": {
            "denied": _("Le navigateur n’a pas le droit d’utiliser votre caméra."),
            "missing": _("Aucune caméra n’a été trouvée."),
            "busy": _("Votre caméra ne répond pas."),
            "gone": _("Votre caméra a été débranchée."),
            "unsupported": unsupported,
            "insecure": insecure,
        },
    }


def _help() -> dict[str, Any]:
    """What to do, by the reason, and for the right to use a device by the browser at hand."""
    again = _("Ensuite, choisissez « Réessayer ».")
    without = _("Vous pouvez aussi entrer sans : vous écoutez, et vous écrivez dans la discussion.")
    return {
        "denied": {
            "chrome": [
                _("Cliquez sur le petit signe à gauche de l’adresse de cette page, en haut."),
                _("Autorisez « Caméra » et « Microphone »."),
                again,
            ],
            "firefox": [
                _("Cliquez sur la caméra barrée à gauche de l’adresse, en haut."),
                _("Effacez le blocage en cliquant sur la croix."),
                again,
            ],
            "safari": [
                _("Dans le menu Safari, ouvrez « Réglages pour ce site web »."),
                _("Choisissez « Autoriser » pour la caméra et le microphone."),
                again,
            ],
            "ios": [
                _("Touchez le signe à gauche de l’adresse, puis « Réglages du site web »."),
                _("Choisissez « Autoriser » pour l’appareil photo et le micro."),
                _("Si rien ne change : Réglages de l’appareil, Apps, Safari, Appareil photo et Micro."),
                again,
            ],
            "android": [
                _("Touchez le signe à gauche de l’adresse, puis « Autorisations »."),
                _("Autorisez l’appareil photo et le micro."),
                _(
                    "Si rien ne change : Paramètres du téléphone, Applications, votre navigateur, Autorisations."
                ),
                again,
            ],
        },
        "missing": [_("Branchez un casque ou une caméra, ou prenez votre téléphone."), again, without],
        "gone": [_("Rebranchez l’appareil, ou choisissez-en un autre."), again, without],
        "busy": [
            _("Un autre programme s’en sert peut-être : fermez les autres appels vidéo."),
            _("Si cela dure, redémarrez l’appareil."),
            again,
            without,
        ],
        "unsupported": [
            _(
                "Ouvrez le lien de votre rendez-vous avec une version récente de Chrome, Edge, Firefox ou Safari."
            ),
            _("Ou appelez la maison : le rendez-vous se fera par téléphone."),
        ],
        "insecure": [_("Ouvrez le lien reçu dans votre message : il commence par https.")],
    }
