"""Why a file is not taken, in a sentence for its sender that says what to do."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.refusal import Refusal


class Why(TextChoices):
    EMPTY = "empty", _("Ce fichier est vide. Vérifiez-le, puis envoyez-le à nouveau.")
    HEAVY = "heavy", _("Ce fichier dépasse 20 Mo. Envoyez-en un plus léger, ou en plusieurs fois.")
    UNKNOWN = (
        "unknown",
        _("Ce fichier n’est ni une image (JPEG, PNG, WebP, HEIC) ni un PDF. Envoyez une photo ou un PDF."),
    )
    UNREADABLE = (
        "unreadable",
        _("Ce fichier est abîmé ou incomplet : il ne s’ouvre pas. Envoyez-le à nouveau, ou une photo."),
    )
    LARGE = "large", _("Cette image a trop de points. Prenez une photo plus petite, ou une capture d’écran.")
    LONG = "long", _("Ce PDF a plus de 200 pages. Envoyez-le en plusieurs fichiers.")
    LOCKED = "locked", _("Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe.")
    TRAP = "trap", _("Ce fichier est trop lourd à ouvrir. Envoyez plutôt une photo ou une capture d’écran.")
    FAILED = "failed", _("Ce fichier n’a pas pu être contrôlé. Envoyez-le à nouveau dans un moment.")


class NotTaken(Refusal):
    """Refused before anything is written: `code` is a `Why`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.label)
        self.code = str(why)


class NoRoom(Refusal):
    """The disk took nothing: the row is not written either."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Votre fichier n’a pas pu être enregistré : la place manque sur le serveur."
                " Rien n’est perdu de ce que vous avez écrit. Réessayez dans un moment, ou appelez-nous."
            )
        )
