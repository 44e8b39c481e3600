from django.urls import path

from appointments.views import appointment, booking, find, hold

urlpatterns = [
    path("rendez-vous/", find.find, name="find"),
    path("rendez-vous/retenir/", hold.hold_slot, name="hold_slot"),
    path("rendez-vous/en-cours/<str:reference>/", booking.booking, name="booking"),
    path("rendez-vous/en-cours/<str:reference>/rendre/", hold.release_hold, name="release_hold"),
    path("rendez-vous/en-cours/<str:reference>/quitter/", hold.loosen_hold, name="loosen_hold"),
    path("rendez-vous/en-cours/<str:reference>/garder/", hold.keep_hold, name="keep_hold"),
    path("rendez-vous/<str:reference>/", appointment.appointment, name="appointment"),
    path("rendez-vous/<str:reference>/agenda.ics", appointment.appointment_ics, name="appointment_ics"),
    path("rendez-vous/<str:reference>/deplacer/", appointment.move_appointment, name="move_appointment"),
]
