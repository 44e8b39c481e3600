"""What becomes of the patients of a session that fell away."""

from django.urls import path

from partnerships.views import partner_absence, session_cascade, session_cascade_line

urlpatterns = [
    path("<int:pk>/absence/", partner_absence.cancel_partner_sessions, name="cancel_partner_sessions"),
    path("seances/annulees/", session_cascade.session_cascades, name="session_cascades"),
    path("seances/<int:pk>/cascade/", session_cascade.session_cascade, name="session_cascade"),
    path(
        "seances/<int:pk>/cascade/chercher/",
        session_cascade.plan_session_cascade,
        name="plan_session_cascade",
    ),
    path(
        "seances/<int:pk>/cascade/approuver/",
        session_cascade.approve_session_cascade,
        name="approve_session_cascade",
    ),
    path(
        "seances/<int:pk>/cascade/annuler-envoi/",
        session_cascade.undo_session_cascade,
        name="undo_session_cascade",
    ),
    path(
        "seances/<int:pk>/cascade/<str:reference>/",
        session_cascade_line.edit_session_cascade_line,
        name="edit_session_cascade_line",
    ),
    path(
        "seances/<int:pk>/cascade/<str:reference>/telephone/",
        session_cascade_line.call_session_patient,
        name="call_session_patient",
    ),
]
