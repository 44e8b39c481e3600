"""/patients/: the desk's and the professionals' side."""

from django.urls import path

from patients.views import proxies

urlpatterns = [
    path("demandes/", proxies.proxy_requests, name="proxy_requests"),
    path("demandes/<int:pk>/", proxies.proxy_request, name="proxy_request"),
]
