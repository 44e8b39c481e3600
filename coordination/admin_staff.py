from __future__ import annotations

from django.contrib import admin

from coordination.models import HeadcountRule
from core.admin import AuditedAdmin


@admin.register(HeadcountRule)
class HeadcountRuleAdmin(AuditedAdmin):
    """A text changes: a line more, from its day on."""

    list_display = ["valid_from", "doctors", "paramedics"]
