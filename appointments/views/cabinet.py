"""What all screens of a practice do the same way: fill in, check what it changes, save."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.forms import BaseForm, ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from appointments.actions.watch import Watched
from core.db import constraint_sentence
from core.refusal import Refusal


def edit(
    request: HttpRequest,
    form: BaseForm,
    *,
    preview: Callable[[], Any],
    save: Callable[[], Any],
    back: str,
    done: str,
    stranded: Callable[[], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """« Vérifier » shows what the change would do, « Enregistrer » does it. Nothing typed is ever lost.

    `stranded` is where to go instead of `back` when booked patients are touched.
    """
    context |= {"form": form, "back": back, "preview": context.pop("preview_now", None)}
    step = request.POST.get("step", "")
    if request.method == "POST" and form.is_valid():
        if step == "save" and (watched := _saved(form, save)) is not None:
            messages.success(request, done)
            _warn(request, watched)
            touched = isinstance(watched, Watched) and watched.stranded
            return redirect(stranded() if touched and stranded else back)
        if form.is_valid():
            context["preview"] = preview()
    if step == "preview":
        return render(request, "cabinet/preview.html", context)
    return render(request, "cabinet/edit.html", context, status=422 if form.errors else 200)


def _saved(form: BaseForm, save: Callable[[], Any]) -> Any | None:
    """What the action answers; None where another change came first and a constraint of the tables refused."""
    try:
        return save() or Watched()
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return None
    except IntegrityError as error:
        model = form._meta.model if isinstance(form, ModelForm) else None
        sentence = constraint_sentence(error, model) if model else None
        form.add_error(
            None, sentence or _("Quelqu’un vient de changer la même chose. Vérifiez, puis réessayez.")
        )
        return None


def _warn(request: HttpRequest, watched: Any) -> None:
    number = len(watched.stranded) if isinstance(watched, Watched) else 0
    if number:
        messages.warning(
            request,
            _("Rendez-vous à replacer : %(number)s. Ils sont dans la liste « À replacer ».")
            % {"number": number},
        )
