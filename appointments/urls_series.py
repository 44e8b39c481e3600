"""Several visits at once: series, two professionals; by the team, and as the patient sees them."""

from django.urls import path

from appointments.views import correct_series, joint, my_invitation, my_series, series, shift_series

urlpatterns = [
    path("patients/<int:pk>/a-deux/", joint.joint, name="joint"),
    path("patients/<int:pk>/series/nouvelle/", series.start_series, name="start_series"),
    path("patients/<int:pk>/series/<int:series_pk>/", series.series, name="series"),
    path("patients/<int:pk>/series/<int:series_pk>/ajouter/", series.add_sessions, name="add_sessions"),
    path("patients/<int:pk>/series/<int:series_pk>/arreter/", series.cancel_series, name="cancel_series"),
    path(
        "patients/<int:pk>/series/<int:series_pk>/decaler/<str:reference>/",
        shift_series.shift_series,
        name="shift_series",
    ),
    path(
        "patients/<int:pk>/series/<int:series_pk>/ordonnance/",
        correct_series.correct_series,
        name="correct_series",
    ),
    path("mon-espace/seances/<str:token>/", my_invitation.book_invited, name="book_invited"),
    path("mon-espace/series/<int:pk>/", my_series.my_series, name="my_series"),
    path("mon-espace/series/<int:pk>/agenda.ics", my_series.series_ics, name="series_ics"),
]
