"""Photographs of the demo: a brown spot and a ruler, painted by the computer; nobody's skin. Two dates to compare."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFilter

from accounts.models import User
from core import clock
from core.uploads import check
from msp_portal.demo.cast import Family
from msp_portal.demo.elder import elder
from patients.models import Patient
from teleconsult.actions.save_photos import follow_lesion
from teleconsult.actions.take_photo import add_photo, join_photos
from teleconsult.models import BodySite, ExpertiseRequest, Lesion, PhotoSitting, PhotoView, Side

WIDE, HIGH = 1600, 1200
SKIN = (226, 190, 168)
CENTRE = (WIDE // 2, HIGH // 2)
MOLE, LEG = "Grain de beauté", "Plaque rouge de la jambe"


@dataclass(frozen=True)
class Spot:
    """`size` in pixels as seen from near; `ragged`: how far its edge strays; `second`: a darker part."""

    size: int
    colour: tuple[int, int, int]
    ragged: float
    second: tuple[int, int, int] | None = None


BEFORE = Spot(150, (122, 78, 52), 0.06)
AFTER = Spot(205, (110, 66, 44), 0.16, (58, 36, 30))
WOUND = Spot(260, (186, 84, 74), 0.2, (214, 160, 92))
RED = Spot(330, (206, 112, 100), 0.25)
HEALED = Spot(170, (196, 112, 98), 0.14, (226, 176, 120))


def photograph(family: Family) -> None:
    """A mole that grows and a leg that reddens, of patiente@; a heel that heals, of her father. All washed like any."""
    story = elder()
    doctor, nurse = story.doctor.user, story.nurse.user
    assert doctor is not None
    assert nurse is not None
    mole = _follow(doctor, family.mother, MOLE, BodySite.BACK, Side.LEFT, "sous l’omoplate", 130)
    _sit(doctor, family.mother, mole, BEFORE, _at(130))
    _sit(doctor, family.mother, mole, AFTER, _at(41))
    leg = _follow(nurse, family.mother, LEG, BodySite.LEG, Side.LEFT, "face interne", 0)
    _sit(nurse, family.mother, leg, RED, clock.now() - timedelta(hours=5))
    heel = _follow(nurse, story.patient, "Plaie du talon", BodySite.FOOT, Side.RIGHT, "talon", 24)
    for spot, days in ((WOUND, 24), (HEALED, 3)):
        _sit(nurse, story.patient, heel, spot, _at(days), views=(PhotoView.CLOSE_UP, PhotoView.SCALE))
    check.check_waiting(seconds=60)


def join(family: Family) -> None:
    """What the dermatologist was asked about goes with the question: the latest sitting of each lesion."""
    for label, question in ((MOLE, "Lésion pigmentée du dos"), (LEG, "Plaque rouge")):
        asked = ExpertiseRequest.objects.filter(patient=family.mother, question__startswith=question).first()
        latest = PhotoSitting.objects.filter(patient=family.mother, photos__lesion__label=label)
        if asked is not None and (sitting := latest.order_by("-taken_at").first()):
            photos = list(sitting.photos.all())
            join_photos(asked, photos, photos, actor=asked.written_by)


def _follow(
    by: User, patient: Patient, label: str, site: BodySite, side: Side, precision: str, days: int
) -> Lesion:
    place = {"body_site": str(site), "side": str(side), "precision": precision}
    return follow_lesion(by, patient, label, place=place, seen_at=_at(days))


def _at(days: int) -> datetime:
    return clock.at(clock.today() - timedelta(days=days), time(10, 30))


def _sit(
    by: User,
    patient: Patient,
    lesion: Lesion,
    spot: Spot,
    at: datetime,
    views: tuple[PhotoView, ...] = (PhotoView.OVERVIEW, PhotoView.CLOSE_UP, PhotoView.SCALE),
) -> None:
    for number, view in enumerate(views):
        taken_at = at + timedelta(minutes=number)
        add_photo(by, patient, picture(spot, view), view=view, lesion=lesion, taken_at=taken_at)


def picture(spot: Spot, view: PhotoView) -> SimpleUploadedFile:
    """The same for the same spot and view, whenever the demo is made."""
    rng = random.Random(f"{spot.size}{view}")  # noqa: S311 – dots of a painted skin
    image = _skin(rng)
    scale = 0.22 if view == PhotoView.OVERVIEW else 1.0
    # Transparent in its own colour: a soft edge, not a dark one.
    layer = Image.new("RGBA", image.size, (*spot.colour, 0))
    draw = ImageDraw.Draw(layer)
    _blot(draw, rng, CENTRE, spot.size * scale, spot.colour, spot.ragged)
    if spot.second:
        off = round(spot.size * scale * 0.3)
        _blot(draw, rng, (CENTRE[0] + off, CENTRE[1] - off // 2), spot.size * scale * 0.5, spot.second, 0.2)
    soft = layer.filter(ImageFilter.GaussianBlur(6 * scale + 1))
    image.paste(soft, (0, 0), soft)
    if view == PhotoView.SCALE:
        _ruler(ImageDraw.Draw(image))
    data = BytesIO()
    image.save(data, "JPEG", quality=88)
    return SimpleUploadedFile("photo.jpg", data.getvalue())


def _skin(rng: random.Random) -> Image.Image:
    """One colour, a little lighter above, with some freckles."""
    shade = Image.linear_gradient("L").resize((WIDE, HIGH)).point(lambda value: 200 + value // 6)
    light = Image.new("RGB", (WIDE, HIGH), SKIN)
    image = Image.composite(light, Image.new("RGB", (WIDE, HIGH), (205, 164, 142)), shade)
    draw = ImageDraw.Draw(image)
    for _dot in range(70):
        x, y, size = rng.randrange(WIDE), rng.randrange(HIGH), rng.randrange(2, 6)
        draw.ellipse((x, y, x + size, y + size), fill=(198, 152, 126))
    return image


def _blot(
    draw: ImageDraw.ImageDraw,
    rng: random.Random,
    centre: tuple[int, int],
    size: float,
    colour: tuple[int, int, int],
    ragged: float,
) -> None:
    """A round with an edge that wanders: many small circles."""
    for _part in range(90):
        reach = size * (0.55 + ragged * rng.random())
        turn_x, turn_y = rng.uniform(-1, 1), rng.uniform(-1, 1)
        far = size * (0.3 + ragged)
        x, y = centre[0] + turn_x * far, centre[1] + turn_y * far * 0.8
        draw.ellipse((x - reach, y - reach * 0.85, x + reach, y + reach * 0.85), fill=(*colour, 255))


def _ruler(draw: ImageDraw.ImageDraw) -> None:
    """Paper with centimetres: 300 pixels each."""
    top = HIGH - 210
    draw.rectangle((0, top, WIDE, HIGH - 60), fill=(246, 244, 236), outline=(120, 116, 104), width=3)
    for number in range(WIDE // 30 + 1):
        x, long = number * 30, 70 if number % 10 == 0 else 48 if number % 5 == 0 else 30
        draw.line((x, top, x, top + long), fill=(40, 40, 40), width=3)
        if number % 10 == 0:
            draw.text((x + 10, top + 74), f"{number // 10} cm", fill=(40, 40, 40), font_size=36)
