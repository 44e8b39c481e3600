"""Documents of the demo: the old patient's file, what his daughter has sent, and somebody under a pseudonym."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import User
from coordination.actions.add_documents import add_documents, send_documents
from coordination.actions.change_document import replace_document
from coordination.models import DocumentKind, Origin
from core import clock
from core.formats.pdf import Paper
from core.uploads import check
from msp_portal.demo.cast import Family
from msp_portal.demo.elder import elder
from patients.actions.pseudonymise import create_under_pseudonym
from practitioners.models import Practitioner

FALL = (
    "Adressé pour une chute dans l’escalier, sans perte de connaissance.",
    "Examen : pas de fracture. Appui monopodal tenu quatre secondes. Deux chutes dans l’année.",
    "Conclusion : troubles de l’équilibre. Rééducation conseillée, logement à revoir, tension à surveiller.",
)
BLOOD = (
    "Hémoglobine 13,1 g/dl",
    "Vitamine D 18 ng/ml (bas)",
    "Créatinine 94 µmol/l",
    "Glycémie à jeun 5,4 mmol/l",
)
LETTER = (
    "Chère consœur, cher confrère,",
    "j’ai revu ce jour votre patiente. La mammographie de contrôle est normale.",
    "Prochain contrôle dans deux ans.",
)


def keep(family: Family) -> None:
    """Every file goes through the same check as a stranger's."""
    story, today = elder(), clock.today()
    doctor, daughter = _account(story.doctor), story.relative
    fall = {
        "kind": DocumentKind.REPORT,
        "dated_on": today - timedelta(days=40),
        "title": "Passage aux urgences après une chute",
        "source": "CH d’Hazebrouck, urgences",
        "is_shared": True,
    }
    add_documents(
        story.patient, [paper("Compte rendu des urgences", FALL, fall["dated_on"])], fall, actor=doctor
    )
    blood = {
        "kind": DocumentKind.RESULT,
        "dated_on": today - timedelta(days=30),
        "title": "Bilan sanguin",
        "source": "Laboratoire de Laventie",
        "is_shared": True,
    }
    [first] = add_documents(
        story.patient, [paper("Bilan sanguin, partiel", BLOOD[:2], today)], blood, actor=doctor
    )
    check.check_waiting()
    replace_document(
        first, paper("Bilan sanguin complet", BLOOD, today), note="Résultats complets", actor=doctor
    )
    stairs = {"kind": DocumentKind.PHOTO, "note": "L’escalier de la maison, là où il est tombé."}
    send_documents(
        story.patient, [_stairs()], stairs, to=story.physiotherapist, origin=Origin.PATIENT, actor=daughter
    )
    letter = {
        "kind": DocumentKind.LETTER,
        "dated_on": today - timedelta(days=12),
        "title": "Courrier de gynécologie",
        "source": "CH d’Armentières",
        "is_shared": True,
    }
    add_documents(family.mother, [paper("Courrier", LETTER, letter["dated_on"])], letter, actor=doctor)
    result = {
        "kind": DocumentKind.RESULT,
        "note": "Reçu ce matin, pour la consultation de la semaine prochaine.",
    }
    analysis = paper("Résultats d’analyses", BLOOD[2:], today)
    send_documents(family.mother, [analysis], result, to=story.doctor, origin=Origin.PATIENT, actor=daughter)
    check.check_waiting()
    _under_pseudonym(story.nurse)


def _under_pseudonym(nurse: Practitioner) -> None:
    create_under_pseudonym(
        "Bleuet", 1991, practitioner=nurse, channel="none", contact="", actor=_account(nurse)
    )


def _account(practitioner: Practitioner) -> User:
    user = practitioner.user
    assert user is not None
    return user


def paper(title: str, lines: tuple[str, ...], day: object) -> SimpleUploadedFile:
    paper = Paper(title, "Document inventé pour la démonstration")
    paper.add_page()
    paper.line_of(title, 18, bold=True)
    paper.ln(4)
    paper.line_of(f"Le {day:%d/%m/%Y}" if isinstance(day, date) else "", 11, soft=True)
    paper.ln(6)
    for line in lines:
        paper.line_of(line, 12)
        paper.ln(3)
    return SimpleUploadedFile("document.pdf", paper.content())


def _stairs() -> SimpleUploadedFile:
    """A staircase as a child would draw it: nobody's home."""
    image = Image.new("RGB", (1200, 1600), (226, 214, 196))
    draw = ImageDraw.Draw(image)
    for step in range(9):
        top, left = 1450 - step * 150, 120 + step * 100
        draw.rectangle(
            (left, top, 1100, top + 150),
            fill=(150 - step * 9, 108 - step * 6, 70),
            outline=(70, 50, 35),
            width=6,
        )
    draw.line((90, 1180, 960, 120), fill=(60, 60, 60), width=16)
    data = BytesIO()
    image.save(data, "JPEG", quality=85)
    return SimpleUploadedFile("photo.jpg", data.getvalue())
