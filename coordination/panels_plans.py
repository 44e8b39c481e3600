"""The care plan beside the timeline and as a line of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination import care_plans
from coordination.access import Reader
from coordination.models import CarePlan, CarePlanVersion
from coordination.panels import Panel, add_panel, cares
from coordination.timeline import Entry, Source, Words, add_source
from patients.models import Patient
from practitioners.models import Practitioner


def _panel(patient: Patient, reader: Reader) -> dict[str, Any]:
    plan = care_plans.readable_plans(patient, reader).filter(closed_at=None).first()
    if plan is None:
        return {"shown": None}
    hidden = care_plans.hidden_notes(patient, reader)
    return {"shown": care_plans.shown(care_plans.get_version(plan), hidden)}


def _rows(patient: Patient, reader: Practitioner | None) -> QuerySet[CarePlan]:
    return care_plans.plans_for(patient, reader)


def _asked(keys: Collection[int]) -> list[QuerySet[CarePlanVersion]]:
    rows = CarePlanVersion.objects.current().filter(plan__in=keys)
    return [rows.select_related("plan", "author__profession")]


def _entries(rows: Iterable[CarePlanVersion]) -> Iterator[Entry]:
    for version in rows:
        plan = version.plan
        yield Entry(
            kind=care_plans.KIND,
            pk=plan.pk,
            at=plan.opened_at,
            title=_("Plan de soins") if plan.is_open else _("Plan de soins, clos"),
            summary=version.aim,
            author=f"{version.author.display_name}, {version.author.profession}",
            url=reverse("care_plan", args=[plan.patient_id]),
        )


add_panel(
    Panel(
        "plan",
        gettext_lazy("Plan de soins"),
        "coordination/care_plan_panel.html",
        _panel,
        cares,
        order=14,
        sign="clipboard2-heart",
    )
)
add_source(
    Source(
        kind=care_plans.KIND,
        label=gettext_lazy("Plans de soins"),
        sign="clipboard2-heart",
        at="opened_at",
        rows=_rows,
        entries=Words(_asked, _entries),
        # One plan for the whole team, that the patient agreed to: closed to some of them, a second one would arise
        # beside it. He opposes a professional instead, or asks that the plan be closed.
        may_be_opposed=False,
    )
)
