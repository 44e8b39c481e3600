"""/teleconsultation/: visits by video."""

from django.urls import path

from teleconsult.views import end_video_visit as ending
from teleconsult.views import invite_third as inviting
from teleconsult.views import teleconsult, video_entry, video_waiting

urlpatterns = [
    path("", teleconsult.teleconsult, name="teleconsult"),
    path("entrer/<str:token>/", video_entry.enter_video, name="enter_video"),
    path("<uuid:key>/attente/", video_waiting.video_waiting, name="video_waiting"),
    path("<uuid:key>/attente/arrivee/", video_waiting.knock_video, name="knock_video"),
    path("<uuid:key>/attente/sortie/", video_waiting.leave_video, name="leave_video"),
    path("<uuid:key>/admettre/<uuid:participant>/", teleconsult.admit_to_video, name="admit_to_video"),
    path("<uuid:key>/refuser/<uuid:participant>/", teleconsult.refuse_video, name="refuse_video"),
    path("<uuid:key>/lien/<uuid:participant>/", teleconsult.renew_video_link, name="renew_video_link"),
    path("<uuid:key>/inviter/", inviting.invite_third, name="invite_third"),
    path("<uuid:key>/inviter/<uuid:participant>/retirer/", inviting.revoke_third, name="revoke_third"),
    path("<uuid:key>/fin/", ending.end_video_visit, name="end_video_visit"),
    path("<uuid:key>/compte-rendu/", ending.report_video_visit, name="report_video_visit"),
]
