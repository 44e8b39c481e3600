from django.urls import path

from appointments import converters  # noqa: F401 – registers « reference »
from appointments.views import appointment, booking, calendar_feed, check_in, find, hold, today

urlpatterns = [
    path("aujourdhui/", today.today, name="today"),
    path("aujourdhui/creneaux/", today.today_slots, name="today_slots"),
    path("aujourdhui/retenir/", today.hold_today, name="hold_today"),
    path("agenda/<str:token>.ics", calendar_feed.calendar_feed, name="calendar_feed"),
    path("rendez-vous/", find.find, name="find"),
    path("rendez-vous/retenir/", hold.hold_slot, name="hold_slot"),
    path("rendez-vous/en-cours/<reference:reference>/", booking.booking, name="booking"),
    path("rendez-vous/en-cours/<reference:reference>/rendre/", hold.release_hold, name="release_hold"),
    path("rendez-vous/en-cours/<reference:reference>/quitter/", hold.loosen_hold, name="loosen_hold"),
    path("rendez-vous/en-cours/<reference:reference>/garder/", hold.keep_hold, name="keep_hold"),
    path("rendez-vous/<reference:reference>/", appointment.appointment, name="appointment"),
    path("rendez-vous/<reference:reference>/arrive/", check_in.arrive, name="arrive"),
    path("arrivee/<int:pk>/", check_in.door, name="door"),
    path("arrivee/<int:pk>/attendu/", check_in.door_waiting, name="door_waiting"),
    path("rendez-vous/<reference:reference>/agenda.ics", appointment.appointment_ics, name="appointment_ics"),
    path(
        "rendez-vous/<reference:reference>/deplacer/", appointment.move_appointment, name="move_appointment"
    ),
]
