"""A forgotten password: she books with the new one at once, and the secretary, who called her back, opens the rest."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Role
from tests.accounts.conftest import last_code, make_account
from tests.e2e.conftest import PHONE, SMALL, follow, no_barrier
from tests.e2e.entrance import enter
from tests.factories.accounts import with_role
from tests.factories.patients import PatientFactory, ProxyFactory

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "autre phrase bien longue"


def test_the_secretary_opens_what_waits(screen: Page, live_server: Any, settings: Any) -> None:
    settings.DEMO = False
    base = str(live_server)
    user = make_account("patiente@example.org", "correct cheval pile agrafe", first_name="Jeanne")
    patient = PatientFactory(phone="+33612345678")
    line = ProxyFactory(user=user, patient=patient)

    screen.goto(f"{base}/compte/password/reset/")
    screen.fill("input[name=email]", user.email)
    follow(screen.locator("main button[type=submit]"))
    screen.fill("input[name=code]", last_code())
    follow(screen.locator("main button[type=submit]").first)
    screen.fill("input[name=password1]", NEW)
    screen.fill("input[name=password2]", NEW)
    follow(screen.get_by_role("button", name="Enregistrer"))
    expect(screen.get_by_role("heading", level=1)).to_have_text("Votre mot de passe est changé")
    no_barrier(screen)

    follow(screen.locator("main").get_by_role("link", name="Se connecter"))
    screen.fill("input[name=login]", user.email)
    screen.fill("input[name=password]", NEW)
    follow(screen.locator("main button[type=submit]").first)
    screen.fill("input[name=code]", last_code())
    follow(screen.get_by_role("button", name="Valider le code"))
    screen.goto(f"{base}/mon-espace/documents/")
    expect(screen.get_by_role("heading", level=1)).to_have_text("Vos données de santé s’ouvrent bientôt")
    for width in (SMALL, PHONE):
        screen.set_viewport_size({"width": width, "height": 800})
        no_barrier(screen)
    screen.goto(f"{base}/mon-espace/securite/")
    expect(screen.get_by_text("a été refait par e-mail")).to_be_visible()
    no_barrier(screen)

    secretary = with_role(Role.SECRETARY, email="secretariat@example.org")
    TOTP.activate(secretary, generate_totp_secret())
    enter(screen, base, secretary)
    screen.goto(f"{base}{reverse('patient_record', args=[patient.pk])}")
    follow(screen.get_by_role("link", name="Accès choisi par e-mail"))
    for width in (SMALL, 1440):
        screen.set_viewport_size({"width": width, "height": 900})
        no_barrier(screen)
    screen.get_by_label("Comment vous l’avez vérifié").fill("rappelée au numéro de la fiche")
    follow(screen.get_by_role("button", name="Ouvrir dès maintenant"))
    expect(screen.get_by_text("c’est bien la personne qui l’a choisi")).to_be_visible()
    user.refresh_from_db()
    assert (line.user_id, user.password_reset_at) == (user.pk, None)
