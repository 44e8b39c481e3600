"""What is about somebody's health opens with two proofs of who one is; a code by e-mail alone books."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from accounts.models import Role, User
from tests.accounts.conftest import PASSWORD, last_code, make_account, totp_code
from tests.factories.accounts import RoleAssignmentFactory
from tests.matrix.rows import ROWS

pytestmark = pytest.mark.django_db

DOCUMENTS = "/mon-espace/documents/"
CHOOSE = f"/compte/sante/?next={DOCUMENTS.replace('/', '%2F')}"
PROVE = f"/compte/reauthenticate/?next={DOCUMENTS.replace('/', '%2F')}"

# Of all that a patient opens as herself, what says something about health. The rest is booking and the account.
ABOUT_HEALTH = {
    *("my_record", "record_of", "close_entry", "reopen_entry"),
    *("my_documents", "my_document", "my_document_file", "my_document_page"),
    *("send_documents", "sent_document_state", "drop_document"),
    *("my_care_plans", "my_care_plan_pdf"),
    *("my_pathways", "my_pathway", "change_my_step", "refuse_my_pathway"),
    *("my_meetings", "my_decision", "oppose_meeting"),
    *("my_referrals", "decline_referral"),
    *("my_return_letters", "my_return_letter_pdf"),
    *("my_consultation_requests", "my_consultation_request", "ask_for_myself"),
    *("my_expertise_answers", "my_expertise_answer_pdf"),
    *("export_json", "export_page", "export_archive"),
}
BOOKING = {
    *(
        "my_space",
        "past_appointments",
        "appointment",
        "appointment_ics",
        "cancel_appointment",
        "move_appointment",
    ),
    *("booking", "release_hold", "loosen_hold", "keep_hold", "arrive", "door", "offer", "accept_offer"),
    *("decline_offer", "book_invited", "my_series", "series_ics", "choose_seat", "answer_session"),
    *("my_waiting", "ask_place", "leave_waiting", "leave_list", "resume_waiting", "ask_earlier"),
    *("workshop", "enrol", "enrolment", "enrolment_ics", "leave_workshop"),
    *("video_call", "video_waiting", "enter_video", "knock_video", "leave_video"),
}
HERSELF = {
    *(
        "my_identity",
        "identity",
        "my_relatives",
        "add_a_relative",
        "end_relative",
        "my_notices",
        "my_security",
    ),
    *("my_care_team", "add_to_care_team", "leave_care_team", "oppose_house", "oppose", "withdraw_consent"),
    *("my_data", "ask_erasure", "drop_erasure", "record_openings"),
}


@pytest.fixture(autouse=True)
def _for_real(settings):
    settings.DEMO = False


def enter_by_code(client: Client, user: User) -> None:
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert client.session["_auth_user_id"] == str(user.pk)


def asked(client: Client, path: str = DOCUMENTS) -> str:
    """Where somebody ends who wants to read: on that page, or before another question."""
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return answer.redirect_chain[-1][0] if answer.redirect_chain else path


def test_every_address_of_a_patient_is_one_or_the_other():
    """A new one is put on one of the three lists, and carries the mark or not."""
    marked = _marked(get_resolver())
    hers = {row.name for row in ROWS if "owner" in row.get | row.post and "visitor" not in row.get | row.post}
    lists = ABOUT_HEALTH | BOOKING | HERSELF
    # It answers whoever is signed in, and tells a patient nothing.
    assert (marked, hers - lists) == (ABOUT_HEALTH, {"see_task_news"})


def _marked(resolver: URLResolver) -> set[str]:
    found: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= _marked(entry)
        elif getattr(entry.callback, "reads_health", False):
            found.add(str(entry.name))
    return found


def test_a_code_alone_books_and_reads_nothing(client):
    enter_by_code(client, make_account("patiente@example.org", PASSWORD))
    assert (asked(client, "/mon-espace/"), asked(client)) == ("/mon-espace/", PROVE)
    fragment = client.get(
        DOCUMENTS, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/mon-espace/"}
    )
    assert fragment["HX-Redirect"] == "/compte/sante/?next=%2Fmon-espace%2F"
    posted = client.post("/mon-espace/documents/envoyer/", {})
    assert (posted.status_code, posted["Location"]) == (302, "/compte/sante/?next=%2F")


def test_the_password_opens_and_leads_on(client):
    enter_by_code(client, make_account("patiente@example.org", PASSWORD))
    page = client.get(PROVE).text
    assert "une vérification de plus" in page
    wrong = client.post("/compte/reauthenticate/", {"password": "pas le bon mot", "next": DOCUMENTS})
    assert (wrong.status_code, "Ce mot de passe ne convient pas." in wrong.text) == (200, True)
    right = client.post("/compte/reauthenticate/", {"password": PASSWORD, "next": DOCUMENTS})
    assert (right["Location"], asked(client)) == (DOCUMENTS, DOCUMENTS)


def test_who_has_nothing_else_chooses_a_password_once(client):
    user = make_account("patiente@example.org")
    enter_by_code(client, user)
    assert asked(client) == CHOOSE
    page = client.get(CHOOSE).text
    way_on = f"?next={DOCUMENTS.replace('/', '%2F')}"
    doors = [f"/compte/password/set/{way_on}", f"/compte/2fa/webauthn/add/{way_on}"]
    assert [door in page for door in doors] == [True, True]
    chosen = {"password1": PASSWORD, "password2": PASSWORD, "next": DOCUMENTS}
    assert client.post("/compte/password/set/", chosen)["Location"] == DOCUMENTS
    assert asked(client) == DOCUMENTS

    client.post(reverse("account_logout"))
    enter_by_code(client, user)
    assert asked(client) == PROVE


def test_nobody_is_led_out_of_the_portal(client):
    enter_by_code(client, make_account("patiente@example.org"))
    page = client.get("/compte/sante/?next=https://elsewhere.example/").text
    assert ('href="/compte/password/set/"' in page, 'href="/compte/2fa/webauthn/add/"' in page) == (
        True,
        True,
    )


def test_a_password_with_its_code_is_enough(client):
    user = make_account("patiente@example.org", PASSWORD)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert (asked(client), asked(client, CHOOSE)) == (DOCUMENTS, DOCUMENTS)


def test_an_application_is_enough(client):
    user = make_account("patiente@example.org")
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client.post(reverse("account_request_login_code"), {"email": user.email})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    client.post(reverse("mfa_authenticate"), {"code": totp_code(secret)})
    assert asked(client) == DOCUMENTS


def test_another_persons_proof_is_not_hers(client):
    """Two people of a family at one tablet, one after the other."""
    mother, daughter = (make_account(f"{name}@example.org", PASSWORD) for name in ("mere", "fille"))
    client.post(reverse("account_login"), {"login": mother.email, "password": PASSWORD})
    client.post(reverse("account_confirm_login_code"), {"code": last_code()})
    assert asked(client) == DOCUMENTS
    client.post(reverse("account_logout"))
    enter_by_code(client, daughter)
    assert asked(client) == PROVE


def test_who_works_here_has_a_second_factor_already(client):
    user = make_account("secretariat@example.org", PASSWORD)
    RoleAssignmentFactory(user=user, role=Role.SECRETARY)
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    assert asked(client) == DOCUMENTS


@pytest.mark.parametrize(("name", "value"), [("DEMO", True), ("CODE_ON_UNKNOWN_DEVICE", False)])
def test_the_demonstration_and_a_house_that_renounces_ask_for_nothing(client, settings, name, value):
    setattr(settings, name, value)
    enter_by_code(client, make_account("patiente@example.org", PASSWORD))
    assert asked(client) == DOCUMENTS
