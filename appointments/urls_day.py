"""/ma-journee/: what happens today; what the team books, moves and cancels for a patient."""

from django.urls import path

from appointments.views import (
    blocks,
    check_in,
    delays,
    for_patient,
    move_many,
    my_day,
    no_shows,
    walk_ins,
)

urlpatterns = [
    path("ma-journee/", my_day.my_day, name="my_day"),
    path("ma-journee/affiche/<int:pk>/", check_in.door_poster, name="door_poster"),
    path("ma-journee/bloquer/", blocks.block_time, name="block_time"),
    path("ma-journee/sans-rendez-vous/", walk_ins.walk_ins, name="walk_ins"),
    path("ma-journee/sans-rendez-vous/suivant/", walk_ins.call_next, name="call_next"),
    path("ma-journee/sans-rendez-vous/<int:pk>/", walk_ins.walk_in, name="walk_in"),
    path("ma-journee/sans-rendez-vous/<int:pk>/<slug:move>/", walk_ins.move_walk_in, name="move_walk_in"),
    path("ma-journee/deplacer/<slug:slug>/<str:day>/", move_many.move_many, name="move_many"),
    path("ma-journee/non-recus/", my_day.unreached, name="unreached"),
    path("ma-journee/retard/", delays.delay, name="delay"),
    path("ma-journee/retard/<slug:slug>/lever/", delays.lift, name="lift_delay"),
    path("ma-journee/<str:reference>/note/", my_day.note_visit, name="note_visit"),
    path("ma-journee/<str:reference>/<slug:step>/", my_day.change_visit, name="change_visit"),
    path("patients/<int:pk>/reservation-en-ligne/", no_shows.waive, name="waive_no_shows"),
    path("patients/<int:pk>/rendez-vous/", for_patient.book_for_patient, name="book_for_patient"),
    path(
        "patients/<int:pk>/rendez-vous/<str:reference>/",
        for_patient.booked_for_patient,
        name="booked_for_patient",
    ),
    path(
        "patients/<int:pk>/rendez-vous/<str:reference>/deplacer/",
        for_patient.move_for_patient,
        name="move_for_patient",
    ),
    path(
        "patients/<int:pk>/rendez-vous/<str:reference>/annuler/",
        for_patient.cancel_for_patient,
        name="cancel_for_patient",
    ),
]
