from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse

from core.admin import AuditedAdmin, ReadOnlyAdmin
from patients.access import get_patient_for_desk
from patients.models import (
    CareTeamMember,
    Consent,
    EmergencyAccess,
    ErasureRequest,
    NoticePreference,
    Patient,
    Proxy,
    TrustedDocument,
)


@admin.register(Patient)
class PatientAdmin(ReadOnlyAdmin):
    """To look at only, and looking leaves a line that the patient can read. Changes are made on the screens."""

    list_display = ["birth_name", "birth_first_names", "birth_date", "city", "identity_status"]
    search_fields = ["birth_name", "used_name"]
    list_filter = ["identity_checked"]
    ordering = ["birth_name", "birth_first_names", "pk"]
    list_select_related = ["attending_doctor"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 19):
            raise Http404
        get_patient_for_desk(request.user, int(object_id))  # type: ignore[arg-type]  # never anonymous here
        return super().change_view(request, object_id, form_url, extra_context)


@admin.register(TrustedDocument)
class TrustedDocumentAdmin(AuditedAdmin):
    """Law that changes: which documents validate an identity, from when to when."""

    list_display = ["document", "minors_only", "since", "until", "source"]
    list_filter = ["document"]


@admin.register(Proxy)
class ProxyAdmin(ReadOnlyAdmin):
    list_display = ["user", "patient", "relation", "state", "asked_at", "until"]
    list_filter = ["state", "relation"]
    search_fields = ["user__email", "patient__birth_name"]
    list_select_related = ["user", "patient"]


@admin.register(CareTeamMember)
class CareTeamMemberAdmin(ReadOnlyAdmin):
    list_display = ["patient", "practitioner", "reason", "since", "until"]
    list_filter = ["reason"]
    search_fields = ["patient__birth_name", "practitioner__last_name"]
    list_select_related = ["patient", "practitioner"]


@admin.register(NoticePreference)
class NoticePreferenceAdmin(ReadOnlyAdmin):
    list_display = ["user", "by_email", "by_sms", "week_before", "days_before", "hours_before"]
    search_fields = ["user__email"]
    list_select_related = ["user"]
    exclude = ["unsubscribe_key"]


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ReadOnlyAdmin):
    list_display = ["asked_at", "user", "state", "done_at"]
    list_filter = ["state"]
    list_select_related = ["user"]


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["patient", "practitioner", "decision", "means", "given_on", "withdrawn_at"]
    list_filter = ["decision", "means"]
    search_fields = ["patient__birth_name", "practitioner__last_name"]
    list_select_related = ["patient", "practitioner"]


@admin.register(EmergencyAccess)
class EmergencyAccessAdmin(ReadOnlyAdmin):
    list_display = ["patient", "practitioner", "opened_at", "until", "verdict"]
    list_filter = ["verdict"]
    search_fields = ["patient__birth_name", "practitioner__last_name"]
    list_select_related = ["patient", "practitioner"]
