"""What the screens say: French set as French is set, and every word of it in English."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.test import Client
from django.utils import translation

from appointments.models import Appointment
from msp_portal import catalogue
from practitioners.models import Centre
from tests.cast import Doctor, Person

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
# Tags, placeholders, hours and addresses carry signs of their own.
NOT_PROSE = re.compile(r"<[^>]*>|%\(\w+\)[sd]|&\w+;|\d:\d|https?:|tel:|mailto:")

STRAIGHT = re.compile(r"[^\W\d_]'[^\W\d_]")
# A second sign leans on the first: « ?! ».
LOOSE = re.compile(r"(?<![\u00a0\u202f?!])[;:?!]|«(?![\u00a0\u202f])|(?<![\u00a0\u202f])»")
# A number and its unit stay on one line; a placeholder stands for a number here.
TORN = re.compile(r"\d (?:h|min|ans|Mo|€)(?!\w)|\d\u00a0h \d")
DOTS = re.compile(r"\.\.\.|\s…")
LOOSE_IN_ENGLISH = re.compile(r"[\s\u00a0\u202f][;:?!,.](?!\d)|[«»]")

# No English word among them, and no name of the cast's world: what these words still say was not translated.
FRENCH_WORDS = {
    *("aux", "avec", "cette", "chez", "dans", "des", "du", "elle", "est", "et", "ils", "leur", "les", "mais"),
    *("ne", "nos", "notre", "nous", "pas", "pour", "que", "qui", "sans", "ses", "sont", "sur", "une"),
    *("vos", "votre", "vous", "été", "être", "à", "où"),
}
# Whose French name stands on the envelope.
AUTHORITY = "Défenseur des droits"


@cache
def texts() -> Catalog:
    """Every text beside its English: gathered once, since it is read from all code and all templates."""
    return catalogue.update(settings.BASE_DIR, "en")


def sentences() -> Iterator[str]:
    """The French of the screens, both numbers of what is counted."""
    for message in texts():
        if message.id:
            yield from message.id if isinstance(message.id, tuple | list) else (message.id,)


def pairs() -> Iterator[tuple[str, str]]:
    """Each French text beside its English; of what is counted, singular by singular and plural by plural."""
    for message in texts():
        if isinstance(message.id, str) and message.id:
            yield message.id, str(message.string)
        elif message.id:
            yield from zip(message.id, message.string or (), strict=True)


def test_the_english_catalogue_is_complete_and_current() -> None:
    assert len(texts()) > 1000
    assert catalogue.untranslated(texts()) == []
    assert catalogue.is_current(texts(), "en"), "run: manage.py messages"
    assert catalogue.house_words_are_compiled(), "run: manage.py messages"


def test_a_translation_is_filled_in_with_the_same_values() -> None:
    assert [
        (french, english)
        for french, english in pairs()
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(french))
    ] == []


def test_no_text_waits_for_a_value_that_never_comes() -> None:
    """Inside a translated block the template engine leaves « centre.name » empty: it wants `with name=centre.name`."""
    assert [text for text in sentences() if re.search(r"%\(\w+[.|]", text)] == []


@pytest.mark.parametrize(
    "fault", [STRAIGHT, LOOSE, TORN, DOTS], ids=["apostrophes", "spaces", "units", "dots"]
)
def test_french_is_set_as_french(fault: re.Pattern[str]) -> None:
    assert [text for text in sentences() if fault.search(NOT_PROSE.sub("0", text))] == []


@pytest.mark.parametrize("fault", [STRAIGHT, LOOSE_IN_ENGLISH, DOTS], ids=["apostrophes", "spaces", "dots"])
def test_english_is_set_as_english(fault: re.Pattern[str]) -> None:
    assert [english for _, english in pairs() if fault.search(NOT_PROSE.sub("0", english))] == []


def words(page: str) -> list[str]:
    """What a reader sees or hears of a page, but for what says itself that it is French: a name, the other language."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page)
    page = re.sub(r'(?s)<(\w+)[^>]*\slang="fr"[^>]*>.*?</\1>', "", page)
    heard = re.findall(r'\b(?:alt|aria-label|content|placeholder|title)="([^"]*)"', page)
    text = html.unescape(" ".join([re.sub(r"<[^>]*>", " ", page), *heard]))
    return re.findall(r"[^\W\d_]+", text.lower())


def french_left_in(client: Client, address: str) -> list[str]:
    with translation.override("en"):  # the request leaves its language behind, for whatever runs next
        page = client.get(address, headers={"accept-language": "en"})
    assert (page.status_code, page.headers["content-language"]) == (200, "en"), address
    centre = Centre.objects.get()
    text = page.text.replace(AUTHORITY, "")
    found = words(text.replace(centre.name, "").replace(centre.address, ""))
    assert "the" in found
    return [word for word in found if word in FRENCH_WORDS]


PUBLIC = [
    *("/", "/rendez-vous/", "/praticiens/", "/praticiens/vandamme/"),
    *("/compte/login/", "/compte/signup/", "/compte/password/reset/"),
    *("/accessibilite/", "/donnees-personnelles/", "/mentions-legales/"),
]
SPACE = [
    "/mon-espace/",
    "/mon-espace/proches/",
    "/mon-espace/messages/",
    "/mon-espace/donnees/",
    "/compte/email/",
]
PRACTICE = ["", "motifs/", "absences/", "profil/", "plages/nouvelle/", "motifs/nouveau/"]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_visitor_who_reads_english_meets_no_french(visitor: Client, doctor: Doctor, address: str) -> None:
    assert french_left_in(visitor, address) == []


@pytest.mark.parametrize("address", SPACE)
def test_a_patient_who_reads_english_meets_no_french(
    owner: Person, booked: Appointment, address: str
) -> None:
    assert french_left_in(owner.client, address) == []


@pytest.mark.parametrize("screen", PRACTICE)
def test_a_professional_who_reads_english_meets_no_french(doctor: Doctor, screen: str) -> None:
    assert french_left_in(doctor.client, f"/mon-cabinet/vandamme/{screen}") == []
