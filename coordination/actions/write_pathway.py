"""The coordinator writes what the team has agreed on; what is published stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from coordination.models import PathwayTemplate, PathwayVersion, TemplateStep, VersionState
from coordination.pathway_rules import faults_of
from core import clock
from core.audit.record import record
from core.refusal import Refusal
from practitioners.models import Centre, Profession


class NotADraft(Refusal):
    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "Une version publiée ne change plus : des patients la suivent. Créez une nouvelle version."
            )
        )


class NotReady(Refusal):
    """Something of the draft cannot be followed."""


class WrongState(Refusal):
    def __init__(self) -> None:
        super().__init__(gettext_lazy("Ce parcours vient de changer d’état. Relisez-le, puis recommencez."))


@transaction.atomic
def create_pathway_template(
    centre: Centre, fields: dict[str, Any], starters: Iterable[Profession], *, actor: User
) -> PathwayVersion:
    template = PathwayTemplate.objects.create(centre=centre, created_by=actor)
    version = PathwayVersion.objects.create(template=template, number=1, **fields)
    version.starters.set(starters)
    record(actor, "pathway_template.created", version, name=version.name)
    return version


def save_draft(
    version: PathwayVersion,
    fields: dict[str, Any],
    starters: Iterable[Profession],
    steps: Sequence[TemplateStep],
    *,
    actor: User,
) -> PathwayVersion:
    """All of the draft, written anew. Raises `NotADraft`."""
    with transaction.atomic():
        version = _locked(version)
        if not version.is_draft:
            raise NotADraft
        for name, value in fields.items():
            setattr(version, name, value)
        version.save(update_fields=list(fields))
        version.starters.set(starters)
        version.steps.all().delete()
        for step in steps:
            step.pk, step.version = None, version
        TemplateStep.objects.bulk_create(steps)
        record(actor, "pathway_template.saved", version, name=version.name, steps=len(steps))
    return version


def publish_pathway(version: PathwayVersion, *, actor: User) -> PathwayVersion:
    """From now on it is started; who follows the version before goes on with it. Raises `NotADraft` or `NotReady`."""
    now = clock.now()
    with transaction.atomic():
        version = _locked(version)
        if not version.is_draft:
            raise NotADraft
        steps = list(version.steps.select_related("category").order_by("position"))
        if not steps:
            raise NotReady(_("Ce parcours n’a pas encore d’étape : ajoutez-en une."))
        if faults := faults_of(steps):
            position, _field, sentence = faults[0]
            raise NotReady(_("Étape %(number)s : %(sentence)s") % {"number": position, "sentence": sentence})
        PathwayVersion.objects.published().filter(template=version.template_id).update(
            state=VersionState.RETIRED, retired_at=now
        )
        version.state, version.published_at, version.published_by = VersionState.ACTIVE, now, actor
        version.save(update_fields=["state", "published_at", "published_by"])
        record(actor, "pathway_template.published", version, name=version.name, number=version.number)
    return version


def retire_pathway(version: PathwayVersion, *, actor: User) -> PathwayVersion:
    """Nobody starts it any more; who follows it goes on. Raises `WrongState`."""
    with transaction.atomic():
        version = _locked(version)
        if version.state != VersionState.ACTIVE:
            raise WrongState
        version.state, version.retired_at = VersionState.RETIRED, clock.now()
        version.save(update_fields=["state", "retired_at"])
        record(actor, "pathway_template.retired", version, name=version.name, number=version.number)
    return version


def new_version(version: PathwayVersion, *, actor: User) -> PathwayVersion:
    """A draft that begins as a copy; the draft that there is, where there is one."""
    with transaction.atomic():
        PathwayTemplate.objects.select_for_update(no_key=True).get(pk=version.template_id)
        siblings = PathwayVersion.objects.filter(template=version.template_id)
        if (draft := siblings.filter(state=VersionState.DRAFT).first()) is not None:
            return draft
        number = max(siblings.values_list("number", flat=True)) + 1
        copy = _copy(version, template=version.template, number=number, name=version.name)
        record(actor, "pathway_template.version", copy, name=copy.name, number=number)
    return copy


def duplicate_pathway(version: PathwayVersion, *, actor: User) -> PathwayVersion:
    """A pathway of its own that begins like this one."""
    with transaction.atomic():
        template = PathwayTemplate.objects.create(centre=version.template.centre, created_by=actor)
        name = _("%(name)s (copie)") % {"name": version.name[:88]}
        copy = _copy(version, template=template, number=1, name=name)
        record(actor, "pathway_template.duplicated", copy, name=copy.name, of=version.pk)
    return copy


def drop_draft(version: PathwayVersion, *, actor: User) -> None:
    """What nobody has ever started may go altogether."""
    with transaction.atomic():
        version = _locked(version)
        if not version.is_draft:
            raise NotADraft
        record(actor, "pathway_template.dropped", version, name=version.name, number=version.number)
        template = version.template
        version.delete()
        if not template.versions.exists():
            template.delete()


def _copy(version: PathwayVersion, *, template: PathwayTemplate, number: int, name: str) -> PathwayVersion:
    copy = PathwayVersion.objects.create(
        template=template,
        number=number,
        name=name,
        neutral_name=version.neutral_name,
        purpose=version.purpose,
        exit_reasons=version.exit_reasons,
    )
    copy.starters.set(version.starters.all())
    steps = list(version.steps.order_by("position"))
    for step in steps:
        step.pk, step._state.adding, step.version = None, True, copy
    TemplateStep.objects.bulk_create(steps)
    return copy


def _locked(version: PathwayVersion) -> PathwayVersion:
    rows = PathwayVersion.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("template__centre").get(pk=version.pk)
