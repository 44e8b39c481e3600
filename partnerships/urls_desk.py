"""/partenaires/bureau/: the desk of the coordinator, and what is done with a session on its day."""

from django.urls import path

from partnerships.views import desk, session_day

urlpatterns = [
    path("bureau/", desk.partners_desk, name="partners_desk"),
    path("bureau/seances/", desk.settle_consultation_sessions, name="settle_consultation_sessions"),
    path("mes-seances/", session_day.my_consultation_sessions, name="my_consultation_sessions"),
    path("seances/feuilles/", session_day.print_session_sheets, name="print_session_sheets"),
    path("seances/<int:pk>/feuille/", session_day.print_session_sheet, name="print_session_sheet"),
    path(
        "seances/<int:pk>/patients/<reference:reference>/<slug:presence>/",
        session_day.note_presence,
        name="note_presence",
    ),
    path("seances/<int:pk>/compte-rendu/", session_day.session_minutes, name="session_minutes"),
]
