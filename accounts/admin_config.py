"""Beside apps.py: Django's own AdminConfig must not be seen there as a second application of this room."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.PortalAdminSite"
