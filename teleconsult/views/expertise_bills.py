"""One's own acts of télé-expertise of a year: what is billed, and what is not. Nobody reads another's."""

from __future__ import annotations

import csv

from django.db.models import Count, Q, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import SignedInRequest, gives_care
from core import clock
from core.formats import french
from core.formats.cells import safe
from patients.access import practitioner_of
from practitioners.models import Practitioner
from teleconsult.models import ExpertiseBill

YEARS = 3


def _own(request: SignedInRequest) -> tuple[Practitioner, int]:
    practitioner = practitioner_of(request.user) if gives_care(request.user) else None
    if practitioner is None:
        raise Http404
    this_year = clock.today().year
    asked = request.GET.get("annee", "")
    known = {str(this_year - number) for number in range(YEARS)}
    return practitioner, int(asked) if asked in known else this_year


@require_safe
def expertise_bills(request: SignedInRequest) -> HttpResponse:
    practitioner, year = _own(request)
    rows = ExpertiseBill.objects.filter(practitioner=practitioner, done_on__year=year)
    billable = Q(is_billable=True)
    sums = rows.order_by("act").values("act")
    totals = sums.annotate(
        number=Count("pk"), billed=Count("pk", billable), euros=Sum("amount", filter=billable)
    )
    context = {
        "year": year,
        "years": [clock.today().year - number for number in range(YEARS)],
        "totals": list(totals),
        "bills": list(rows.select_related("patient", "request")),
    }
    return render(request, "teleconsult/expertise_bills.html", context)


@require_safe
def expertise_bills_csv(request: SignedInRequest) -> HttpResponse:
    practitioner, year = _own(request)
    rows = ExpertiseBill.objects.filter(practitioner=practitioner, done_on__year=year)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="tele-expertise-{year}.csv"'
    response["Cache-Control"] = "no-store, private"
    table = csv.writer(response, delimiter=";")
    table.writerow([_("Date"), _("Acte"), _("Patient"), _("Tarif"), _("Facturable")])
    for bill in rows.select_related("patient").order_by("done_on", "pk"):
        amount = french.euros(bill.amount) if bill.is_billable else ""
        named = safe(bill.patient.display_name)
        table.writerow([f"{bill.done_on:%d/%m/%Y}", bill.act, named, amount, _yes(bill.is_billable)])
    return response


def _yes(is_so: bool) -> str:
    return _("oui") if is_so else _("non")
