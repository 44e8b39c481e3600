"""Openings, absences and appointments are only looked at here: their screens also tell people and keep the worklist."""

from __future__ import annotations

from django.contrib import admin

from appointments.models import (
    Absence,
    Appointment,
    Closure,
    Disruption,
    JoinedReason,
    Opening,
    OpeningRule,
    PoolDecision,
    ReasonCategory,
    ReminderRule,
    SafetyQuestion,
    SlotOffer,
    SupervisionRule,
    UnscheduledRelease,
    VisitReason,
    WaitingListRule,
    WaitingRequest,
)
from core.admin import AuditedAdmin, ReadOnlyAdmin


@admin.register(ReasonCategory)
class ReasonCategoryAdmin(AuditedAdmin):
    list_display = ["name", "profession", "position"]
    list_filter = ["profession"]
    search_fields = ["name"]
    list_select_related = ["profession"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(JoinedReason)
class JoinedReasonAdmin(AuditedAdmin):
    list_display = ["reason", "category"]
    list_select_related = ["reason", "category"]


@admin.register(VisitReason)
class VisitReasonAdmin(AuditedAdmin):
    list_display = ["name", "practitioner", "category", "duration_minutes", "bookable_by", "is_active"]
    list_filter = ["is_active", "bookable_by", "place_kind"]
    search_fields = ["name", "practitioner__last_name"]
    autocomplete_fields = ["practitioner", "category"]
    list_select_related = ["practitioner", "category"]


@admin.register(ReminderRule)
class ReminderRuleAdmin(AuditedAdmin):
    list_display = ["kind", "centre", "reason", "lead_minutes", "email_only", "is_enabled"]
    list_filter = ["kind", "is_enabled"]
    autocomplete_fields = ["reason"]
    list_select_related = ["centre", "reason"]


@admin.register(OpeningRule)
class OpeningRuleAdmin(ReadOnlyAdmin):
    list_display = ["practitioner", "__str__", "every_n_weeks", "place", "room", "valid_from", "valid_until"]
    list_filter = ["audience", "place"]
    search_fields = ["practitioner__last_name"]
    list_select_related = ["practitioner", "place", "room"]


@admin.register(Opening)
class OpeningAdmin(ReadOnlyAdmin):
    list_display = [
        "practitioner",
        "start_at",
        "end_at",
        "place",
        "room",
        "audience",
        "is_edited",
        "cancelled_at",
    ]
    list_filter = ["audience", "place", "is_edited"]
    search_fields = ["practitioner__last_name"]
    ordering = ["-start_at", "-pk"]
    list_select_related = ["practitioner", "place", "room"]


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    list_display = ["practitioner", "kind", "start_at", "end_at"]
    list_filter = ["kind"]
    search_fields = ["practitioner__last_name"]
    ordering = ["-start_at", "-pk"]
    list_select_related = ["practitioner"]


@admin.register(Closure)
class ClosureAdmin(ReadOnlyAdmin):
    list_display = ["label", "place", "start_at", "end_at"]
    ordering = ["-start_at", "-pk"]
    list_select_related = ["place"]


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    """Who, when, where. What the patient wrote is not for this screen."""

    list_display = ["reference", "start_at", "practitioner", "patient", "status", "origin"]
    list_filter = ["status", "origin", "place_kind"]
    search_fields = ["=reference", "patient__birth_name", "practitioner__last_name"]
    ordering = ["-start_at", "-pk"]
    list_select_related = ["practitioner", "patient"]
    exclude = ["patient_message", "holder", "request_id"]


@admin.register(Disruption)
class DisruptionAdmin(ReadOnlyAdmin):
    list_display = ["appointment", "cause", "since", "settled_at", "outcome"]
    list_filter = ["cause", "outcome"]
    ordering = ["-since", "-pk"]
    list_select_related = ["appointment"]


@admin.register(WaitingListRule)
class WaitingListRuleAdmin(AuditedAdmin):
    list_display = ["centre", "answer_minutes", "most_notices", "replacement_hours"]
    list_select_related = ["centre"]


@admin.register(WaitingRequest)
class WaitingRequestAdmin(ReadOnlyAdmin):
    list_display = ["category", "state", "priority", "notices", "first_day", "last_day", "created_at"]
    list_filter = ["state", "priority"]
    list_select_related = ["category"]


@admin.register(SlotOffer)
class SlotOfferAdmin(ReadOnlyAdmin):
    list_display = ["practitioner", "start_at", "sent_at", "expires_at", "state"]
    list_filter = ["state"]
    list_select_related = ["practitioner"]


@admin.register(UnscheduledRelease)
class UnscheduledReleaseAdmin(AuditedAdmin):
    list_display = ["profession", "at", "before", "everyone_at", "centre"]
    list_filter = ["profession"]
    list_select_related = ["profession", "centre"]


@admin.register(SafetyQuestion)
class SafetyQuestionAdmin(AuditedAdmin):
    """A text that nobody has validated is not asked, and without a question no time of today is shown."""

    list_display = ["text", "position", "validated_by", "validated_on", "is_active"]
    list_filter = ["is_active"]


@admin.register(PoolDecision)
class PoolDecisionAdmin(ReadOnlyAdmin):
    list_display = ["opening", "decision", "at", "by"]
    list_select_related = ["opening__practitioner", "by"]


@admin.register(SupervisionRule)
class SupervisionRuleAdmin(AuditedAdmin):
    """A text changes: a line more, from its day on; the hours of trainees follow at the next change or in the night."""

    list_display = ["level", "valid_from", "presence", "most_supervisors", "review_days"]
    list_filter = ["level"]
