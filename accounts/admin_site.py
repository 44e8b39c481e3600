"""/gestion/: for administrators only, through the same sign-in and second factor as everybody."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import is_administrator
from accounts.models import User

# Models of others that name themselves in English only; their own Meta is not ours to change.
FRENCH_NAMES = {"Authenticator": _("Seconds facteurs"), "UserSession": _("Appareils connectés")}


class PortalAdminSite(AdminSite):
    site_title = _("Gestion")
    site_header = _("Gestion du portail")
    index_title = _("Tables")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_staff and is_administrator(user)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        found = super().get_app_list(request, app_label)
        for model in (model for app in found for model in app["models"]):
            model["name"] = FRENCH_NAMES.get(model["object_name"], model["name"])
        return found

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """No second door with rules of its own. What is not for a signed-in person does not exist for him."""
        index = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(index)
        if request.user.is_authenticated:
            raise Http404
        query = urlencode({"next": request.GET.get("next", index)})
        return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
