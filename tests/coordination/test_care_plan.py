"""A care plan: written, changed by versions, agreed upon, closed; on paper and in the patient's space."""

from datetime import date, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from coordination.models import (
    CarePlan,
    CarePlanActivity,
    CarePlanGoal,
    CarePlanProblem,
    CarePlanVersion,
    MeasureComponent,
    Task,
)
from core import clock
from core.audit.models import AuditEvent
from patients.actions.give_word import give_word
from patients.models.consent import Decision, Means
from tests.factories.notes import NoteFactory
from tests.factories.patients import ProxyFactory

pytestmark = pytest.mark.django_db


def typed(doctor, physio, **changed):
    data = {
        "aim": "Marcher seul jusqu’au marché",
        "problems": "Deux chutes\n\n Peur de tomber ",
        "review_on": "dans 3 mois",
        "reviewer": doctor.practitioner.pk,
        "seen_number": "0",
        "goals-TOTAL_FORMS": "2",
        "goals-INITIAL_FORMS": "0",
        "goals-0-text": "Se lever plus vite",
        "goals-0-component": MeasureComponent.objects.get(code="tug").pk,
        "goals-0-side": "lt",
        "goals-0-target": "13,5",
        "goals-0-due_on": "2027-01-15",
        "goals-0-state": "in-progress",
        "goals-1-state": "in-progress",
        "activities-TOTAL_FORMS": "3",
        "activities-INITIAL_FORMS": "0",
        "activities-0-text": "Dix séances d’équilibre",
        "activities-0-who": f"p{physio.practitioner.pk}",
        "activities-0-until": "2027-01-31",
        "activities-0-state": "in-progress",
        "activities-1-text": "Enlever le tapis",
        "activities-1-who": "relative",
        "activities-1-relative": "sa fille",
        "activities-1-state": "scheduled",
        "activities-2-state": "scheduled",
    }
    return data | changed


@pytest.fixture
def written(marcel, doctor, physio):
    answer = doctor.client.post(reverse("edit_care_plan", args=[marcel.pk]), typed(doctor, physio))
    assert answer.status_code == 302
    return CarePlan.objects.get()


def test_a_plan_says_who_does_what_until_when(written, marcel, doctor, physio):
    version = written.versions.get()
    assert (version.number, version.aim, version.author, version.reviewer, version.review_on) == (
        1,
        "Marcher seul jusqu’au marché",
        doctor.practitioner,
        doctor.practitioner,
        date(2027, 2, 22),
    )
    assert [one.text for one in version.problems.all()] == ["Deux chutes", "Peur de tomber"]
    names = ("text", "component__code", "side", "target", "due_on")
    assert list(version.goals.values_list(*names)) == [
        ("Se lever plus vite", "tug", "lt", Decimal("13.500"), date(2027, 1, 15))
    ]
    assert list(version.activities.values_list("text", "actor", "practitioner", "relative", "until")) == [
        ("Dix séances d’équilibre", "practitioner", physio.practitioner.pk, "", date(2027, 1, 31)),
        ("Enlever le tapis", "relative", None, "sa fille", None),
    ]
    task = Task.objects.get()
    assert (task.owner, task.due_on, task.patient, task.state, task.source_id) == (
        doctor.user,
        date(2027, 2, 22),
        marcel,
        "requested",
        written.pk,
    )
    event = AuditEvent.objects.get(action="care_plan.written")
    assert (event.patient_id, event.detail) == (marcel.pk, {"version": 1})


def test_the_value_of_now_stands_beside_the_target(written, marcel, physio):
    page = reverse("care_plan", args=[marcel.pk])
    assert "cible atteinte" not in physio.client.get(page).content.decode()
    NoteFactory(patient=marcel, author=physio.practitioner, version__measures={"tug": 12.4})
    shown = physio.client.get(page).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "TUG en dessous de 13,5 s" in shown
    assert "12,4 s" in shown
    assert "cible atteinte" in shown


