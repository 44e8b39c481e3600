"""The page of a practitioner, and the screens on which he sets his hours."""

from django.urls import include, path

from appointments import converters  # noqa: F401 – registers « reference »
from appointments.views import (
    absences,
    calendars,
    caps,
    cascade,
    closures,
    disruptions,
    external_calendars,
    no_shows,
    openings,
    reasons,
    resources,
    rules,
)
from appointments.views.practitioner import practitioner

of_practitioner = [
    path("", rules.openings, name="openings"),
    path("plages/nouvelle/", rules.add_rule, name="add_rule"),
    path("plages/<int:pk>/", rules.edit_rule, name="edit_rule"),
    path("plages/<int:pk>/fin/", rules.end_rule, name="end_rule"),
    path("dates/nouvelle/", openings.add_opening, name="add_opening"),
    path("dates/<int:pk>/", openings.edit_opening, name="edit_opening"),
    path("dates/<int:pk>/annuler/", openings.cancel_opening, name="cancel_opening"),
    path("dates/<int:pk>/retablir/", openings.restore_opening, name="restore_opening"),
    path("absences/", absences.absences, name="absences"),
    path("absences/nouvelle/", absences.add_absence, name="add_absence"),
    path("absences/<int:pk>/", absences.edit_absence, name="edit_absence"),
    path("absences/<int:pk>/retirer/", absences.withdraw_absence, name="withdraw_absence"),
    path("agendas/", calendars.calendars, name="calendars"),
    path("agendas/adresse/", calendars.add_feed, name="add_feed"),
    path("agendas/adresse/<int:pk>/", calendars.edit_feed, name="edit_feed"),
    path("agendas/adresse/<int:pk>/renouveler/", calendars.renew_feed, name="renew_feed"),
    path("agendas/adresse/<int:pk>/fermer/", calendars.revoke_feed, name="revoke_feed"),
    path("agendas/nouveau/", external_calendars.add_calendar, name="add_calendar"),
    path("agendas/<int:pk>/", external_calendars.edit_calendar, name="edit_calendar"),
    path("agendas/<int:pk>/<slug:step>/", external_calendars.change_calendar, name="change_calendar"),
    path("absences/<int:pk>/replacer/", cascade.cascade, name="cascade"),
    path("absences/<int:pk>/replacer/proposer/", cascade.propose_cascade, name="propose_cascade"),
    path("absences/<int:pk>/replacer/envoyer/", cascade.send_cascade, name="send_cascade"),
    path("absences/<int:pk>/replacer/annuler/", cascade.undo_cascade, name="undo_cascade"),
    path(
        "absences/<int:pk>/replacer/<reference:reference>/",
        cascade.edit_cascade_line,
        name="edit_cascade_line",
    ),
    path("motifs/", reasons.reasons, name="reasons"),
    path("motifs/nouveau/", reasons.add_reason, name="add_reason"),
    path("motifs/<int:pk>/", reasons.edit_reason, name="edit_reason"),
]

urlpatterns = [
    path("praticiens/<slug:slug>/", practitioner, name="practitioner"),
    path("mon-cabinet/", rules.my_openings, name="my_openings"),
    path("mon-cabinet/a-replacer/", disruptions.disruptions, name="disruptions"),
    path(
        "mon-cabinet/a-replacer/<reference:reference>/maintenir/",
        disruptions.keep_disrupted,
        name="keep_disrupted",
    ),
    path(
        "mon-cabinet/a-replacer/<reference:reference>/deplacer/",
        disruptions.move_disrupted,
        name="move_disrupted",
    ),
    path(
        "mon-cabinet/a-replacer/<reference:reference>/annuler/",
        disruptions.cancel_disrupted,
        name="cancel_disrupted",
    ),
    path("mon-cabinet/absences-repetees/", no_shows.no_show_rule, name="no_show_rule"),
    path("mon-cabinet/plafonds/", caps.booking_caps, name="booking_caps"),
    path("mon-cabinet/plafonds/<int:pk>/fin/", caps.end_booking_cap, name="end_booking_cap"),
    path("patients/<int:pk>/episode/<int:programme_pk>/", caps.open_care_episode, name="open_care_episode"),
    path("mon-cabinet/agendas/", external_calendars.calendar_health, name="calendar_health"),
    path("mon-cabinet/fermetures/", closures.closures, name="closures"),
    path("mon-cabinet/fermetures/nouvelle/", closures.add_closure, name="add_closure"),
    path("mon-cabinet/fermetures/<int:pk>/lever/", closures.reopen_house, name="reopen_house"),
    path("mon-cabinet/salles/", resources.resources, name="resources"),
    path("mon-cabinet/salles/nouvelle/", resources.add_room, name="add_room"),
    path("mon-cabinet/salles/<int:pk>/", resources.edit_room, name="edit_room"),
    path("mon-cabinet/salles/equipement/nouveau/", resources.add_equipment, name="add_equipment"),
    path("mon-cabinet/salles/equipement/<int:pk>/", resources.edit_equipment, name="edit_equipment"),
    path("mon-cabinet/salles/fermer/", resources.add_resource_closure, name="add_resource_closure"),
    path(
        "mon-cabinet/salles/fermetures/<int:pk>/lever/",
        resources.reopen_resource,
        name="reopen_resource",
    ),
    path("mon-cabinet/<slug:slug>/", include(of_practitioner)),
]
