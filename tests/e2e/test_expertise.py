"""The seed's story of dermatology, on a telephone: a nurse asks with a photograph, the expert answers, she reads it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import expect

from accounts.models import Role
from core.uploads import check
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from teleconsult.models import ClinicalPhoto, ContextQuestion, ExpertiseRequest, PoolMember
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import follow, no_barrier
from tests.e2e.entrance import enter
from tests.e2e.test_referral import professional
from tests.factories.patients import PatientFactory
from tests.factories.practitioners import ProfessionFactory
from tests.factories.teleconsult_expertise import ExpertPoolFactory, dermatology, usual_expertise

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient(transactional_db, settings, tmp_path) -> Patient:
    """The nurse's patient, whose mole changes; one dermatologist in the pool."""
    settings.UPLOADS_DIR = tmp_path / "uploads"
    usual_expertise()
    trade = ProfessionFactory(name="infirmier", plural_name="infirmiers", slug="infirmier", role_code="60")
    nurse = professional("infirmiere@example.org", "Planche", profession=trade)
    expert = professional("dermatologue@example.org", "Amrani", profession=dermatology(), kind="remote")
    expert.role_assignments.update(role=Role.PARTNER)
    pool = ExpertPoolFactory(name="Dermatologie", responsible=make_account("accueil@example.org", PASSWORD))
    PoolMember.objects.create(pool=pool, practitioner=expert.practitioner)
    patient = PatientFactory(birth_name="Deroo")
    CareTeamMember.objects.create(patient=patient, practitioner=nurse.practitioner, reason=Reason.RECOGNISED)
    return patient


def test_asked_with_a_photograph_answered_and_read(screen, live_server, patient, tmp_path):
    enter(screen, live_server, "infirmiere@example.org")
    screen.goto(f"{live_server}{reverse('patient_record', args=[patient.pk])}")
    screen.get_by_text("Autres actions").click()
    follow(screen.get_by_role("link", name="Demander un avis"))
    screen.get_by_label("Dermatologie, le premier qui répond").check()
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Continuer"))
    with screen.expect_response("**/brouillon/"):
        screen.get_by_label("Votre question").fill("Lésion pigmentée du dos : à retirer ?")
    expect(screen.locator("#draft-state")).to_contain_text("Brouillon gardé à")
    draft = ExpertiseRequest.objects.get()
    assert draft.question == "Lésion pigmentée du dos : à retirer ?"
    picture = tmp_path / "IMG_2031.jpg"
    Image.effect_noise((900, 700), 60).convert("RGB").save(picture)
    follow(screen.get_by_role("link", name="Prendre ou joindre des photos"))
    close_up = screen.get_by_role("group", name="Vue de près")
    close_up.locator("input[type=file][multiple]").set_input_files(picture)
    expect(close_up).to_contain_text("arrivée, à enregistrer")
    screen.get_by_label("Endroit du corps").select_option(label="haut du dos")
    screen.get_by_label("La personne est d’accord").check()
    follow(screen.get_by_role("button", name="Enregistrer les photos"))
    check.check_waiting()
    (taken,) = ClinicalPhoto.objects.filter(uses__expertise=draft)
    screen.goto(f"{live_server}{reverse('edit_expertise_request', args=[draft.pk])}")
    expect(screen.locator(f"img[src*='{taken.key}']")).to_be_visible()
    for question in ContextQuestion.objects.filter(speciality="dermatology"):
        field = screen.locator(f"[name=context_{question.pk}]")
        if question.options:
            field.select_option(question.options[1])
        else:
            field.fill("dos")
    screen.get_by_label("La personne est d’accord").select_option("oral")
    no_barrier(screen)
    follow(screen.get_by_test_id("send-expertise"))
    expect(screen.get_by_text("La demande est partie.")).to_be_visible()
    no_barrier(screen)

    enter(screen, live_server, "dermatologue@example.org")
    screen.goto(f"{live_server}{reverse('expertise_requests')}")
    no_barrier(screen)
    follow(screen.get_by_role("link", name=patient.display_name))
    expect(screen.locator(f"img[src*='{taken.key}']")).to_be_visible()
    follow(screen.get_by_test_id("claim-expertise"))
    screen.get_by_label("Votre conclusion").fill("Lésion atypique.")
    screen.get_by_label("faire un prélèvement ou une exérèse").check()
    screen.get_by_label("Dans quel délai").select_option("month")
    no_barrier(screen)
    follow(screen.get_by_role("button", name="Rendre l’avis"))

    enter(screen, live_server, "infirmiere@example.org")
    screen.goto(f"{live_server}{reverse('expertise_request', args=[draft.pk])}")
    expect(screen.get_by_test_id("expertise-answer")).to_contain_text("Lésion atypique.")
    no_barrier(screen)
    follow(screen.get_by_test_id("read-expertise"))
    expect(screen.get_by_text("terminée").first).to_be_visible()
