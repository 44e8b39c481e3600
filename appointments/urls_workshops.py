"""/ateliers/: what everybody may read and join. /mes-ateliers/: those who run them."""

from django.urls import path

from appointments import converters  # noqa: F401 – registers « reference »
from appointments.views import enrol_patient, enrolments, workshop_desk, workshop_session, workshops

urlpatterns = [
    path("ateliers/", workshops.workshops, name="workshops"),
    path("ateliers/place/<reference:reference>/", enrolments.enrolment, name="enrolment"),
    path("ateliers/place/<reference:reference>/agenda.ics", enrolments.enrolment_ics, name="enrolment_ics"),
    path("ateliers/place/<reference:reference>/renoncer/", enrolments.leave_workshop, name="leave_workshop"),
    path("ateliers/<slug:slug>/", workshops.workshop, name="workshop"),
    path("ateliers/<slug:slug>/<int:pk>/", workshops.enrol, name="enrol"),
    path("mes-ateliers/", workshop_desk.workshop_list, name="workshop_list"),
    path("mes-ateliers/nouveau/", workshop_desk.add_workshop, name="add_workshop"),
    path("mes-ateliers/<int:pk>/", workshop_desk.workshop_board, name="workshop_board"),
    path("mes-ateliers/<int:pk>/modifier/", workshop_desk.edit_workshop, name="edit_workshop"),
    path("mes-ateliers/<int:pk>/dates/", workshop_desk.plan_sessions, name="plan_sessions"),
    path("mes-ateliers/<int:pk>/presences.csv", workshop_desk.attendance_csv, name="attendance_csv"),
    path("mes-ateliers/seances/<int:pk>/", workshop_session.workshop_session, name="workshop_session"),
    path("mes-ateliers/seances/<int:pk>/modifier/", workshop_session.change_session, name="change_session"),
    path("mes-ateliers/seances/<int:pk>/annuler/", workshop_session.cancel_session, name="cancel_session"),
    path(
        "mes-ateliers/seances/<int:pk>/feuille/", workshop_session.attendance_sheet, name="attendance_sheet"
    ),
    path("mes-ateliers/seances/<int:pk>/places/", workshop_session.change_seats, name="change_seats"),
    path(
        "mes-ateliers/seances/<int:pk>/presence/<reference:reference>/",
        workshop_session.mark_attendance,
        name="mark_attendance",
    ),
    path(
        "mes-ateliers/seances/<int:pk>/attente/<reference:reference>/rang/",
        workshop_session.move_in_queue,
        name="move_in_queue",
    ),
    path(
        "mes-ateliers/seances/<int:pk>/attente/<reference:reference>/place/",
        workshop_session.seat_by_hand,
        name="seat_by_hand",
    ),
    path(
        "mes-ateliers/seances/<int:pk>/inscrits/<reference:reference>/retirer/",
        workshop_session.unenrol,
        name="unenrol",
    ),
    path("patients/<int:pk>/ateliers/", enrol_patient.enrol_patient, name="enrol_patient"),
]
