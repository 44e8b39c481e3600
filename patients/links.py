"""Everything that points to a patient, in this room and in all rooms above, known or to come. Reads, never writes."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import models

from patients.models import Patient, PatientMerge, SuspectedDuplicate

# What speaks of the two records themselves stays where it is.
_OWN = (Patient, PatientMerge, SuspectedDuplicate)


class Link(NamedTuple):
    """A table and the field of it that names a patient."""

    model: type[models.Model]
    field: str

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def rows_of(self, patient_id: int) -> models.QuerySet[Any]:
        return self.model._base_manager.filter(**{self.field: patient_id})


def links() -> list[Link]:
    """Foreign keys, one-to-ones and the tables behind many-to-manys, asked of the models: no list to keep."""
    found = [
        Link(relation.related_model, relation.field.name)
        for relation in Patient._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and relation.related_model._meta.managed
        and not relation.related_model._meta.proxy
        and not issubclass(relation.related_model, _OWN)
    ]
    return sorted(found, key=lambda link: (link.label, link.field))
