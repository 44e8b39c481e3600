"""/coordination/stages/: trainees, those who answer for them, and what is looked through with them."""

from django.urls import path

from coordination.views import debriefs, headcount, lodgings, stays

urlpatterns = [
    path("stages/", stays.stays, name="stays"),
    path("stages/nouveau/", stays.add_stay, name="add_stay"),
    path("stages/relectures/", debriefs.debriefs, name="debriefs"),
    path("stages/relectures/<int:pk>/", debriefs.debrief, name="debrief"),
    path("stages/<int:pk>/", stays.stay, name="stay"),
    path("stages/<int:pk>/modifier/", stays.edit_stay, name="edit_stay"),
    path("stages/<int:pk>/demi-journees/", stays.stay_half_days, name="stay_half_days"),
    path("stages/<int:pk>/noter/", stays.add_stay_note, name="add_stay_note"),
    path("studios/", lodgings.lodgings, name="lodgings"),
    path("studios/nouveau/", lodgings.add_lodging, name="add_lodging"),
    path("studios/<int:pk>/", lodgings.edit_lodging, name="edit_lodging"),
    path("studios/occupations/nouvelle/", lodgings.add_occupancy, name="add_occupancy"),
    path("studios/occupations/<int:pk>/", lodgings.edit_occupancy, name="edit_occupancy"),
    path("studios/demander/", lodgings.ask_lodging, name="ask_lodging"),
    path("studios/demandes/<int:pk>/", lodgings.answer_lodging, name="answer_lodging"),
    path("effectif/", headcount.headcount, name="headcount"),
    path("effectif/nouveau/", headcount.add_staff_change, name="add_staff_change"),
    path("effectif/<int:pk>/", headcount.staff_change, name="staff_change"),
    path("effectif/<int:pk>/modifier/", headcount.edit_staff_change, name="edit_staff_change"),
    path("effectif/<int:pk>/retirer/", headcount.drop_staff_change, name="drop_staff_change"),
]
