"""/planning/: what the house looks at all day."""

from django.urls import path

from appointments.views import schedule

urlpatterns = [
    path("", schedule.schedule, name="schedule"),
    path("donnees/", schedule.schedule_feed, name="schedule_feed"),
    path("feuille/", schedule.day_sheet, name="day_sheet"),
]
