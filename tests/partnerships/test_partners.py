"""The screens about partners: who reads what, what is refused beside the field, how much it costs."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.audit.models import AuditEvent
from partnerships.models import Agreement, AgreementSuspension, Partner, PartnerContact, PartnerProfessional
from tests.factories.partnerships import (
    AgreementFactory,
    PartnerContactFactory,
    PartnerFactory,
    PartnerProfessionalFactory,
)
from tests.factories.practitioners import CentreFactory, PractitionerFactory

pytestmark = pytest.mark.django_db

AGREEMENT = {
    "title": "Consultations avancées de psychiatrie",
    "starts_on": "2027-01-01",
    "ends_on": "2028-12-31",
    "signed_on": "2026-11-20",
    "notice_months": "3",
    "half_days_per_month": "2,5",
    "seats_per_month": "20",
    "funding": "Temps médical à la charge de l’EPSM",
}


def read_only(partner) -> list[str]:
    return [reverse("partners"), reverse("partner", args=[partner.pk])]


def managed(partner) -> list[str]:
    contact = PartnerContactFactory(partner=partner)
    agreement = AgreementFactory(partner=partner)
    return [
        reverse("add_partner"),
        *(
            reverse(name, args=[partner.pk])
            for name in ("edit_partner", "add_partner_contact", "add_partner_professional", "add_agreement")
        ),
        reverse("edit_partner_contact", args=[contact.pk]),
        *(
            reverse(name, args=[agreement.pk])
            for name in (
                "agreement",
                "edit_agreement",
                "renew_agreement",
                "suspend_agreement",
                "end_agreement",
            )
        ),
    ]


def test_everybody_who_works_here_reads_and_only_the_coordinator_changes(bureau, secretary, doctor, owner):
    partner = PartnerFactory()
    AgreementFactory(partner=partner)
    for client, reads, changes in (
        (bureau, 200, 200),
        (secretary, 200, 404),
        (doctor.client, 200, 404),
        (owner.client, 404, 404),
    ):
        assert {client.get(address).status_code for address in read_only(partner)} == {reads}
        assert {client.get(address).status_code for address in managed(partner)} == {changes}


def test_terms_are_shown_to_who_signs_them_only(bureau, doctor):
    partner = PartnerFactory()
    AgreementFactory(partner=partner, title="Convention-cadre 2026")
    address = reverse("partner", args=[partner.pk])
    assert "Convention-cadre 2026" in bureau.get(address).content.decode()
    assert "Convention-cadre 2026" not in doctor.client.get(address).content.decode()
    assert "Convention-cadre 2026" not in doctor.client.get(reverse("partners")).content.decode()


def test_a_partner_is_added_with_a_checked_finess(bureau, coordinator):
    CentreFactory()
    data = {"name": "CSAPA des Dunes", "kind": "csapa", "finess": "810004421"}
    page = bureau.post(reverse("add_partner"), data)
    assert (page.status_code, Partner.objects.count()) == (422, 0)
    assert "Ce numéro FINESS n’est pas valable" in page.content.decode()
    assert 'value="CSAPA des Dunes"' in page.content.decode()

    page = bureau.post(reverse("add_partner"), data | {"finess": "950047225"})
    partner = Partner.objects.get()
    assert (page.status_code, page.url) == (302, reverse("partner", args=[partner.pk]))
    assert (partner.name, partner.kind, partner.finess) == ("CSAPA des Dunes", "csapa", "950047225")
    line = AuditEvent.objects.get(action="partner.added")
    assert (line.actor_id, line.subject_id) == (coordinator.pk, partner.pk)


def test_the_same_name_or_finess_twice_is_refused_with_a_sentence(bureau):
    known = PartnerFactory(name="CSAPA des Dunes", finess="950047225")
    page = bureau.post(reverse("add_partner"), {"name": known.name, "kind": "csapa", "finess": ""})
    assert "Un partenaire porte déjà ce nom." in page.content.decode()
    page = bureau.post(reverse("add_partner"), {"name": "Autre", "kind": "csapa", "finess": known.finess})
    assert "Un partenaire porte déjà ce numéro FINESS." in page.content.decode()
    assert Partner.objects.count() == 1


def test_who_confirms_sessions_can_be_written_to(bureau):
    partner = PartnerFactory()
    address = reverse("add_partner_contact", args=[partner.pk])
    page = bureau.post(address, {"name": "Nadine Obin", "confirms_sessions": "on"})
    assert (page.status_code, PartnerContact.objects.count()) == (422, 0)
    assert "ce contact a besoin d’un e-mail" in page.content.decode()
    data = {"name": "Nadine Obin", "confirms_sessions": "on", "email": "cmp@epsm.example"}
    assert bureau.post(address, data).status_code == 302
    contact = PartnerContact.objects.get()
    assert (contact.name, contact.email, contact.confirms_sessions) == (
        "Nadine Obin",
        "cmp@epsm.example",
        True,
    )

    edit = reverse("edit_partner_contact", args=[contact.pk])
    assert bureau.post(edit, data | {"name": "Nadine Aubin"}).status_code == 302
    assert PartnerContact.objects.get().name == "Nadine Aubin"
    bureau.post(reverse("remove_partner_contact", args=[contact.pk]))
    assert PartnerContact.objects.count() == 0


def test_a_professional_comes_from_there_and_leaves(bureau, doctor):
    partner = PartnerFactory()
    visitor = PractitionerFactory(kind="visiting", last_name="Fournier")
    address = reverse("add_partner_professional", args=[partner.pk])
    page = bureau.get(address).content.decode()
    assert ("Fournier" in page, "Vandamme" in page) == (True, False)
    assert bureau.post(address, {"practitioner": visitor.pk, "since": "2026-11-01"}).status_code == 302
    link = PartnerProfessional.objects.get()
    assert (link.partner, link.practitioner, link.since, link.until) == (
        partner,
        visitor,
        date(2026, 11, 1),
        None,
    )
    assert "Fournier" not in bureau.get(address).content.decode()

    end = reverse("end_partner_professional", args=[link.pk])
    assert doctor.client.post(end).status_code == 404
    bureau.post(end)
    link.refresh_from_db()
    assert link.until == date(2026, 11, 21)
    assert bureau.post(end).status_code == 404


def test_an_agreement_is_written_then_corrected(bureau):
    partner = PartnerFactory()
    address = reverse("add_agreement", args=[partner.pk])
    page = bureau.post(address, AGREEMENT | {"ends_on": "2026-12-31"})
    assert (page.status_code, Agreement.objects.count()) == (422, 0)
    assert "La convention ne peut pas finir avant de commencer." in page.content.decode()
    page = bureau.post(address, AGREEMENT | {"signed_on": "2026-12-01"})
    assert "Cette date est à venir." in page.content.decode()

    bureau.post(address, AGREEMENT)
    agreement = Agreement.objects.get()
    assert (agreement.partner, agreement.half_days_per_month, agreement.version) == (partner, 2.5, 1)
    edit = reverse("edit_agreement", args=[agreement.pk])
    assert bureau.post(edit, AGREEMENT | {"seats_per_month": "24"}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.seats_per_month == 24


def test_a_renewal_proposes_the_same_terms_for_as_long_again(bureau):
    earlier = AgreementFactory(starts_on=date(2025, 1, 1), ends_on=date(2026, 12, 31), funding="EPSM")
    address = reverse("renew_agreement", args=[earlier.pk])
    form = bureau.get(address).context["form"]
    assert {name: form.initial[name] for name in ("title", "starts_on", "ends_on", "funding")} == {
        "title": earlier.title,
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2028, 12, 31),
        "funding": "EPSM",
    }
    bureau.post(address, AGREEMENT)
    assert earlier.renewed_by.version == 2
    assert "déjà renouvelée" in bureau.post(address, AGREEMENT).content.decode()


def test_suspend_resume_and_end_from_the_screen(bureau):
    agreement = AgreementFactory()
    suspend = reverse("suspend_agreement", args=[agreement.pk])
    page = bureau.post(suspend, {"since": "2026-12-10", "until": "2026-12-01", "reason": "Grève"})
    assert "La fin ne peut pas précéder le début." in page.content.decode()
    bureau.post(suspend, {"since": "2026-11-22", "reason": "Grève"})
    page = bureau.post(suspend, {"since": "2026-12-01", "reason": "Encore"})
    assert "La convention est déjà suspendue à ces dates." in page.content.decode()
    shown = bureau.get(reverse("agreement", args=[agreement.pk])).content.decode()
    assert "jusqu’à nouvel ordre" in shown
    bureau.post(reverse("resume_agreement", args=[AgreementSuspension.objects.get().pk]))
    assert AgreementSuspension.objects.count() == 0

    end = reverse("end_agreement", args=[agreement.pk])
    page = bureau.post(end, {"last_day": "2029-01-01", "reason": "Fin"})
    assert "entre le début et la fin de la convention" in page.content.decode()
    bureau.post(end, {"last_day": "2026-11-22", "reason": "Fin de poste"})
    agreement.refresh_from_db()
    assert (agreement.ended_on, agreement.end_reason) == (date(2026, 11, 22), "Fin de poste")


def test_what_needs_renewing_comes_first(bureau):
    AgreementFactory(partner__name="Aaa", ends_on=date(2030, 1, 1))
    AgreementFactory(partner__name="Mmm", ends_on=date(2027, 3, 1))
    AgreementFactory(partner__name="Zzz", ends_on=date(2026, 12, 1))
    PartnerFactory(name="Bbb")
    PartnerFactory(name="Fini", ended_on=date(2026, 1, 1))
    rows = bureau.get(reverse("partners")).context["rows"]
    assert [(row.partner.name, row.needs_renewal) for row in rows] == [
        ("Zzz", True),
        ("Mmm", True),
        ("Aaa", False),
        ("Bbb", False),
    ]
    past = bureau.get(reverse("partners"), {"termines": "1"}).context["rows"]
    assert [row.partner.name for row in past] == ["Fini"]


def test_the_list_costs_the_same_for_one_and_for_thirty(bureau, django_assert_num_queries):
    def add(number: int) -> None:
        for _each in range(number):
            agreement = AgreementFactory()
            PartnerProfessionalFactory(partner=agreement.partner)

    add(1)
    bureau.get(reverse("partners"))
    with django_assert_num_queries(7) as captured:
        bureau.get(reverse("partners"))
    first = len(captured)
    add(29)
    bureau.get(reverse("partners"))
    with django_assert_num_queries(first):
        bureau.get(reverse("partners"))
