"""The letter is written or filed after the visit, and read by who asked and by nobody at the desk."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role
from coordination.models import Document, DocumentKind, DocumentState, Origin, Task, TaskState
from core import clock
from core.audit.models import AuditEvent
from core.outbox.models import OutboxMessage
from core.outbox.registry import find
from core.uploads import check
from partnerships.actions.write_return_letter import settle_letters, write_letter
from partnerships.letter_links import letter_address
from partnerships.models import IntakeLink, LetterMeans, RequestSender, RequestState, ReturnLetter
from tests import files
from tests.cast import sign_in
from tests.factories.accounts import RoleAssignmentFactory, UserFactory
from tests.factories.practitioners import PractitionerFactory
from tests.partnerships.return_letters.conftest import WORDS, told

pytestmark = pytest.mark.django_db


def test_written_by_who_saw_her(seen, desk, psychiatrist, doctor, owner, teammate, coordinator):
    for person in (doctor, owner, teammate):
        person.client = sign_in(person.user)
    bureau, writer = sign_in(coordinator), sign_in(psychiatrist.user)
    other = PractitionerFactory(kind="visiting", user=UserFactory(email="autre@example.org"))
    RoleAssignmentFactory(user=other.user, role=Role.PARTNER)
    colleague = sign_in(other.user)
    address = reverse("write_return_letter", args=[seen.pk])
    page = writer.get(reverse("return_letters"))
    assert address in page.text
    assert str(owner.patient) in page.text
    for stranger in (doctor.client, teammate.client, colleague, desk, bureau, owner.client):
        assert stranger.get(address).status_code == 404
    empty = writer.post(address, WORDS | {"conclusion": " "})
    assert (empty.status_code, "ajoutez-le en PDF" in empty.text) == (422, True)
    assert "Revoir dans un mois." in empty.text

    assert writer.post(address, WORDS).status_code == 302

    letter = ReturnLetter.objects.get()
    assert (letter.means, letter.author, letter.conclusion, letter.arrived_at) == (
        LetterMeans.WRITTEN,
        psychiatrist,
        "Épisode anxieux.",
        clock.now(),
    )
    seen.refresh_from_db()
    assert (seen.state, seen.events.last().verb) == (RequestState.CLOSED, "reported")
    task = Task.objects.get()
    assert (task.owner, task.patient, task.source_id, task.is_clinical) == (
        doctor.user,
        owner.patient,
        letter.pk,
        True,
    )


def test_read_by_who_sent_her_and_by_herself_once_it_is_shared(
    seen, desk, psychiatrist, doctor, owner, teammate, coordinator, outsider
):
    for person in (doctor, owner, teammate, outsider):
        person.client = sign_in(person.user)
    bureau = sign_in(coordinator)
    sign_in(psychiatrist.user).post(reverse("write_return_letter", args=[seen.pk]), WORDS)
    letter, task = ReturnLetter.objects.get(), Task.objects.get()
    record = doctor.client.get(reverse("patient_record", args=[owner.patient.pk]))
    link = reverse("return_letter", args=[letter.pk])
    assert link in record.text
    read = doctor.client.get(link)
    assert "Épisode anxieux." in read.text
    assert doctor.client.get(reverse("return_letter_pdf", args=[letter.pk])).content[:4] == b"%PDF"
    for stranger in (teammate.client, desk, bureau, owner.client, outsider.client):
        assert stranger.get(link).status_code == 404
    assert doctor.client.post(reverse("read_return_letter", args=[letter.pk])).status_code == 302
    task.refresh_from_db()
    letter.refresh_from_db()
    assert (task.state, letter.read_by) == (TaskState.COMPLETED, doctor.user)
    # Not hers to read until somebody shares it.
    mine = reverse("my_return_letters")
    assert "Épisode anxieux." not in owner.client.get(mine).text
    doctor.client.post(reverse("share_return_letter", args=[letter.pk]))
    assert "Épisode anxieux." in owner.client.get(mine).text
    assert "Épisode anxieux." not in outsider.client.get(mine).text
    assert owner.client.get(reverse("my_return_letter_pdf", args=[letter.pk])).status_code == 200
    assert outsider.client.get(reverse("my_return_letter_pdf", args=[letter.pk])).status_code == 404
    assert told("return_letter.shared") == [("return_letter.shared", owner.user.email)]
    actions = AuditEvent.objects.filter(action__startswith="return_letter.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == [
        "return_letter.written",
        "return_letter.read",
        "return_letter.shared",
    ]


def test_a_file_is_the_letter_once_it_was_checked(seen, desk, psychiatrist, owner, doctor):
    """By the author one that is no letter at all; then by the desk, what came by secure mail."""
    writer, doctor.client = sign_in(psychiatrist.user), sign_in(doctor.user)
    locked = files.sent(files.pdf_locked(to_open=True), "cr.pdf")
    writer.post(
        reverse("write_return_letter", args=[seen.pk]),
        {"dated_on": "30/11/2026", "next_step": "none", "documents": locked},
    )
    check.check_waiting()
    assert settle_letters() == 1
    seen.refresh_from_db()
    assert (seen.state, ReturnLetter.objects.count()) == (RequestState.SEEN, 0)
    assert told("return_letter.refused") == [("return_letter.refused", psychiatrist.user.email)]

    filed = desk.post(
        reverse("file_return_letter", args=[seen.pk]),
        {"dated_on": "29/11/2026", "documents": files.sent(files.pdf(), "cr.pdf")},
    )
    assert filed.status_code == 302
    assert settle_letters() == 0
    check.check_waiting()
    assert settle_letters() == 1
    letter = ReturnLetter.objects.get()
    paper = letter.document
    assert (letter.means, letter.author, paper.kind, paper.origin, paper.state) == (
        LetterMeans.SECURE_MAIL,
        psychiatrist,
        DocumentKind.REPORT,
        Origin.DESK,
        DocumentState.CURRENT,
    )
    seen.refresh_from_db()
    assert (seen.state, Task.objects.get().owner) == (RequestState.CLOSED, doctor.user)
    record = doctor.client.get(reverse("patient_record", args=[owner.patient.pk])).text
    assert reverse("document", args=[owner.patient.pk, paper.pk]) in record
    # Filed, and not read: no page of the letter opens to the desk.
    assert desk.get(reverse("return_letter", args=[letter.pk])).status_code == 404
    assert Document.objects.filter(patient=owner.patient, state=DocumentState.CURRENT).count() == 2


def test_sent_to_a_doctor_of_outside_is_noted_by_who_sent_it(seen, desk, psychiatrist, teammate):
    """Who asked has no account here: the letter waits until somebody says that it left by secure mail."""
    type(seen).objects.filter(pk=seen.pk).update(origin="outside", requester=None)
    seen.refresh_from_db()
    letter = write_letter(seen, psychiatrist, WORDS | {"dated_on": clock.today()}, actor=psychiatrist.user)
    assert letter.waits_for_sending
    address = reverse("pass_on_return_letter", args=[letter.pk])
    assert sign_in(teammate.user).post(address).status_code == 404
    page = desk.get(reverse("return_letters"))
    assert address in page.text
    assert "Épisode anxieux." not in page.text
    desk.post(address)
    letter.refresh_from_db()
    assert (letter.waits_for_sending, letter.passed_on_at) == (False, clock.now())
    # An addition is another row, and ends nothing twice.
    write_letter(seen, psychiatrist, WORDS | {"dated_on": clock.today()}, actor=psychiatrist.user)
    seen.refresh_from_db()
    assert (seen.letters.count(), seen.state) == (2, RequestState.CLOSED)


@pytest.fixture
def from_outside(seen, coordinator):
    """The same person, sent by a doctor of the next village who has no account."""
    type(seen).objects.filter(pk=seen.pk).update(origin="outside", requester=None)
    link = IntakeLink.objects.create(programme=seen.programme, name="Dr Martin", created_by=coordinator)
    RequestSender.objects.create(request=seen, link=link, name="Dr Martin", email="martin@cabinet.example")
    seen.refresh_from_db()
    return seen


def test_a_doctor_of_outside_reads_it_by_his_link_and_the_day_that_he_knows(
    from_outside, desk, psychiatrist, visitor, owner
):
    said = WORDS | {"dated_on": clock.today()}
    letter = write_letter(from_outside, psychiatrist, said, actor=psychiatrist.user)
    [message] = OutboxMessage.objects.filter(kind="return_letter.by_link")
    kind = find(message.kind)
    assert (message.address, kind.secret) == ("martin@cabinet.example", True)
    rendered = kind.render([message], kind.load([message]))
    assert not {"anxieux", "Lefebvre", "psychiatrie"} & set(rendered.text.split())
    delivery = letter.deliveries.get()
    address = urlsplit(letter_address(delivery)).path
    assert address in rendered.text
    assert "Épisode anxieux" not in visitor.get(address).text
    assert visitor.get(f"{address}document/")["Location"] == address
    wrong = visitor.post(address, {"birth_date": "01/01/1950"})
    assert (wrong.status_code, "Ce n’est pas cette date" in wrong.text) == (422, True)
    assert "pas encore ouvert" in desk.get(reverse("return_letters")).text
    visitor.post(address, {"birth_date": f"{owner.patient.birth_date:%d/%m/%Y}"})
    assert "Épisode anxieux." in visitor.get(address).text
    assert visitor.get(f"{address}document/").content.startswith(b"%PDF")
    letter.refresh_from_db()
    assert (letter.passed_on_at, letter.waits_for_sending) == (clock.now(), False)
    opened = AuditEvent.objects.filter(action="patient.opened.return_letter", actor=None)
    assert opened.count() == 2
    assert "par Dr Martin, le" in desk.get(reverse("return_letters")).text
    assert "Dr Martin, qui a adressé" in sign_in(owner.user).get(reverse("record_openings")).text

    desk.post(reverse("send_letter_link", args=[letter.pk]))
    assert (visitor.get(address).status_code, letter.deliveries.count()) == (410, 2)
    again = urlsplit(letter_address(letter.deliveries.get(revoked_at=None))).path
    tried = [visitor.post(again, {"birth_date": "01/01/1950"}).status_code for _ in range(6)]
    assert tried == [422] * 4 + [410] * 2
    desk.post(reverse("send_letter_link", args=[letter.pk]))
    last = urlsplit(letter_address(letter.deliveries.get(revoked_at=None))).path
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        assert visitor.get(last).status_code == 410
    desk.post(reverse("revoke_letter_link", args=[letter.pk]))
    assert (visitor.get(last).status_code, visitor.get(f"{last}document/").status_code) == (410, 410)
