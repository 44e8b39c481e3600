"""Nine addresses answer in our own way; the rest of /compte/ is allauth's (same names, so these win)."""

from django.urls import include, path

from accounts import views

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("login/code/", views.RequestCodeView.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("signup/", views.SignUpView.as_view(), name="account_signup"),
    path("sante/", views.HealthView.as_view(), name="account_health"),
    path("password/reset/done/", views.ResetDoneView.as_view(), name="account_password_reset_completed"),
    path("2fa/webauthn/add/", views.AddKeyView.as_view(), name="mfa_add_webauthn"),
    path("2fa/recovery-codes/", views.RecoveryCodesView.as_view(), name="mfa_view_recovery_codes"),
    path("session/", views.session_state, name="account_session"),
    path("", include("allauth.urls")),
]
