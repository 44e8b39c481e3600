"""Who is shown to the public, and who may change what a practitioner says of himself and of his hours."""

from __future__ import annotations

from django.http import Http404

from accounts.access import CARE_ROLES, Visitor, has_role, is_desk
from core import clock
from practitioners.models import Internship, Practitioner
from practitioners.models.practitioner import Kind, PractitionerQuerySet


def listed_practitioner(slug: str) -> Practitioner:
    """Somebody of the public directory; hidden and gone answer like missing."""
    practitioner = (
        Practitioner.objects.listed()
        .select_related("profession", "centre")
        .prefetch_related("places")
        .filter(slug=slug)
        .first()
    )
    if practitioner is None:
        raise Http404
    return practitioner


def editable_practitioners(user: Visitor) -> PractitionerQuerySet:
    """Whose hours, absences and reasons this account may change: one's own, or everybody's at the desk."""
    found = Practitioner.objects.active().exclude(kind=Kind.CORRESPONDENT)
    if is_desk(user):
        return found
    if has_role(user, *CARE_ROLES):
        return found.filter(user=user.pk)
    return found.none()


def get_editable(user: Visitor, slug: str) -> Practitioner:
    """A colleague's practice answers like one that does not exist."""
    practitioner = (
        editable_practitioners(user).select_related("profession", "centre").filter(slug=slug).first()
    )
    if practitioner is None:
        raise Http404
    return practitioner


def acting_today(practitioner: Practitioner) -> list[Practitioner]:
    """In whose name a professional cares today: his own; a trainee's also his supervisors', while his stay lasts.

    Nobody's where a trainee has no stay today. One query, two for a trainee.
    """
    stays = Internship.objects.filter(intern=practitioner).values_list("since", "until", "supervisors")
    found = list(stays.order_by("-since", "supervisors"))
    if not found:
        return [practitioner]
    today = clock.today()
    current = [supervisor for since, until, supervisor in found if since <= today <= until]
    supervisors = (
        Practitioner.objects.with_names().filter(pk__in=[key for key in current if key]).order_by("pk")
    )
    return [practitioner, *supervisors] if current else []
