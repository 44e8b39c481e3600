"""/teleconsultation/<visit>/appel/: the call itself; /teleconsultation/essai/: camera and microphone beforehand."""

from django.urls import path

from teleconsult.views import call, video_check

urlpatterns = [
    path("essai/", video_check.video_check, name="video_check"),
    path("<uuid:key>/appel/", call.video_call, name="video_call"),
    path("<uuid:key>/appel/personnes/", call.video_call_guests, name="video_call_guests"),
    path("<uuid:key>/appel/discussion/", call.keep_video_chat, name="keep_video_chat"),
]
