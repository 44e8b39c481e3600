"""/gestion/: what the administrator sets for this room, by noun."""

from teleconsult import admin_expertise

__all__ = ["admin_expertise"]
"""What the law says, by date. Visits have their own screens."""

from __future__ import annotations

from django.contrib import admin

from core.admin import AuditedAdmin
from teleconsult.models import VideoCap


@admin.register(VideoCap)
class VideoCapAdmin(AuditedAdmin):
    list_display = ["profession_slug", "percent", "since", "source"]
