"""On the patient's page: « Inscrire à la prochaine RCP »."""

from django.utils.translation import gettext_lazy as _

from coordination.panels import Door, add_door, cares_in_the_house

add_door(Door("propose_patient", _("Inscrire à la prochaine RCP"), "people", cares_in_the_house, order=60))