def test_a_change_is_a_version_and_asks_for_consent_again(written, marcel, doctor, physio):
    agree = reverse("agree_care_plan", args=[marcel.pk])
    day = clock.today().isoformat()
    doctor.client.post(agree, {"agreed_on": day, "means": "oral", "agreed_with": "sa fille"})
    version = written.versions.get()
    assert (version.agreed_on, version.agreed_means, version.agreed_with, version.agreed_noted_by) == (
        clock.today(),
        "oral",
        "sa fille",
        doctor.user,
    )
    url = reverse("edit_care_plan", args=[marcel.pk])
    page = physio.client.get(url).content.decode()
    assert "Dix séances d’équilibre" in page
    change = typed(doctor, physio, aim="Danser", seen_number="1", reviewer=physio.practitioner.pk)
    assert physio.client.post(url, change).status_code == 422  # it does not say what changes
    assert physio.client.post(url, change | {"because": "Il veut danser."}).status_code == 302
    again = physio.client.post(url, change | {"because": "Il veut danser."})
    assert again.status_code == 409
    assert "vient d’être modifié" in again.content.decode()
    assert list(written.versions.order_by("number").values_list("number", "aim", "agreed_on")) == [
        (1, "Marcher seul jusqu’au marché", clock.today()),
        (2, "Danser", None),
    ]
    assert list(Task.objects.order_by("pk").values_list("owner", "state")) == [
        (doctor.user.pk, "cancelled"),
        (physio.user.pk, "requested"),
    ]
    old = doctor.client.get(reverse("care_plan_version", args=[marcel.pk, 1])).content.decode()
    assert "Marcher seul" in old
    assert "une version d’avant" in old


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"aim": ""}, "Écrivez le but en une phrase."),
        ({"problems": ""}, "Écrivez au moins un problème."),
        ({"problems": "\n".join("x" * 9)}, "Huit lignes au plus"),
        ({"review_on": "2026-11-22"}, "Choisissez un jour à venir, dans les deux ans."),
        ({"reviewer": "0"}, "Choisissez un membre de l’équipe."),
        ({"goals-0-target": ""}, "Une cible est une mesure, un sens et une valeur."),
        ({"goals-0-target": "vite"}, "Écrivez un nombre, par exemple 12,5."),
        ({"goals-0-text": ""}, "Écrivez l’objectif en mots."),
        ({"activities-0-who": ""}, "Dites qui s’en charge."),
        ({"activities-2-who": "patient"}, "Dites ce qui est à faire."),
    ],
)
def test_what_is_refused_says_why(marcel, doctor, physio, changed, sentence):
    data = typed(doctor, physio, **changed)
    answer = doctor.client.post(reverse("edit_care_plan", args=[marcel.pk]), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Dix séances d’équilibre" in answer.content.decode()
    assert not CarePlan.objects.exists()


def test_nothing_of_a_version_changes_but_the_agreement_once(written, doctor):
    for model in (CarePlanProblem, CarePlanGoal, CarePlanActivity):
        with pytest.raises(ProgrammingError, match="kept as they were written"), transaction.atomic():
            model.objects.update(text="autre")
    with pytest.raises(ProgrammingError, match="gets an agreement"), transaction.atomic():
        CarePlanVersion.objects.update(aim="autre")
    day = {"agreed_on": clock.today(), "agreed_means": "oral", "agreed_noted_by": doctor.user}
    CarePlanVersion.objects.update(**day)
    with pytest.raises(ProgrammingError, match="gets an agreement"), transaction.atomic():
        CarePlanVersion.objects.update(agreed_on=clock.today() - timedelta(days=1))


def test_closed_with_a_reason(written, marcel, doctor):
    url = reverse("close_care_plan", args=[marcel.pk])
    doctor.client.post(url, {"because": ""})
    assert CarePlan.objects.open().exists()
    doctor.client.post(url, {"because": "Il a déménagé."})
    written.refresh_from_db()
    assert (written.closed_at, written.closed_because) == (clock.now(), "Il a déménagé.")
    assert Task.objects.get().state == "cancelled"
    assert "Il a déménagé." in doctor.client.get(reverse("care_plan", args=[marcel.pk])).content.decode()
    assert doctor.client.post(url, {"because": "Encore."}).status_code == 404


def test_one_page_for_the_patient(written, marcel, doctor):
    answer = doctor.client.get(reverse("care_plan_pdf", args=[marcel.pk]))
    assert answer["Content-Type"] == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.content)
    assert len(paper) == 1
    text = paper[0].get_textpage().get_text_range()
    for words in ("Mon plan de soins", "Marcher seul jusqu’au marché", "Peur de tomber", "sa fille"):
        assert words in text


def test_the_patient_reads_it_in_his_space(written, marcel, owner, outsider):
    ProxyFactory(user=owner.user, patient=marcel, relation="parent")
    page = owner.client.get(reverse("my_care_plans")).content.decode()
    assert "Marcher seul jusqu’au marché" in page
    assert "Votre accord n’est pas encore noté." in page
    pdf = reverse("my_care_plan_pdf", args=[marcel.pk])
    assert owner.client.get(pdf)["Content-Type"] == "application/pdf"
    assert outsider.client.get(pdf).status_code == 404
    assert "Marcher seul" not in outsider.client.get(reverse("my_care_plans")).content.decode()


PAGES = ("care_plan", "edit_care_plan", "care_plan_pdf")


def test_for_others_there_is_no_plan(written, marcel, teammate, outsider, secretary, psychologist):
    give_word(marcel, psychologist.practitioner, Decision.INFORMED, actor=psychologist.user, means=Means.ORAL)
    for client in (teammate.client, outsider.client, secretary):
        for page in PAGES:
            assert client.get(reverse(page, args=[marcel.pk])).status_code == 404
        for page in ("agree_care_plan", "close_care_plan"):
            assert client.post(reverse(page, args=[marcel.pk])).status_code == 404
    # Who has nothing to do in it reads that there is none for him.
    page = psychologist.client.get(reverse("care_plan", args=[marcel.pk])).content.decode()
    assert "Pas encore de plan de soins" in page
    assert psychologist.client.get(reverse("edit_care_plan", args=[marcel.pk])).status_code == 404


def test_what_is_kept_of_a_person_is_handed_over(written, marcel, physio, owner):
    ProxyFactory(user=owner.user, patient=marcel, relation="ward")
    NoteFactory(patient=marcel, author=physio.practitioner, version__measures={"tug": 12.4})
    from patients.export import parts

    kept = {part.name: list(part.rows([marcel.pk])) for part in parts()}
    assert [row["aim"] for row in kept["care_plans"]] == ["Marcher seul jusqu’au marché"]
    assert [(row["text"], row["measures"]) for row in kept["notes"]] == [
        ("Marche avec une canne.", ["TUG 12,4\N{NO-BREAK SPACE}s"])
    ]


def test_as_many_queries_for_many_versions_as_for_one(
    written, marcel, doctor, physio, django_assert_max_num_queries
):
    page = reverse("care_plan", args=[marcel.pk])
    doctor.client.get(page)
    with django_assert_max_num_queries(40) as found:
        doctor.client.get(page)
    few = len(found)
    for number in range(1, 8):
        data = typed(doctor, physio, seen_number=str(number), because="encore")
        assert doctor.client.post(reverse("edit_care_plan", args=[marcel.pk]), data).status_code == 302
    doctor.client.get(page)
    with django_assert_max_num_queries(few):
        doctor.client.get(page)
