"""The people for whom an account acts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import SignedInRequest
from core import clock
from core.refusal import Refusal
from core.web.ratelimit import limit
from patients import access
from patients.actions.add_relative import add_relative
from patients.actions.end_proxy import end_proxy
from patients.forms.identity import RelativeForm
from patients.models import Proxy
from patients.models.proxy import ProxyState, Relation


@require_safe
def my_relatives(request: SignedInRequest) -> HttpResponse:
    proxies = [proxy for proxy in access.proxies_of(request.user) if proxy.relation != Relation.SELF]
    of_age = access.come_of_age(request.user)
    context = {"proxies": proxies, "of_age": of_age, "today": clock.today()}
    return render(request, "patients/space/relatives.html", context)


@limit("relative")
@require_http_methods(["GET", "HEAD", "POST"])
def add_a_relative(request: SignedInRequest) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = RelativeForm(posted)
    if posted is not None and form.is_valid():
        try:
            proxy = add_relative(request.user, form.cleaned_data["relation"], form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _added(proxy))
            return redirect("my_relatives")
    context = {"form": form}
    return render(request, "patients/space/add_relative.html", context, status=200 if posted is None else 422)


def _added(proxy: Proxy) -> str:
    name = proxy.patient.first_name
    if proxy.state == ProxyState.ACTIVE:
        return _("Vous pouvez prendre rendez-vous pour %(name)s.") % {"name": name}
    return _("Votre demande est enregistrée. La maison de santé vous répondra par e-mail.")


@require_http_methods(["GET", "HEAD", "POST"])
def end_relative(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asks first: afterwards the account sees and changes nothing of this person any more."""
    proxy = access.get_relative_proxy_for(request.user, pk)
    if request.method == "POST":
        end_proxy(proxy, actor=request.user)
        messages.success(request, _("C’est fait : vous n’agissez plus pour cette personne."))
        return redirect("my_relatives")
    return render(request, "patients/space/end_relative.html", {"proxy": proxy})
