"""What a person agrees to before he is seen on a screen. A text that changes gets a new date; the old one stays."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# In the order of their dates; the last one is shown. The key is kept with the answer.
TEXTS = {
    "2026-11": (
        _("Je suis d’accord pour que ce rendez-vous ait lieu en vidéo."),
        _("L’image et le son vont directement d’un appareil à l’autre, chiffrés. Rien n’est enregistré."),
        _("Je suis dans un endroit calme, où personne n’entend ce qui se dit sans mon accord."),
        _(
            "Je peux changer d’avis à tout moment, avant ou pendant le rendez-vous : on me propose alors de me rappeler"
            " ou de me recevoir."
        ),
    ),
}
CURRENT = list(TEXTS)[-1]


def text_now() -> tuple[object, ...]:
    return TEXTS[CURRENT]
