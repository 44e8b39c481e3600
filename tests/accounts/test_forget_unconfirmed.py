from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.actions.forget_unconfirmed import forget_unconfirmed
from accounts.actions.open_account import open_account
from accounts.models import User
from core import clock
from tests.accounts.conftest import last_code, make_account
from tests.factories.accounts import RoleAssignmentFactory

pytestmark = pytest.mark.django_db


def test_only_addresses_that_nobody_ever_confirmed_go(client):
    client.post(reverse("account_signup"), {"email": "entree@example.org"})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    open_account("jamais@example.org")
    make_account("confirmee@example.org")
    RoleAssignmentFactory(user=open_account("secretariat@example.org"))
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert forget_unconfirmed() == 0
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert forget_unconfirmed() == 1
    assert sorted(User.objects.values_list("email", flat=True)) == [
        "confirmee@example.org",
        "entree@example.org",
        "secretariat@example.org",
    ]
