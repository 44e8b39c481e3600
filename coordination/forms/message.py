from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.actions.say import ToDo, Words
from coordination.forms.task import not_past
from coordination.mentions import handles
from coordination.models import Message
from core.web.fields import DayField

LONGEST = 4000


def _body(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Écrivez votre message.")},
    )


class MessageForm(forms.Form):
    """What one says, whom one calls, what somebody is asked to do, what one speaks of."""

    body = _body(_("Votre message"))
    mentioned = forms.MultipleChoiceField(
        label=_("Mentionner"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Une personne choisie ne peut pas lire cet échange : rien n’a été envoyé.")
        },
    )
    to_do_owner = forms.ChoiceField(
        label=_("À traiter par"),
        required=False,
        error_messages={"invalid_choice": _("Cette personne ne peut pas lire cet échange.")},
    )
    to_do_due = DayField(label=_("Pour le"), required=False)
    to_do_title = forms.CharField(
        label=_("Ce qu’il faut faire"),
        required=False,
        max_length=200,
        help_text=_("Vide : les premiers mots du message."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    link = forms.ChoiceField(label=_("Ligne du dossier dont vous parlez"), required=False)

    def __init__(
        self, *args: Any, members: Sequence[User], writer: User, entries: Sequence[Any] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(one.pk): one for one in members}
        names = handles(list(members))
        others = [(str(one.pk), f"{one} (@{names[one.pk]})") for one in members if one.pk != writer.pk]
        owners = [(str(one.pk), str(one)) for one in members]
        self._offer("mentioned", others)
        self._offer("to_do_owner", [("", _("Personne")), *owners])
        self._offer("link", [("", _("Aucune")), *entries])
        if not others:
            del self.fields["mentioned"]
        if not entries:
            del self.fields["link"]
        self.fields["body"].widget.attrs["data-mentions"] = "yes"

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> None:
        super().clean()
        owner, due = self.cleaned_data.get("to_do_owner"), self.cleaned_data.get("to_do_due")
        if owner and due is None and "to_do_due" not in self.errors:
            self.add_error("to_do_due", _("Indiquez pour quel jour."))
        if due and not owner and "to_do_owner" not in self.errors:
            self.add_error("to_do_owner", _("Dites qui doit le traiter."))
        if due:
            try:
                not_past(due)
            except forms.ValidationError as error:
                self.add_error("to_do_due", error)

    def words(self, reply_to: Message | None) -> Words:
        data = self.cleaned_data
        owner = self.members.get(data["to_do_owner"])
        kind, _dot, key = (data.get("link") or "").rpartition(".")
        return Words(
            body=data["body"],
            mentioned=[self.members[key] for key in data.get("mentioned", ())],
            reply_to=reply_to,
            link=(kind, int(key)) if kind else None,
            to_do=ToDo(owner, data["to_do_due"], data["to_do_title"]) if owner else None,
        )


class NewConversationForm(MessageForm):
    subject = forms.CharField(
        label=_("Objet"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Écrivez de quoi il s’agit, en quelques mots.")},
    )
    field_order = ("subject", "body")


class MendForm(forms.Form):
    body = _body(_("Corriger mon message"))
