"""The partner answers for a session: the link of the e-mail, no account."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.refusal import Refusal
from partnerships.actions.change_session import cancel_session, confirm_session
from partnerships.forms.session import AnswerForm
from partnerships.links import session_of
from partnerships.models import ConsultationSession
from partnerships.session_fill import fills


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer_session(request: HttpRequest, token: str) -> HttpResponse:
    """Shows when, where and how many are expected: never who."""
    session = session_of(token)
    if session is None:
        return render(request, "partnerships/answer_dead.html", status=410)
    form = AnswerForm(request.POST or None)
    answered = (
        request.method == "POST"
        and form.is_valid()
        and _answer(session, form, request.POST.get("answer", ""))
    )
    if answered:
        session.refresh_from_db()
    context = {"session": session, "fill": fills([session])[0], "form": None if answered else form}
    return render(request, "partnerships/answer_session.html", context, status=422 if form.errors else 200)


def _answer(session: ConsultationSession, form: AnswerForm, answer: str) -> bool:
    name, reason = form.cleaned_data["name"], form.cleaned_data["reason"]
    if answer == "no" and not reason:
        form.add_error("reason", _("Dites en quelques mots pourquoi."))
        return False
    try:
        if answer == "no":
            cancel_session(session, reason, by=name)
        else:
            confirm_session(session, by=name)
    except Refusal as refusal:
        form.add_error(None, str(refusal.sentence))
        return False
    return True
