"""A protocol on paper, with who signed which text."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from coordination.models import ProtocolVersion
from core import clock
from core.formats import french
from core.formats.paper import new_paper


def protocol_paper(version: ProtocolVersion) -> bytes:
    with translation.override("fr"):
        protocol = version.protocol
        title = _("%(title)s, version %(number)s") % {"title": protocol.title, "number": version.number}
        printed = _("imprimé le %(day)s") % {"day": french.full_day_with_year(clock.now())}
        paper = new_paper(title, f"{title} · {printed}")
        paper.add_page()
        paper.line_of(protocol.centre.name, 10, soft=True)
        paper.line_of(protocol.title, 17, bold=True)
        professions = ", ".join(str(one) for one in protocol.professions.order_by("position", "name"))
        facts = [
            _("Version %(number)s, %(state)s")
            % {"number": version.number, "state": version.get_state_display()},
            _("À revoir le %(day)s") % {"day": french.full_day_with_year(version.review_on)},
            _("Responsable : %(name)s") % {"name": protocol.owner.display_name},
            _("Professions : %(names)s") % {"names": professions},
        ]
        for fact in facts:
            paper.line_of(fact, 9.5, soft=True)
        paper.ln(3)
        paper.line_of(version.content, 10.5)
        rows = [
            [
                row.practitioner.display_name,
                row.practitioner.profession_name,
                french.full_day_with_year(row.signed_at) if row.signed_at else _("pas encore"),
            ]
            for row in version.signatures.select_related("practitioner__profession").order_by("practitioner")
        ]
        if rows:
            paper.ln(4)
            paper.line_of(_("Signatures"), 12.5, bold=True)
            paper.grid([_("Nom"), _("Profession"), _("Signé le")], [70, 70, 46], rows)
            paper.ln(1)
            paper.line_of(_("Empreinte du texte : %(hash)s") % {"hash": version.content_hash}, 7, soft=True)
        return paper.content()
