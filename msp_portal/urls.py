from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("compte/", include("allauth.urls")),
    path("gestion/", admin.site.urls),
]

if settings.DEMO:
    urlpatterns += []
