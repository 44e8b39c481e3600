"""Addresses that nobody reads as a page, and what they answer instead: whatever else is no page fails the sweep."""

from __future__ import annotations

FILE = "a file"
ELSEWHERE = "sends on to a page that has a row of its own"
PASSWORD = "asks for the password once more: the page that asks is opened"
FORGED = "410 and a sentence: the row's link is signed by nobody"
DATA = "read by programs"
PART = "a part of a page, which is opened with it"
POST_ONLY = "405: takes a form and shows nothing"

_BY_REASON = {
    FILE: (
        "appointment_ics attendance_csv calendar_feed care_plan_pdf clinical_photo_picture consultation_request_file "
        "consultation_request_letter day_sheet_pdf document_file document_page enrolment_ics evidence_paper "
        "evidence_proof expertise_bills_csv expertise_pdf export_archive export_json export_page minutes "
        "my_care_plan_pdf my_decision my_document_file my_document_page my_expertise_answer_pdf my_return_letter_pdf "
        "practitioner_photo protocol_pdf record_pdf referral_letter return_letter_pdf "
        "series_ics signed_document"
    ),
    ELSEWHERE: (
        "account_complete_password_reset account_confirm_login_code account_confirm_password_reset_code "
        "account_email_verification_sent account_health account_set_password book_pathway_step door_waiting "
        "mfa_authenticate mfa_login_webauthn my_round set_language slot_for_whom today_slots undo_death"
    ),
    PASSWORD: (
        "mfa_activate_totp mfa_add_webauthn mfa_deactivate_totp mfa_download_recovery_codes "
        "mfa_generate_recovery_codes mfa_reauthenticate mfa_reauthenticate_webauthn mfa_view_recovery_codes"
    ),
    FORGED: "answer_session follow_request outside_letter_document read_outside_letter send_outside_request",
    DATA: "account_session health_live health_ready metrics photo_upload schedule_feed",
    PART: "clinical_photo_state document_state sent_document_state video_call_guests",
    POST_ONLY: "hold_slot hold_today",
}
NOT_PAGES = {name: reason for reason, names in _BY_REASON.items() for name in names.split()}
