"""/tournees/: a day of home visits."""

from django.urls import path

from appointments.views import rounds

urlpatterns = [
    path("", rounds.my_round, name="my_round"),
    path("<slug:slug>/<slug:day>/", rounds.round_page, name="round"),
    path("<slug:slug>/<slug:day>/depart/", rounds.set_round, name="set_round"),
    path("<slug:slug>/<slug:day>/par-heure/", rounds.arrange_round, name="arrange_round"),
    path("<slug:slug>/<slug:day>/etape/", rounds.add_stop, name="add_stop"),
    path("<slug:slug>/<slug:day>/etape/<slug:key>/acces/", rounds.note_access, name="note_access"),
    path("<slug:slug>/<slug:day>/etape/<slug:key>/<slug:step>/", rounds.change_stop, name="change_stop"),
]
