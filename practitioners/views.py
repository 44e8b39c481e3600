"""The public directory, and what a practitioner says of himself in it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from practitioners import access
from practitioners.actions.change_profile import change_profile
from practitioners.forms import DirectoryForm, ProfileForm
from practitioners.models import Practitioner


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Everybody of the house who is shown, by profession; the filters stay in the address."""
    everybody = list(
        Practitioner.objects.listed()
        .select_related("profession")
        .prefetch_related("places")
        .order_by("profession__position", "profession__name", "last_name", "first_name", "pk")
    )
    form = DirectoryForm(
        request.GET,
        professions=list({p.profession_id: p.profession for p in everybody}.values()),
        places=sorted({place for p in everybody for place in p.places.all()}, key=lambda place: place.name),
        languages={code for p in everybody for code in p.languages},
    )
    wishes = form.wishes()
    found = [practitioner for practitioner in everybody if _fits(practitioner, wishes)]
    context = {"form": form, "practitioners": found, "is_filtered": bool(wishes)}
    template = "practitioners/directory.html"
    return render(request, f"{template}#results" if request.headers.get("HX-Request") else template, context)


def _fits(practitioner: Practitioner, wishes: dict[str, str | bool]) -> bool:
    places = list(practitioner.places.all())
    return (
        wishes.get("profession") in (None, practitioner.profession.slug)
        and ("langue" not in wishes or wishes["langue"] in practitioner.languages)
        and ("lieu" not in wishes or wishes["lieu"] in [str(place.pk) for place in places])
        and ("acces" not in wishes or any(place.step_free for place in places))
        and ("nouveaux" not in wishes or practitioner.accepts_new_patients)
    )


@login_not_required
@require_safe
@cache_control(public=True, max_age=3600)
def practitioner_photo(request: HttpRequest, slug: str) -> HttpResponse:
    """What he chose to show of himself; re-encoded when it was sent, so that it is an image and nothing else."""
    photo = access.listed_practitioner(slug).photo
    if not photo:
        raise Http404
    with photo.open("rb") as held:
        return HttpResponse(
            held.read(),
            content_type="image/jpeg",
            headers={"Content-Disposition": f'inline; filename="{slug}.jpg"'},
        )


@require_http_methods(["GET", "HEAD", "POST"])
def edit_profile(request: SignedInRequest, slug: str) -> HttpResponse:
    practitioner = access.get_editable(request.user, slug)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=practitioner)
    if request.method == "POST" and form.is_valid():
        change_profile(form.instance, form.changed_data, actor=request.user)
        messages.success(request, _("Votre profil est à jour."))
        return redirect("edit_profile", slug)
    # The bound form has put what was typed on its instance; the heading shows what is saved.
    context = {"practitioner": access.get_editable(request.user, slug), "form": form}
    return render(request, "cabinet/profile.html", context, status=422 if form.errors else 200)
