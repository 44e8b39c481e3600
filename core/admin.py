"""What the tables of /gestion/ have in common: a change leaves a trace, and most are only to be looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import ActionLocation
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from core.audit.models import AuditEvent, AuditSeal
from core.audit.record import record
from core.outbox.models import OutboxMessage


class AuditedAdmin(admin.ModelAdmin):
    """Every change through the tables is in the trail, in the same transaction."""

    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        action = "admin.change" if change else "admin.add"
        record(request.user, action, obj, fields=sorted(form.changed_data))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        record(request.user, "admin.delete", obj, label=str(obj)[:200])
        super().delete_model(request, obj)

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        """One by one: deleting many at once would leave one line for all."""
        actions = super().get_actions(request, action_location)
        actions.pop("delete_selected", None)
        return actions


class ReadOnlyAdmin(admin.ModelAdmin):
    """To look at: these rows are made and changed by actions, which also tell people and leave traces."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "actor_label", "action", "subject_type", "subject_id", "reason"]
    list_filter = ["action", "subject_type"]
    search_fields = ["actor_label", "=subject_id", "=patient_id"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    list_select_related = ["actor"]


@admin.register(AuditSeal)
class AuditSealAdmin(ReadOnlyAdmin):
    list_display = ["day", "number", "events", "digest", "sealed_at"]
    date_hierarchy = "day"
    ordering = ["-until"]


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "channel", "address", "state", "attempts", "due_at", "sent_at"]
    list_filter = ["state", "channel", "kind"]
    search_fields = ["address", "=subject_id", "provider_id"]
    ordering = ["-created_at", "-pk"]
    list_select_related = ["recipient"]
