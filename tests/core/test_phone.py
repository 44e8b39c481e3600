import pytest
from django.core.exceptions import ValidationError

from core.formats.phone import PhoneFormField
from patients.models import Patient
from tests.factories.patients import PatientFactory


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.39.98.12.34", "+33639981234"),  # kept for fiction by ARCEP: every table of numbers refuses it
        ("+32 2 555 12 12", "+3225551212"),
        ("0033 6 12 34 56 78", "+33612345678"),
    ],
)
@pytest.mark.django_db
def test_a_number_in_any_usual_writing(typed, stored):
    PatientFactory(phone=PhoneFormField().clean(typed))
    assert Patient.objects.values_list("phone", flat=True).get().as_e164 == stored
    assert Patient.objects.filter(phone=stored).exists()


@pytest.mark.parametrize("typed", ["06 12 34", "douze", "06 12 34 56 78 90 12", "0"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValidationError):
        PhoneFormField().clean(typed)
