"""/planning/: what the house looks at all day."""

from django.urls import path

from appointments.views import schedule, staff_find

urlpatterns = [
    path("", schedule.schedule, name="schedule"),
    path("donnees/", schedule.schedule_feed, name="schedule_feed"),
    path("chercher/", staff_find.staff_find, name="staff_find"),
    path("chercher/pour-qui/", staff_find.slot_for_whom, name="slot_for_whom"),
    path("feuille/", schedule.day_sheet, name="day_sheet"),
]
