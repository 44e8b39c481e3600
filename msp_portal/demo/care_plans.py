"""The care plan of the old man with balance trouble: agreed with him and his daughter, changed once since."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from coordination.actions.write_care_plan import (
    Activity,
    Content,
    Goal,
    agree_care_plan,
    write_care_plan,
)
from coordination.models import ActivityState, Actor, GoalState, MeasureComponent, Side
from core import clock
from msp_portal.demo.elder import Elder, elder
from patients.models.consent import Means

AIM = "Marcher seul jusqu’au marché, sans avoir peur de tomber."


def plan() -> None:
    told = elder()
    assert told.doctor.user is not None, "the doctor of the demo signs in"
    first = write_care_plan(told.patient, told.doctor, _content(told), actor=told.doctor.user)
    agree_care_plan(
        first,
        actor=told.doctor.user,
        agreed_on=clock.today() - timedelta(days=20),
        means=Means.ORAL,
        agreed_with="lui-même et sa fille",
    )
    write_care_plan(
        told.patient,
        told.doctor,
        _content(told, because="Les relevés sont acquis, un groupe d’équilibre prend la suite."),
        actor=told.doctor.user,
        seen_number=1,
    )


def _content(told: Elder, because: str = "") -> Content:
    today, is_later = clock.today(), bool(because)
    tug = MeasureComponent.objects.get(code="tug")
    tinetti = MeasureComponent.objects.get(code="tinetti")
    soon, later = today + timedelta(days=30), today + timedelta(days=90)
    begun = ActivityState.IN_PROGRESS
    done = ActivityState.COMPLETED if is_later else begun
    goals = [
        Goal(
            *("Se lever et marcher plus vite", tug, Side.BELOW, Decimal("13.5"), soon),
            GoalState.ACHIEVED if is_later else GoalState.IN_PROGRESS,
        ),
        Goal("Tenir mieux debout", tinetti, Side.FROM, Decimal(24), later, GoalState.IN_PROGRESS),
        Goal("Aucune chute pendant trois mois", None, "", None, later, GoalState.IN_PROGRESS),
    ]
    physio = told.physiotherapist
    activities = [
        Activity("Dix séances d’équilibre", Actor.PRACTITIONER, physio, None, "", soon, begun),
        Activity("Apprendre à se relever du sol", Actor.PRACTITIONER, physio, None, "", soon, done),
        Activity("Dix minutes de marche matin et soir", Actor.PATIENT, None, None, "", later, begun),
        Activity("Enlever le tapis du couloir", Actor.RELATIVE, None, None, "sa fille", None, done),
        Activity("Baisser le somnifère", Actor.PRACTITIONER, told.doctor, None, "", soon, begun),
        Activity("Tension une fois par mois", Actor.PRACTITIONER, told.nurse, None, "", later, begun),
    ]
    problems = ["Deux chutes en six mois", "Peur de tomber dehors", "Somnifère tous les soirs"]
    return Content(AIM, problems, goals, activities, soon, told.doctor, because)
