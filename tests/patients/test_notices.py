from __future__ import annotations

import pytest
from django.urls import reverse

from core.audit.models import AuditEvent
from patients.models import NoticePreference
from tests.factories.accounts import UserFactory
from tests.patients.conftest import signed_in

pytestmark = pytest.mark.django_db

EMAIL_ONLY = {"by_email": "on", "week_before": "on", "language": "fr"}


def test_looking_shows_what_holds_and_writes_no_row(owner):
    page = signed_in(owner).get(reverse("my_notices"))
    assert page.context["form"].initial["by_email"] is True
    assert NoticePreference.objects.count() == 0


def test_a_choice_is_kept(owner, patient):
    client = signed_in(owner)
    client.post(reverse("my_notices"), {"by_sms": "on", "hours_before": "on", "language": "en"})
    chosen = NoticePreference.objects.get()
    owner.refresh_from_db()
    assert (chosen.by_email, chosen.by_sms, chosen.week_before, chosen.days_before, chosen.hours_before) == (
        False,
        True,
        False,
        False,
        True,
    )
    assert owner.language == "en"
    assert AuditEvent.objects.filter(action="notices.chosen").count() == 1
    client.post(reverse("my_notices"), EMAIL_ONLY)
    assert NoticePreference.objects.get().by_email is True


def test_somebody_without_a_number_gets_no_sms():
    user = UserFactory()
    answer = signed_in(user).post(reverse("my_notices"), {"by_sms": "on", "language": "fr"})
    assert answer.status_code == 422
    assert "numéro de téléphone mobile" in answer.content.decode()


def test_one_way_remains(owner):
    answer = signed_in(owner).post(reverse("my_notices"), {"language": "fr"})
    assert answer.status_code == 422
    assert NoticePreference.objects.count() == 0
