"""/coordination/: what those who care for the same person do together."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("coordination.urls_stays")),
    path("", include("coordination.urls_talk")),
    path("", include("coordination.urls_digest")),
    path("", include("coordination.urls_home")),
    path("", include("coordination.urls_rcp")),
    path("", include("coordination.urls_referral")),
    path("", include("coordination.urls_protocols")),
]
