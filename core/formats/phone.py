"""Telephone numbers as people write them, stored as E.164.

Length and prefix decide, not the tables of allotted numbers: those refuse what ARCEP keeps for fiction, and newly
opened ranges for months.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumber_field import formfields, modelfields
from phonenumber_field.phonenumber import PhoneNumber, to_python


def validate_possible(value: object) -> None:
    number = to_python(value)
    if isinstance(number, PhoneNumber) and not phonenumbers.is_possible_number(number):
        raise ValidationError(
            _("Écrivez un numéro de téléphone, par exemple 06 12 34 56 78."), code="invalid"
        )


class PhoneFormField(formfields.PhoneNumberField):  # type: ignore[misc]
    default_validators = [validate_possible]


class PhoneField(modelfields.PhoneNumberField):  # type: ignore[misc]
    default_validators = [validate_possible]

    if TYPE_CHECKING:  # the package says nothing of what its field holds

        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: Any, value: Any) -> None: ...

    def get_prep_value(self, value: Any) -> Any:
        number = self.to_python(value)
        if isinstance(number, PhoneNumber) and phonenumbers.is_possible_number(number):
            return number.as_e164
        return super().get_prep_value(value)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PhoneFormField, **kwargs})
