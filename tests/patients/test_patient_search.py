"""Finding and entering patients: letters without accents, strangers who do not exist, twins, two desks at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from appointments.models import Status
from core import clock
from core.audit.models import AuditEvent
from core.formats.names import plain
from patients.access import visible_patients
from patients.actions.create_at_desk import LooksLike, create_at_desk
from patients.models import CareTeamMember, Patient
from patients.models.care_team import Reason
from patients.search import find_patients, lookalikes
from tests.cast import sign_in
from tests.factories.appointments import AppointmentFactory, VisitReasonFactory
from tests.factories.patients import PatientFactory, ProxyFactory
from tests.factories.practitioners import PractitionerFactory

pytestmark = pytest.mark.django_db

BORN = date(1980, 3, 14)
ZOE = {
    "birth_name": "Lefèvre-Dupont",
    "birth_first_names": "Zoé Marie",
    "used_name": "",
    "birth_date": BORN,
    "sex": "female",
    "phone": "",
    "email": "",
}
POSTED = ZOE | {"birth_date": "14/03/1980"}


@pytest.fixture
def zoe(db):
    return PatientFactory(
        birth_name="Lefèvre-Dupont", birth_first_names="Zoé Marie", used_name="O’Brien", birth_date=BORN
    )


@pytest.fixture
def doctor(practitioner_user):
    return PractitionerFactory(user=practitioner_user)


def names(user, born=BORN, letters=""):
    return [patient.birth_name for patient in find_patients(user, born, letters)]


@pytest.mark.parametrize(
    "letters", ["", "lef", "LEF", "léf", "Lefèvre", "zoe", "ZOÉ", "obr", "o'b", "O’Brien", " l-e "]
)
def test_letters_without_accents_hyphens_or_capitals(zoe, secretary, letters):
    assert names(secretary, letters=letters) == ["Lefèvre-Dupont"]


def test_neither_another_day_nor_other_letters(zoe, secretary):
    assert names(secretary, letters="dup") == []
    assert names(secretary, born=date(1980, 3, 15), letters="lef") == []
    Patient.objects.update(erased_at=clock.now())
    assert names(secretary) == []


def test_three_letters_are_enough_and_more_are_not_read(zoe, secretary):
    PatientFactory(birth_name="Lefort", birth_date=BORN)
    assert names(secretary, letters="lefèvre") == ["Lefort", "Lefèvre-Dupont"]


@pytest.mark.parametrize(
    "name", ["Lefèvre-Dupont", "Œuvrard", "d’Hérain", "Nuñez", "Ægir", "Łukasz", "Çelik"]
)
def test_the_database_and_the_form_read_a_name_alike(secretary, name):
    PatientFactory(birth_name=name, birth_date=BORN)
    assert names(secretary, letters=plain(name)[:3]) == [name]


def test_a_professional_finds_only_his_own(zoe, practitioner_user, doctor, secretary):
    stranger = PatientFactory(birth_date=BORN)
    assert names(practitioner_user) == []
    member = CareTeamMember.objects.create(patient=zoe, practitioner=doctor, reason=Reason.RECOGNISED)
    assert names(practitioner_user) == ["Lefèvre-Dupont"]
    CareTeamMember.objects.filter(pk=member.pk).update(
        since=clock.today() - timedelta(days=9), until=clock.today() - timedelta(days=1)
    )
    assert names(practitioner_user) == []
    AppointmentFactory(
        reason=VisitReasonFactory(practitioner=doctor), patient=zoe, start_at=clock.now() + timedelta(days=2)
    )
    Patient.objects.filter(pk=stranger.pk).update(attending_doctor=doctor)
    assert set(visible_patients(practitioner_user)) == {zoe, stranger}
    assert set(visible_patients(secretary)) == {zoe, stranger}


def test_the_screen_keeps_the_person_out_of_the_address(zoe, secretary):
    client, url = sign_in(secretary), reverse("patient_search")
    answer = client.post(url, {"born": "14/03/1980", "letters": "lef"})
    assert (answer.status_code, answer.url) == (302, url)
    assert client.get(url).context["found"] == [zoe]
    assert client.post(url, {"born": "", "letters": "lef"}).status_code == 422
    assert AuditEvent.objects.filter(subject_type="patients.patient").count() == 0


def test_who_may_come_in(zoe, owner, practitioner_user, doctor, secretary):
    """Owner, professional without and with a reason, desk."""
    record = reverse("patient_record", args=[zoe.pk])
    answers = {
        name: [sign_in(user).get(address).status_code for user in (owner, practitioner_user, secretary)]
        for name, address in {
            "search": reverse("patient_search"),
            "create": reverse("create_patient"),
            "record": record,
            "contact": reverse("edit_contact", args=[zoe.pk]),
            "missing": reverse("patient_record", args=[zoe.pk + 999]),
        }.items()
    }
    assert answers == {
        "search": [404, 200, 200],
        "create": [404, 404, 200],
        "record": [404, 404, 200],
        "contact": [404, 404, 200],
        "missing": [404, 404, 404],
    }
    Patient.objects.update(attending_doctor=doctor)
    assert sign_in(practitioner_user).get(record).status_code == 200
    seen = AuditEvent.objects.filter(action="patient.opened", patient_id=zoe.pk).order_by("pk")
    assert [(line.actor, line.reason) for line in seen] == [
        (secretary, "accueil"),
        (secretary, "accueil"),
        (practitioner_user, "médecin traitant"),
    ]


def test_a_professional_moves_his_own_visits_only(zoe, practitioner_user, doctor, secretary):
    mine = AppointmentFactory(
        reason=VisitReasonFactory(practitioner=doctor), patient=zoe, start_at=clock.now() + timedelta(days=2)
    )
    other = AppointmentFactory(patient=zoe, start_at=clock.now() - timedelta(days=2), status=Status.FULFILLED)
    url = reverse("patient_record", args=[zoe.pk])
    hers, desks = sign_in(practitioner_user).get(url).context, sign_in(secretary).get(url).context
    assert (list(hers["coming"]), [line.entry.pk for line in hers["page"].lines]) == ([mine], [other.pk])
    assert (list(desks["coming"]), [line.entry.pk for line in desks["page"].lines]) == ([mine], [other.pk])


def test_entered_with_nothing_but_an_identity(secretary):
    answer = sign_in(secretary).post(reverse("create_patient"), POSTED)
    patient = Patient.objects.get()
    assert answer.url == reverse("patient_record", args=[patient.pk])
    assert {name: getattr(patient, name) for name in ZOE} == ZOE
    line = AuditEvent.objects.get(subject_type="patients.patient")
    assert (line.action, line.actor, line.patient_id) == ("patient.created", secretary, patient.pk)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"birth_name": "LEFEVRE DUPONT"},
        {"birth_name": "Lefebvre-Dupont"},
        {"birth_name": "Zoé Marie", "birth_first_names": "Lefèvre-Dupont"},
        {"birth_name": "Obrien"},
    ],
    ids=["same", "plain", "misspelt", "exchanged", "used name"],
)
def test_somebody_similar_is_shown_first(zoe, secretary, changes):
    client, url = sign_in(secretary), reverse("create_patient")
    answer = client.post(url, POSTED | changes)
    assert (answer.status_code, answer.context["similar"]) == (409, [zoe])
    assert Patient.objects.count() == 1
    again = client.post(url, POSTED | changes | {"despite": [str(zoe.pk)]})
    assert (again.status_code, Patient.objects.count()) == (302, 2)
    assert AuditEvent.objects.get(action="patient.created").detail["despite"] == [zoe.pk]


def test_the_similar_person_is_masked(zoe, secretary):
    Patient.objects.update(phone="+33612345678", email="zoe@example.org", address="3 rue des Lilas")
    text = sign_in(secretary).post(reverse("create_patient"), POSTED).text
    notice = text[
        text.index('data-testid="similar"') : text.index("</ul>", text.index('data-testid="similar"'))
    ]
    assert "Z." in notice
    assert [secret for secret in ("Marie", "06 12 34", "zoe@", "Lilas") if secret in notice] == []


def test_neither_another_name_nor_another_day_is_similar(zoe):
    assert list(lookalikes(ZOE | {"birth_name": "Martin"})) == []
    assert list(lookalikes(ZOE | {"birth_date": date(1981, 3, 14)})) == []


def test_contact_is_changed_with_a_trace(zoe, secretary):
    url = reverse("edit_contact", args=[zoe.pk])
    client = sign_in(secretary)
    assert client.post(url, {"phone": "06 12 34 56 78", "postal_code": "62 840"}).status_code == 302
    zoe.refresh_from_db()
    assert (str(zoe.phone), zoe.postal_code, zoe.birth_name) == ("+33612345678", "62840", "Lefèvre-Dupont")
    line = AuditEvent.objects.get(action="patient.identity_changed")
    assert (line.actor, line.detail) == (secretary, {"fields": ["phone", "postal_code"]})
    refused = client.post(url, {"phone": "12"})
    assert (refused.status_code, refused.text.count("data-error-summary")) == (422, 1)


def test_as_many_queries_for_one_as_for_thirty(
    zoe, secretary, django_assert_max_num_queries, django_assert_num_queries
):
    client = sign_in(secretary)
    url, record = reverse("patient_search"), reverse("patient_record", args=[zoe.pk])
    client.post(url, {"born": "14/03/1980", "letters": ""})
    reason = VisitReasonFactory()
    AppointmentFactory(reason=reason, patient=zoe, start_at=clock.now() + timedelta(days=1))
    ProxyFactory(patient=zoe)
    client.get(url), client.get(record)
    with django_assert_max_num_queries(8) as first:
        client.get(url)
    with django_assert_max_num_queries(20) as opened:  # each panel that says how much waits may ask once
        client.get(record)
    for number in range(29):
        PatientFactory(birth_date=BORN)
        AppointmentFactory(reason=reason, patient=zoe, start_at=clock.now() + timedelta(days=2 + number))
    with django_assert_num_queries(len(first)):
        assert len(client.get(url).context["found"]) == 30
    with django_assert_num_queries(len(opened)):
        assert len(client.get(record).context["coming"]) == 30


@pytest.mark.django_db(transaction=True)
def test_two_desks_enter_the_same_person(secretary):
    from tests.appointments.test_races import kinds, race

    results = race([lambda: create_at_desk(ZOE, actor=secretary) for _ in range(8)])
    assert kinds(results) == {"Patient": 1, "LooksLike": 7}
    refused = [result for result in results if isinstance(result, LooksLike)]
    assert [one.patients for one in refused] == [[Patient.objects.get()]] * 7
