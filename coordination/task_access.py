"""Who reads what of this room. Hidden and missing answer the same 404."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q
from django.http import Http404

from accounts.access import DESK_ROLES, gives_care, holders_of, is_coordinator, is_desk
from accounts.models import Role, RoleAssignment, User
from coordination.models import Task
from coordination.models.task import TaskQuerySet
from patients.access import (
    patients_cared_for,
    patients_followed_by,
    patients_listed_for,
    readers_of,
    visible_patients,
)
from patients.models import Patient
from practitioners.models import Practitioner
from practitioners.models.practitioner import Kind


def works_here(user: User) -> bool:
    return gives_care(user) or is_desk(user)


def tasks_for(user: User, *, listed: bool = False) -> TaskQuerySet:
    """Readable today. Of a patient: to who may open his record, administrative ones also to the desk; of the house: to
    who has it or gave it, and to the coordinator. `listed`: for pages that gather many, and ask the door of none."""
    if not works_here(user):
        return Task.objects.none()
    without_patient = Q(patient=None)
    if not is_coordinator(user):
        without_patient &= Q(owner=user) | Q(created_by=user)
    clinical = patients_followed_by(user) if listed else patients_cared_for(user)
    other = patients_listed_for(user) if listed else visible_patients(user)
    return Task.objects.filter(
        without_patient
        | Q(is_clinical=True, patient__in=clinical.values("pk"))
        | Q(is_clinical=False, patient__in=other.values("pk"))
    )


def get_task(user: User, pk: int) -> Task:
    task = tasks_for(user).with_people().filter(pk=pk).first()
    if task is None:
        raise Http404
    return task


def orphans_for(user: User) -> TaskQuerySet:
    """The coordinator's worklist: tasks whose owner can do nothing about them. Their words may be closed to her."""
    if not is_coordinator(user):
        return Task.objects.none()
    return Task.objects.open().exclude(orphaned_at=None)


def get_orphan(user: User, pk: int) -> Task:
    task = orphans_for(user).with_people().filter(pk=pk).first()
    if task is None:
        raise Http404
    return task


def may_own(user: User, patient: Patient | None, *, is_clinical: bool) -> bool:
    """Whether a task about this patient may be this person's: he works here, and may read it."""
    if not works_here(user):
        return False
    if patient is None:
        return True
    return (
        (patients_cared_for(user) if is_clinical else visible_patients(user)).filter(pk=patient.pk).exists()
    )


def people_for(patient: Patient | None) -> list[User]:
    """To whom a task may be given, by name: those who may open the record, and the desk (administrative words only).
    Each with his roles read, in a fixed number of queries."""
    if patient is not None:
        carers = [one.user for one in readers_of(patient) if one.user is not None]
    else:
        members = Practitioner.objects.active().filter(kind=Kind.MEMBER)
        carers = list(User.objects.filter(pk__in=members.values("user"), is_active=True))
    at_desk = RoleAssignment.objects.in_force().filter(role__in=DESK_ROLES)
    desk = User.objects.filter(pk__in=at_desk.values("user"), is_active=True)
    found = {one.pk: one for one in [*carers, *desk]}
    _read_roles(found)
    return sorted(
        (one for one in found.values() if works_here(one)),
        key=lambda one: (one.last_name, one.first_name, one.pk),
    )


def _read_roles(people: dict[int, User]) -> None:
    roles: dict[int, set[str]] = defaultdict(set)
    rows = RoleAssignment.objects.in_force().filter(user__in=list(people))
    for user, role in rows.values_list("user", "role"):
        roles[user].add(role)
    for pk, one in people.items():
        one.roles = frozenset(roles[pk])


def coordinators() -> list[User]:
    return list(holders_of(Role.COORDINATOR).order_by("pk"))
