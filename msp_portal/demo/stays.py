"""The intern's semester: half-days, reviews, a studio; and a doctor who thinks of retiring."""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from accounts.models import User
from appointments.actions.watch import watch
from appointments.models import Appointment, Status, StayHalfDay
from appointments.models.disruption import Cause
from coordination.models import Debrief, Lodging, LodgingRequest, Occupancy, StaffChange, StayNote
from coordination.stays import working_day_after
from core import clock
from msp_portal.demo.house import House
from practitioners.models import Internship, Practitioner

COMMENTS = ("Bon interrogatoire. Pense à revoir l’ordonnance à chaque fois.", "D’accord avec toi.", "")


def train(house: House, accounts: dict[str, User]) -> None:
    stay = Internship.objects.select_related("intern__centre").get()
    supervisor = house.member("medecin@demo.example").row
    second = Practitioner.objects.filter(last_name="Wallaert").first()
    stay.faculty = "Faculté de médecine de Lille"
    stay.objectives = (
        "Conduire seul une consultation, suivre des maladies chroniques, travailler avec l’équipe."
    )
    stay.save(update_fields=["faculty", "objectives"])
    if second is not None:
        stay.supervisors.add(second)
    StayHalfDay.objects.bulk_create(
        [
            StayHalfDay(stay=stay, weekday=weekday, half=half, supervisor=supervisor)
            for weekday, half in ((1, "am"), (1, "pm"), (3, "am"), (3, "pm"), (4, "am"))
        ]
    )
    with watch([stay.intern_id], Cause.ABSENCE):
        pass
    _reviews(stay, supervisor, accounts["medecin@demo.example"])
    StayNote.objects.create(
        stay=stay,
        author=accounts["medecin@demo.example"],
        text="Très à l’aise avec les enfants. À travailler : la durée des consultations.",
        written_at=clock.now() - timedelta(days=4),
    )
    _studios(stay, accounts["coordination@demo.example"])
    if second is not None:
        StaffChange.objects.create(
            centre=stay.intern.centre,
            direction="leaves",
            practitioner=second,
            profession=second.profession,
            on=clock.today().replace(day=1) + relativedelta(months=14),
            reason="retirement",
            replacement="Annonce à la faculté ; l’interne actuel est intéressé.",
            created_by=accounts["coordination@demo.example"],
        )


def _reviews(stay: Internship, supervisor: Practitioner, signer: User) -> None:
    """Older visits are signed; of the last working days some wait, one too long."""
    today = clock.today()
    start = clock.day_bounds(max(stay.since, today - timedelta(days=30)))[0]
    visits = Appointment.objects.filter(
        practitioner=stay.intern_id, status=Status.FULFILLED, start_at__gte=start
    ).order_by("start_at")
    rows = []
    for number, visit in enumerate(visits):
        day = clock.local(visit.start_at).date()
        row = Debrief(
            visit=visit,
            stay=stay,
            supervisor=supervisor,
            due_on=working_day_after(day, 1, stay.intern.centre),
            created_at=visit.end_at,
        )
        if row.due_on < today - timedelta(days=1) and number % 17:
            row.reviewed_at = visit.end_at + timedelta(hours=5 if number % 9 else 60)
            row.reviewed_by, row.comment = signer, COMMENTS[number % len(COMMENTS)]
        rows.append(row)
    Debrief.objects.bulk_create(rows)


def _studios(stay: Internship, coordinator: User) -> None:
    centre = stay.intern.centre
    halage = Lodging.objects.create(
        centre=centre,
        name="Studio du halage",
        address="31 chemin du Halage, Laventie",
        notes="Lit double, bureau.",
    )
    Lodging.objects.create(centre=centre, name="Studio de la place", address="2 place de l’Église, Laventie")
    Occupancy.objects.create(
        lodging=halage,
        occupant=stay.intern,
        since=stay.since,
        until=stay.until,
        deposit=300,
        keys_out_on=stay.since,
        keys_out_by="Nicolas Masquelier",
        inventory_in="Bon état général. Un volet dur à fermer.",
        created_by=coordinator,
    )
    following: date = stay.until + timedelta(days=1)
    LodgingRequest.objects.create(
        stay=stay, since=following, until=following + timedelta(days=29), note="Un mois de plus si possible."
    )
