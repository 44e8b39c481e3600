"""What the law says, by date. Visits have their own screens."""

from __future__ import annotations

from django.contrib import admin

from core.admin import AuditedAdmin
from teleconsult.models import VideoCap


@admin.register(VideoCap)
class VideoCapAdmin(AuditedAdmin):
    list_display = ["profession_slug", "percent", "since", "source"]
