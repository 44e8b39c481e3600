"""The appointment: what PostgreSQL keeps from ever being given twice."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _

from appointments.models.appointment_indexes import INDEXES
from appointments.models.appointment_queries import AppointmentQuerySet
from appointments.models.opening import Opening
from appointments.models.reason import PlaceKind, VisitReason
from appointments.models.reference import new_reference
from appointments.models.states import FREEING_STATES, PATIENTS_WORDS, Origin, Status
from core import clock
from core.db import TsTzRange
from patients.models import Patient
from practitioners.models import Equipment, Place, Practitioner, Room


class Appointment(models.Model):
    """A time of a practitioner, first held for a visitor (10 minutes), then booked for a patient."""

    reference = models.CharField(_("référence"), max_length=9, default=new_reference, unique=True)
    request_id = models.UUIDField(
        _("demande"),
        default=uuid.uuid4,
        unique=True,
        help_text=_("la même demande ne réserve qu’une fois"),
    )
    status = models.CharField(_("état"), max_length=12, choices=Status, default=Status.BOOKED)
    occupies = models.GeneratedField(
        expression=ExpressionWrapper(
            Q(status__in=[state for state in Status if state not in FREEING_STATES]),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    practitioner = models.ForeignKey(
        Practitioner,
        verbose_name=_("professionnel"),
        on_delete=models.PROTECT,
        related_name="appointments",
        db_index=False,  # the composite indexes below serve; each index more slows every booking
    )
    reason = models.ForeignKey(
        VisitReason,
        verbose_name=_("motif"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    patient = models.ForeignKey(
        Patient,
        verbose_name=_("patient"),
        on_delete=models.PROTECT,
        null=True,
        related_name="appointments",
        db_index=False,
    )
    place = models.ForeignKey(
        Place,
        verbose_name=_("lieu"),
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    room = models.ForeignKey(
        Room,
        verbose_name=_("salle"),
        on_delete=models.PROTECT,
        null=True,
        related_name="appointments",
        db_index=False,
    )
    equipment = models.ForeignKey(
        Equipment,
        verbose_name=_("équipement"),
        on_delete=models.PROTECT,
        null=True,
        related_name="appointments",
        db_index=False,
    )
    place_kind = models.CharField(_("où"), max_length=10, choices=PlaceKind, default=PlaceKind.CENTRE)
    opening = models.ForeignKey(
        Opening,
        verbose_name=_("plage"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="appointments",
    )
    start_at = models.DateTimeField(_("début"))
    end_at = models.DateTimeField(_("fin"))
    blocked_until = models.DateTimeField(
        _("libre à partir de"),
        help_text=_("fin et battement : gardé ici, pour qu’un motif modifié ne déplace rien"),
    )
    accompanies = models.ForeignKey(
        "self",
        verbose_name=_("en même temps que"),
        on_delete=models.PROTECT,
        null=True,
        related_name="companions",
        db_index=False,
        help_text=_("un second professionnel reçoit la même personne à la même heure"),
    )
    series = models.ForeignKey(
        "AppointmentSeries", models.PROTECT, null=True, related_name="sessions", db_index=False
    )
    is_overbooked = models.BooleanField(_("en surnombre"), default=False)
    sequence = models.PositiveSmallIntegerField(_("nombre de changements"), default=0)

    holder = models.CharField(_("visiteur qui retient"), max_length=64, blank=True)
    held_at = models.DateTimeField(_("retenu le"), null=True)
    held_until = models.DateTimeField(_("retenu jusqu’à"), null=True)
    moving = models.ForeignKey(
        "self",
        verbose_name=_("remplacera"),
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        help_text=_("rendez-vous qui prendra ce créneau si son déplacement est confirmé"),
    )

    origin = models.CharField(_("réservé"), max_length=15, choices=Origin, default=Origin.ONLINE)
    booked_at = models.DateTimeField(_("réservé le"), null=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("réservé par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="booked_appointments",
        db_index=False,
    )
    patient_message = models.TextField(_("message du patient"), max_length=1000, blank=True)
    cancelled_at = models.DateTimeField(_("annulé le"), null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("annulé par"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
    )
    cancel_note = models.CharField(_("raison de l’annulation"), max_length=300, blank=True)
    excused_at = models.DateTimeField(_("excusé le"), null=True, editable=False)

    arrived_at = models.DateTimeField(_("arrivé à"), null=True, editable=False)
    begun_at = models.DateTimeField(_("commencé à"), null=True, editable=False)
    finished_at = models.DateTimeField(_("terminé à"), null=True, editable=False)
    team_note = models.CharField(
        _("note pour l’équipe"), max_length=300, blank=True, default="", db_default=""
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("rendez-vous")
        verbose_name_plural = _("rendez-vous")
        ordering = ("start_at", "id")
        constraints = [
            ExclusionConstraint(
                name="appointment_practitioner_free",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "blocked_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(occupies=True, is_overbooked=False),
                violation_error_message=_("Ce créneau vient d’être pris."),
            ),
            ExclusionConstraint(
                # « <> » on the practitioner: one who overbooks himself stays in his own room.
                name="appointment_room_free",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    ("practitioner", RangeOperators.NOT_EQUAL),
                    (TsTzRange("start_at", "blocked_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(occupies=True, room__isnull=False),
                violation_error_message=_("La salle est déjà occupée à cette heure."),
            ),
            ExclusionConstraint(
                name="appointment_equipment_free",
                expressions=[
                    ("equipment", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "blocked_until"), RangeOperators.OVERLAPS),
                ],
                condition=Q(occupies=True, equipment__isnull=False),
                violation_error_message=_("L’équipement est déjà pris à cette heure."),
            ),
            ExclusionConstraint(
                # Two professionals may see one person together: then only the first of the rows counts.
                name="appointment_patient_free",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    (TsTzRange("start_at", "end_at"), RangeOperators.OVERLAPS),
                ],
                condition=Q(occupies=True, patient__isnull=False, accompanies__isnull=True),
                violation_error_message=_("Cette personne a déjà un rendez-vous à cette heure."),
            ),
            models.CheckConstraint(
                condition=Q(end_at__gt=F("start_at"), blocked_until__gte=F("end_at")),
                name="appointment_times_in_order",
                violation_error_message=_("L’heure de fin doit suivre l’heure de début."),
            ),
            models.CheckConstraint(
                condition=Q(blocked_until__lte=F("start_at") + timedelta(hours=24)),
                name="appointment_at_most_a_day",
                violation_error_message=_("Un rendez-vous dure 24 heures au plus."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.HELD, Status.LAPSED])
                | Q(patient__isnull=False, booked_at__isnull=False),
                name="appointment_booked_for_somebody",
                violation_error_message=_("Un rendez-vous confirmé a un patient."),
            ),
            models.CheckConstraint(
                # Search tells a hold by its `held_until` alone, from the index.
                condition=(Q(status=Status.HELD, held_until__isnull=False) & ~Q(holder=""))
                | Q(status=Status.LAPSED)
                | (~Q(status=Status.HELD) & Q(held_until=None)),
                name="appointment_held_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.CANCELLED) | Q(cancelled_at__isnull=False),
                name="appointment_cancelled_has_a_date",
            ),
        ]
        indexes = INDEXES

    def __str__(self) -> str:
        return f"{self.reference} · {clock.local(self.start_at):%d/%m/%Y %H:%M}"

    @property
    def received_by(self) -> str:
        """« Dr Vandamme et Mme Caron »; read `with_companions` first where there are many."""
        return self.received_with(self.companions.all())

    def received_with(self, companions: Iterable[Appointment]) -> str:
        names = [self.practitioner.display_name, *(other.practitioner.display_name for other in companions)]
        return str(_(" et ")).join(names)

    @property
    def status_for_patient(self) -> str:
        return str(PATIENTS_WORDS.get(Status(self.status), self.get_status_display()))

    @property
    def ics_uid(self) -> str:
        """Never changes, so that a calendar replaces its entry instead of adding one."""
        return f"{self.request_id}@msp-portal"

    def is_held_for(self, holder: str, now: datetime) -> bool:
        return (
            self.status == Status.HELD
            and secrets.compare_digest(self.holder.encode(), holder.encode())
            and self.held_until is not None
            and self.held_until > now
        )

    def can_change_online(self, now: datetime) -> bool:
        """Within the limit of the reason, and not yet begun."""
        return self.status == Status.BOOKED and now <= self.reason.last_free_cancellation(self.start_at)
