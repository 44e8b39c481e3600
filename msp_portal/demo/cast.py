"""The people that one signs in as: those of the README, with the same password for all."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress
from dateutil.relativedelta import relativedelta
from django.contrib.auth.hashers import make_password

from accounts.models import Role, RoleAssignment, User
from core import clock
from msp_portal.demo.house import House
from msp_portal.demo.population import mobile
from msp_portal.welcome import PASSWORD
from patients.models import CareTeamMember, NoticePreference, Patient, Proxy
from patients.models.care_team import Reason
from patients.models.patient import MAJORITY
from patients.models.proxy import ProxyState, Relation
from practitioners.models import Internship, Practitioner
from practitioners.models.internship import Level

OFFICE = (
    ("secretariat@demo.example", "Valérie", "Dubois", Role.SECRETARY),
    ("coordination@demo.example", "Nicolas", "Masquelier", Role.COORDINATOR),
    ("admin@demo.example", "Solange", "Ferment", Role.ADMINISTRATOR),
)
HOME = {"address": "27 chemin du Halage", "postal_code": "62840", "city": "Laventie"}


class Family:
    """patiente@ and hers."""

    def __init__(self, mother: Patient, child: Patient, toddler: Patient, father: Patient) -> None:
        self.mother, self.child, self.toddler, self.father = mother, child, toddler, father


def users(house: House) -> dict[str, User]:
    """Accounts, roles and verified addresses; one hash for all, since one password is all that there is."""
    password, since = make_password(PASSWORD), clock.today() - timedelta(days=400)
    rows = {
        member.person.email: User(
            email=member.person.email,
            first_name=member.row.first_name,
            last_name=member.row.last_name,
            phone=str(member.row.phone),
        )
        for member in house.members
        if member.person.email
    }
    rows |= {
        email: User(
            email=email,
            first_name=first,
            last_name=last,
            is_staff=role == Role.ADMINISTRATOR,
        )
        for email, first, last, role in OFFICE
    }
    patients = (("patiente", "Louise", "Delbecque", 1), ("voisin", "Gérard", "Wattel", 2))
    for name, first, last, number in patients:
        email = f"{name}@demo.example"
        rows[email] = User(email=email, first_name=first, last_name=last, phone=mobile(number))
    for user in rows.values():
        user.password = password
    User.objects.bulk_create(rows.values())
    EmailAddress.objects.bulk_create(
        [EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in rows.values()]
    )
    _roles(house, rows, since)
    return rows


def _roles(house: House, rows: dict[str, User], since: date) -> None:
    roles = [RoleAssignment(user=rows[email], role=role, since=since) for email, _f, _l, role in OFFICE]
    for member in house.members:
        if member.person.email:
            user = rows[member.person.email]
            roles.append(RoleAssignment(user=user, role=member.person.role, since=since))
            member.row.user = user
            member.row.save(update_fields=["user"])
    RoleAssignment.objects.bulk_create(roles)


def internship(house: House) -> None:
    """The semester of now: interns change in May and in November."""
    today = clock.today()
    start = date(today.year, 5, 2) if 5 <= today.month < 11 else date(today.year, 11, 2)
    if start > today:
        start -= relativedelta(years=1)
    stay = Internship.objects.create(
        intern=house.member("interne@demo.example").row,
        level=Level.SASPAS,
        since=start,
        until=start + relativedelta(months=6, days=-1),
    )
    stay.supervisors.add(house.member("medecin@demo.example").row)


def family(house: House, accounts: dict[str, User], now: datetime) -> Family:
    today = clock.local(now).date()
    doctor = house.member("medecin@demo.example").row
    mother = _person("Delbecque", "Louise Marie", today - relativedelta(years=41, days=97), "female", doctor)
    mother.used_name = "Hennart"
    mother.email, mother.phone = "patiente@demo.example", mobile(1)
    mother.identity_checked = True
    child = _person("Hennart", "Jules", today - relativedelta(years=9, days=40), "male", doctor)
    toddler = _person("Hennart", "Manon", today - relativedelta(years=3, days=200), "female", doctor)
    father = _person("Delbecque", "Marcel", today - relativedelta(years=75, days=12), "male", doctor)
    father.phone = mobile(3)
    Patient.objects.bulk_create([mother, child, toddler, father])
    user, asked = accounts["patiente@demo.example"], now - timedelta(days=300)
    decided = {
        "decided_at": asked + timedelta(days=2),
        "decided_by": accounts["coordination@demo.example"],
        "evidence": "Courrier signé et pièce d’identité",
    }
    Proxy.objects.bulk_create(
        [
            Proxy(user=user, patient=mother, relation=Relation.SELF, state=ProxyState.ACTIVE, asked_at=asked),
            *(
                Proxy(
                    user=user,
                    patient=patient,
                    relation=Relation.CHILD,
                    state=ProxyState.ACTIVE,
                    asked_at=asked,
                    until=patient.birth_date + relativedelta(years=MAJORITY),
                )
                for patient in (child, toddler)
            ),
            Proxy(
                user=user,
                patient=father,
                relation=Relation.PARENT,
                state=ProxyState.ACTIVE,
                asked_at=asked,
                **decided,
            ),
        ]
    )
    NoticePreference.objects.create(user=user, by_email=True, by_sms=True, hours_before=True)
    _care_team(house, [mother, child, toddler, father], mother, today)
    return Family(mother, child, toddler, father)


def _care_team(house: House, everybody: list[Patient], mother: Patient, today: date) -> None:
    since = today - timedelta(days=300)
    doctor = house.member("medecin@demo.example").row
    rows = [
        CareTeamMember(patient=patient, practitioner=doctor, reason=Reason.ATTENDING_DOCTOR, since=since)
        for patient in everybody
    ]
    rows += [
        CareTeamMember(
            patient=mother,
            practitioner=house.member(f"{name}@demo.example").row,
            reason=reason,
            since=today - timedelta(days=80),
        )
        for name, reason in (("kine", Reason.REFERRAL), ("infirmiere", Reason.APPOINTMENT))
    ]
    CareTeamMember.objects.bulk_create(rows)


def neighbour(house: House, accounts: dict[str, User], rng: Random, now: datetime) -> Patient:
    """A stranger to her: another doctor, another address, nothing in common."""
    doctor = house.member("medecin2@demo.example").row
    birth_date = clock.local(now).date() - relativedelta(years=58, days=rng.randint(20, 300))
    patient = _person("Wattel", "Gérard", birth_date, "male", doctor)
    patient.email, patient.phone = "voisin@demo.example", mobile(2)
    patient.address = "4 rue du Beffroi"
    patient.save()
    user = accounts["voisin@demo.example"]
    Proxy.objects.create(
        user=user,
        patient=patient,
        relation=Relation.SELF,
        state=ProxyState.ACTIVE,
        asked_at=now - timedelta(days=200),
    )
    NoticePreference.objects.create(user=user)
    CareTeamMember.objects.create(
        patient=patient,
        practitioner=doctor,
        reason=Reason.ATTENDING_DOCTOR,
        since=clock.local(now).date() - timedelta(days=200),
    )
    return patient


def _person(last: str, first: str, birth_date: date, sex: str, doctor: Practitioner) -> Patient:
    return Patient(
        birth_name=last,
        birth_first_names=first,
        birth_date=birth_date,
        sex=sex,
        birth_place_code="62491",
        attending_doctor=doctor,
        created_at=clock.now() - timedelta(days=400),
        **HOME,
    )
