"""Télé-expertise: the pools and who answers in them, what is asked, how long it takes, what is paid."""

from __future__ import annotations

from django.contrib import admin

from core.admin import AuditedAdmin
from teleconsult.models import (
    ContextQuestion,
    ExpertiseConsentText,
    ExpertiseDelay,
    ExpertiseRight,
    ExpertiseTariff,
    ExpertPool,
    PoolMember,
)


class MemberInline(admin.TabularInline):
    model = PoolMember
    extra = 0
    autocomplete_fields = ["practitioner"]


@admin.register(ExpertPool)
class ExpertPoolAdmin(AuditedAdmin):
    list_display = ["name", "speciality", "responsible", "since", "until"]
    list_filter = ["speciality"]
    list_select_related = ["responsible"]
    search_fields = ["name"]
    inlines = [MemberInline]


@admin.register(ContextQuestion)
class ContextQuestionAdmin(AuditedAdmin):
    list_display = ["label", "speciality", "kind", "is_required", "position", "since", "until"]
    list_filter = ["speciality"]
    search_fields = ["label"]


@admin.register(ExpertiseDelay)
class ExpertiseDelayAdmin(AuditedAdmin):
    list_display = ["purpose", "urgency", "amount", "unit", "since"]
    list_filter = ["purpose", "urgency"]


@admin.register(ExpertiseRight)
class ExpertiseRightAdmin(AuditedAdmin):
    list_display = ["side", "role_code", "since", "until"]
    list_filter = ["side"]


@admin.register(ExpertiseTariff)
class ExpertiseTariffAdmin(AuditedAdmin):
    list_display = ["act", "amount", "most_per_year", "since"]
    list_filter = ["act"]


@admin.register(ExpertiseConsentText)
class ExpertiseConsentTextAdmin(AuditedAdmin):
    list_display = ["version", "since"]
