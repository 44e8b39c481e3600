"""/planning/: what the house looks at all day."""

from django.urls import path

from appointments.views import emergency_folder, pool, reschedule, schedule, staff_find

urlpatterns = [
    path("", schedule.schedule, name="schedule"),
    path("donnees/", schedule.schedule_feed, name="schedule_feed"),
    path("soins-non-programmes/", pool.unscheduled_pool, name="unscheduled_pool"),
    path("soins-non-programmes/<int:pk>/", pool.decide_pool, name="decide_pool"),
    path("chercher/", staff_find.staff_find, name="staff_find"),
    path("chercher/pour-qui/", staff_find.slot_for_whom, name="slot_for_whom"),
    path("urgence/", emergency_folder.emergency_folder, name="emergency_folder"),
    path("feuille.pdf", schedule.day_sheet_pdf, name="day_sheet_pdf"),
    path("<int:pk>/deplacer/", reschedule.reschedule, name="reschedule"),
    path("deplacement/<int:pk>/annuler/", reschedule.undo_reschedule, name="undo_reschedule"),
    path("feuille/", schedule.day_sheet, name="day_sheet"),
]
