"""A still of the call goes into the record: by a professional who is in it, of a person who agreed."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from core import clock
from patients.models import CareTeamMember
from patients.models.care_team import Reason
from teleconsult.models import ClinicalPhoto, PhotoUse
from tests import files
from tests.cast import on_monday
from tests.factories.teleconsult_visit import a_video_visit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def test_taken_during_the_call_only(doctor, teammate, outsider, owner, visitor):
    visit = a_video_visit(reason=doctor.reason, patient=owner.patient, start_at=on_monday(9))
    for one in (doctor, teammate):
        CareTeamMember.objects.create(
            patient=owner.patient, practitioner=one.practitioner, reason=Reason.REFERRAL
        )
    address = reverse("add_visit_photo", args=[visit.key])

    def send(client, data=None):
        still = files.sent(files.picture() if data is None else data)
        return client.post(address, {"photo": still, "view": "close-up", "body_site": "leg"})

    with time_machine.travel(on_monday(9), tick=False):
        for one in (doctor, teammate, outsider, owner):
            one.client.force_login(one.user)
        patient = visit.participants.get(role="patient")
        answer = send(doctor.client)
        assert (answer.status_code, "Demandez d’abord son accord" in answer.json()["sentence"]) == (409, True)
        patient.consented_at = clock.now()
        patient.save()
        for one in (teammate, outsider, owner):
            assert send(one.client).status_code == 404
        assert send(visitor).status_code == 302
        answer = send(doctor.client, b"<svg/>")
        assert (answer.status_code, "n’est ni une image" in answer.json()["sentence"]) == (422, True)
        assert doctor.client.post(address).json()["sentence"].startswith("Aucune image n’est arrivée.")
        answer = send(doctor.client)
        photo = ClinicalPhoto.objects.get()
        assert (answer.status_code, answer.json()) == (
            201,
            {
                "sentence": "La photo est dans le dossier.",
                "address": reverse("clinical_photo", args=[owner.patient.pk, photo.key]),
            },
        )
        assert (photo.view, photo.body_site, photo.taken_by) == ("close-up", "leg", doctor.user)
        assert [(use.visit, use.expertise) for use in PhotoUse.objects.all()] == [(visit, None)]
    with time_machine.travel(on_monday(9) + timedelta(hours=4), tick=False):
        doctor.client.force_login(doctor.user)
        assert send(doctor.client).status_code == 404
