"""One address, one code: the same form signs in and signs up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm, ResetPasswordForm
from allauth.account.models import EmailAddress
from allauth.core import context, ratelimit
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User

KEY_NAME = _("Nom de la clé")
ADDRESS_MISSING = _("Écrivez votre adresse e-mail.")


class SignInForm(LoginForm):  # type: ignore[misc]
    """The address is the name under which a password manager keeps the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].error_messages["required"] = ADDRESS_MISSING
        self.fields["password"].error_messages["required"] = _("Écrivez votre mot de passe.")


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks nobody whether the address is known (accounts/sign_in.py)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["required"] = ADDRESS_MISSING

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            raise get_adapter().validation_error("too_many_login_attempts")
        return email

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = self.cleaned_data
        return data


class ConfirmCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """`by_password`: the code goes with a password, and the device may be known from then on."""

    remember = forms.BooleanField(
        label=_("Je suis seul à utiliser cet appareil : ne plus demander de code pendant 30 jours"),
        required=False,
    )

    def __init__(self, *args: Any, code: str = "", by_password: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, code=code, **kwargs)
        self.fields["code"].error_messages["required"] = _("Écrivez le code que vous avez reçu.")
        if not by_password:
            del self.fields["remember"]


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A key that is asked for its owner's finger or code is proof enough by itself: that is what it is for."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["name"].label = KEY_NAME
        alone = self.fields["passwordless"]
        alone.initial = True
        alone.label = _("Me connecter avec cette clé seule, sans adresse ni mot de passe")
        alone.help_text = _("L’empreinte, le visage ou le code de l’appareil est alors toujours demandé.")


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = KEY_NAME


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """One query for every address; one that somebody typed without confirming it counts for nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].error_messages["required"] = ADDRESS_MISSING

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        confirmed = EmailAddress.objects.filter(email=email, verified=True, user=OuterRef("pk"))
        candidates = User.objects.annotate(has_confirmed=Exists(confirmed)).filter(
            Q(has_confirmed=True) | Q(email=email), is_active=True
        )
        # Who has confirmed the address comes before who only opened his account with it.
        self.users = list(candidates.order_by("-has_confirmed", "pk")[:1])
        return email
