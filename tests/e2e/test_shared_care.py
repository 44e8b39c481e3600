"""Several people at one record at the same time: the daughter at the trail, the broken glass, a photo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from accounts.models import Role, User
from coordination.actions.say import Words, open_conversation
from coordination.models import Document
from core.uploads import check
from patients.models import CareTeamMember, Consent, EmergencyAccess, Patient
from patients.models.care_team import Reason
from patients.models.consent import Decision
from patients.models.proxy import Relation
from practitioners.models.profession import InformationCategory
from tests import files
from tests.accounts.conftest import PASSWORD, make_account
from tests.e2e.conftest import follow, no_barrier
from tests.factories.accounts import RoleAssignmentFactory
from tests.factories.notes import NoteFactory, usual_measures
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory, ProfessionFactory

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, DESK = 390, 1440
WHY = "Malaise dans la salle d’attente, seul, sans papiers."
Enter = Callable[..., Page]


@pytest.fixture
def enter(browser: Browser, live_server: object) -> Iterator[Enter]:
    """Somebody at his own machine, signed in; what his browser complains of is a defect."""
    rooms, complaints = [], []

    def come_in(user: User, width: int, address: str) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 850}, locale="fr-FR")
        rooms.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server}{reverse('account_login')}?next={address}")
        page.fill("input[name=login]", user.email)
        page.fill("input[name=password]", PASSWORD)
        follow(page.locator("main form button[type=submit]").first)
        return page

    yield come_in
    for context in rooms:
        context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def professional(email: str, last_name: str, **fields: object) -> User:
    user = make_account(email, PASSWORD, first_name="", last_name=last_name)
    RoleAssignmentFactory(user=user, role=Role.PRACTITIONER)
    PractitionerFactory(user=user, last_name=last_name, slug=last_name.lower(), **fields)
    return user


@pytest.fixture
def doctor(transactional_db: None) -> User:
    return professional("medecin@example.org", "Deschodt")


@pytest.fixture
def marcel(doctor: User) -> Patient:
    patient: Patient = PatientFactory(
        birth_name="Delbecque", birth_first_names="Marcel", attending_doctor=doctor.practitioner
    )
    return patient


@pytest.fixture
def physio(marcel: Patient) -> User:
    trade = ProfessionFactory(
        name="masseur-kinésithérapeute", plural_name="masseurs-kinésithérapeutes", slug="kine",
        is_medical_doctor=False,
    )  # fmt: skip
    user = professional("kine@example.org", "Caron", profession=trade)
    CareTeamMember.objects.create(patient=marcel, practitioner=user.practitioner, reason=Reason.REFERRAL)
    return user


@pytest.fixture
def psychologist(marcel: Patient) -> User:
    trade = ProfessionFactory(
        name="psychologue", plural_name="psychologues", slug="psychologue", is_medical_doctor=False,
        information_category=InformationCategory.OTHER,
    )  # fmt: skip
    user = professional("psychologue@example.org", "Morel", profession=trade)
    CareTeamMember.objects.create(patient=marcel, practitioner=user.practitioner, reason=Reason.REFERRAL)
    return user


@pytest.fixture
def daughter(marcel: Patient) -> User:
    user = make_account("fille@example.org", PASSWORD)
    ProxyFactory(user=user, patient=marcel, relation=Relation.PARENT)
    return user


def record(marcel: Patient) -> str:
    return reverse("patient_record", args=[marcel.pk])


def is_closed(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text("ne vous est pas ouverte")


def test_the_daughter_sees_who_reads(enter, doctor, physio, psychologist, daughter, marcel):
    usual_measures()
    NoteFactory(patient=marcel, author=doctor.practitioner, to=[physio.practitioner])
    watching = enter(daughter, PHONE, reverse("record_openings"))
    expect(watching.get_by_text("Personne pour l’instant")).to_be_visible()
    no_barrier(watching)

    at_physio = enter(physio, DESK, reverse("note_inbox"))
    follow(at_physio.get_by_role("link", name="Marcel Delbecque"))
    expect(at_physio.locator(".note-receipts")).to_contain_text("Lu par")

    at_psychologist = enter(psychologist, DESK, record(marcel))
    expect(at_psychologist.get_by_text("Il faut d’abord l’informer")).to_be_visible()
    no_barrier(at_psychologist)
    at_psychologist.fill("textarea[name=scope]", "Les comptes rendus, avec son médecin.")
    follow(at_psychologist.get_by_role("button", name="La personne est informée"))
    expect(at_psychologist.get_by_role("heading", level=1)).to_contain_text("Delbecque")
    assert Consent.objects.get().decision == Decision.INFORMED

    watching.reload()
    lines = watching.locator("main .timeline li")
    expect(lines.filter(has_text="Caron").filter(has_text="note").first).to_be_visible()
    expect(lines.filter(has_text="Morel").first).to_be_visible()
    no_barrier(watching)


def test_the_glass_is_broken_and_everybody_knows(enter, daughter, marcel):
    other = professional("medecin2@example.org", "Vanhoutte")
    neighbour = make_account("voisin@example.org", PASSWORD)
    coordinator = make_account("coordination@example.org", PASSWORD)
    RoleAssignmentFactory(user=coordinator, role=Role.COORDINATOR)
    is_closed(enter(neighbour, PHONE, record(marcel)))
    page = enter(other, DESK, record(marcel))
    is_closed(page)

    page.goto(page.url.replace(record(marcel), reverse("emergency_access")))
    page.fill("input[name=born]", f"{marcel.birth_date:%d/%m/%Y}")
    page.fill("input[name=letters]", "Del")
    page.fill("textarea[name=justification]", WHY)
    no_barrier(page)
    follow(page.get_by_role("button", name="Chercher cette personne"))
    no_barrier(page)
    follow(page.get_by_role("button", name="Ouvrir ce dossier"))
    expect(page.get_by_text("ouvert pour une heure")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delbecque")
    no_barrier(page)
    opened = EmergencyAccess.objects.get()
    assert opened.until - opened.opened_at == timedelta(hours=1)

    watching = enter(daughter, PHONE, reverse("record_openings"))
    expect(watching.locator("main .timeline li").filter(has_text="Vanhoutte").first).to_contain_text(
        "urgence"
    )
    expect(watching.get_by_text(WHY).first).to_be_visible()

    desk = enter(coordinator, DESK, reverse("emergency_reviews"))
    expect(desk.get_by_role("row").filter(has_text="Marcel Delbecque")).to_contain_text(WHY)
    no_barrier(desk)
    follow(desk.get_by_role("link", name="Vanhoutte"))
    no_barrier(desk)
    desk.get_by_label("justifié", exact=True).check()
    follow(desk.get_by_role("button", name="Enregistrer mon avis"))
    expect(desk.get_by_text("Rien à relire")).to_be_visible()


def test_a_photo_from_the_telephone(enter, doctor, daughter, marcel, tmp_path: Path):
    photo = tmp_path / "IMG_0412.jpg"
    photo.write_bytes(files.picture(size=(640, 480), exif=files.exif()))
    with Image.open(photo) as taken:
        assert taken.getexif().get_ifd(0x8825) != {}
    at_home = enter(daughter, PHONE, reverse("my_documents"))
    no_barrier(at_home)
    follow(at_home.get_by_role("link", name="Envoyer un document"))
    at_home.select_option("select[name=to]", str(doctor.practitioner.pk))
    at_home.select_option("select[name=kind]", "photo")
    at_home.fill("textarea[name=note]", "Sa cheville ce matin.")
    no_barrier(at_home)
    at_home.set_input_files("input[name=documents]", photo)
    at_home.get_by_role("button", name="Envoyer").click()
    expect(at_home.locator("#sent")).to_contain_text("en contrôle")
    check.check_waiting()
    expect(at_home.locator("#sent")).not_to_contain_text("en contrôle")
    no_barrier(at_home)

    at_doctor = enter(doctor, DESK, reverse("documents_to_file"))
    no_barrier(at_doctor)
    follow(at_doctor.get_by_role("link", name="Ouvrir le document de Marcel Delbecque"))
    expect(at_doctor.get_by_role("blockquote")).to_have_text("Sa cheville ce matin.")
    no_barrier(at_doctor)
    at_doctor.fill("#filing input[name=title]", "Cheville gauche")
    follow(at_doctor.get_by_role("button", name="Classer dans le dossier"))
    document = Document.objects.get()
    at_doctor.goto(at_doctor.url.split("/patients/")[0] + record(marcel))
    expect(at_doctor.locator(".timeline").get_by_text("Cheville gauche")).to_be_visible()
    at_doctor.goto(at_doctor.url.split("/patients/")[0] + reverse("document", args=[marcel.pk, document.pk]))
    with at_doctor.expect_download() as saved:
        at_doctor.get_by_role("link", name="Télécharger").click()
    with Image.open(saved.value.path()) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (640, 480), {})


def test_two_colleagues_talk_without_reloading(enter, doctor, physio, marcel):
    """Each reads the other's line as it is sent; who is named in it sees his name stand out."""
    talk = open_conversation(marcel, "Équilibre", Words("Il est tombé hier."), actor=doctor).conversation
    address = reverse("conversation", args=[talk.pk])
    at_doctor, at_physio = enter(doctor, DESK, address), enter(physio, PHONE, address)
    at_physio.fill("textarea[name=body]", "Je le vois demain, @Deschodt.")
    follow(at_physio.get_by_role("button", name="Envoyer"))
    line = at_doctor.locator(".talk-line").filter(has_text="Je le vois demain")
    expect(line.locator(".talk-mention.is-me")).to_have_text("@Deschodt")
    expect(at_physio.locator(".talk-mention:not(.is-me)")).to_have_text("@Deschodt")
    at_doctor.fill("textarea[name=body]", "Merci.")
    follow(at_doctor.get_by_role("button", name="Envoyer"))
    expect(at_physio.locator(".talk-line").last).to_contain_text("Merci.")
    no_barrier(at_physio)
