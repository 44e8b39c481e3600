"""Rooms and devices of the house, and when they are out of use: the desk's business."""

from __future__ import annotations

from django.contrib import messages
from django.forms import BaseForm, Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest, desk_required
from appointments import preview
from appointments.actions.close_resource import close_resource
from appointments.actions.reopen_resource import reopen_resource as do_reopen
from appointments.actions.save_resource import save_resource
from appointments.actions.watch import Watched
from appointments.forms.resource import EquipmentForm, ResourceClosureForm, RoomForm
from appointments.models import ResourceClosure
from appointments.views.cabinet import edit
from core import clock
from core.refusal import Refusal
from practitioners.models import Equipment, Room


@desk_required
@require_safe
def resources(request: SignedInRequest) -> HttpResponse:
    coming = ResourceClosure.objects.filter(end_at__gt=clock.now())
    context = {
        "rooms": Room.objects.select_related("place").order_by("place__name", "name"),
        "equipment": Equipment.objects.select_related("place", "kind").order_by("place__name", "name"),
        "closures": coming.select_related("room", "equipment").order_by("start_at", "pk"),
        "now": clock.now(),
    }
    return render(request, "cabinet/resources.html", context)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_room(request: SignedInRequest) -> HttpResponse:
    return _edit_resource(request, RoomForm(request.POST or None), _("Nouvelle salle"))


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_room(request: SignedInRequest, pk: int) -> HttpResponse:
    room = get_object_or_404(Room, pk=pk)
    return _edit_resource(request, RoomForm(request.POST or None, instance=room), room.name)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_equipment(request: SignedInRequest) -> HttpResponse:
    return _edit_resource(request, EquipmentForm(request.POST or None), _("Nouvel équipement"))


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_equipment(request: SignedInRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Equipment, pk=pk)
    return _edit_resource(request, EquipmentForm(request.POST or None, instance=unit), unit.name)


def _edit_resource(request: SignedInRequest, form: RoomForm | EquipmentForm, title: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            save_resource(form.instance, actor=request.user, new_kind=form.cleaned_data.get("new_kind", ""))
        except Refusal as refusal:
            form.add_error("is_active", str(refusal.sentence))
        else:
            messages.success(request, _("« %(name)s » : c’est enregistré.") % {"name": form.instance.name})
            return redirect("resources")
    context = {"form": form, "title": title}
    return render(request, "cabinet/edit_resource.html", context, status=422 if form.errors else 200)


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_resource_closure(request: SignedInRequest) -> HttpResponse:
    """What would be touched is shown before it is saved."""
    first = request.GET.get("quoi", "")
    form = ResourceClosureForm(request.POST or None, initial={"what": first})
    return edit(
        request,
        form,
        preview=lambda: preview.of_resource_closure(form.instance),
        save=lambda: _close(request, form),
        back=reverse("resources"),
        done=_("La fermeture est enregistrée."),
        title=_("Fermer une salle ou un équipement"),
    )


def _close(request: SignedInRequest, form: BaseForm) -> Watched:
    return Watched(close_resource(form.instance, actor=request.user))  # type: ignore[attr-defined]


@desk_required
@require_http_methods(["GET", "HEAD", "POST"])
def reopen_resource(request: SignedInRequest, pk: int) -> HttpResponse:
    closure = get_object_or_404(
        ResourceClosure.objects.select_related("room", "equipment"), pk=pk, end_at__gt=clock.now()
    )
    return edit(
        request,
        Form(request.POST or None),
        preview=lambda: preview.Preview([], []),
        save=lambda: Watched(settled=do_reopen(closure, actor=request.user)),
        back=reverse("resources"),
        done=_("La fermeture est levée."),
        title=_("Lever la fermeture « %s »") % f"{closure.resource}, {closure.label}",
        preview_now=preview.Preview([], []),
        save_label=_("Lever la fermeture"),
    )
