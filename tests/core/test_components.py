"""The small tools of the templates: signs, menu lines, initials, devices, states."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import RequestFactory

from appointments.models import Status
from core.outbox.models import State
from core.templatetags import components

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def render(text: str, **context: object) -> str:
    return Template("{% load components %}" + text).render(Context(context)).strip()


def test_a_sign_is_silent_unless_it_has_a_label() -> None:
    silent = render('{% icon "calendar-check" %}')
    spoken = render('{% icon "x-lg" "Fermer" %}')
    assert silent == (
        '<svg class="icon" aria-hidden="true">'
        '<use href="/static/vendor/bootstrap-icons-1.13.2/sprite.svg#calendar-check"></use></svg>'
    )
    assert spoken == (
        '<svg class="icon" role="img" aria-label="Fermer">'
        '<use href="/static/vendor/bootstrap-icons-1.13.2/sprite.svg#x-lg"></use></svg>'
    )


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/demo/", ' aria-current="page"'),
        ("/demo/messages/", ' aria-current="true"'),
        ("/", ""),
    ],
)
def test_the_menu_says_where_one_is(path: str, mark: str) -> None:
    request = RequestFactory().get(path)
    line = render('{% nav_link "demo" "Démonstration" %}', request=request)
    assert (
        " ".join(line.split())
        == f'<li> <a class="nav-item" href="/demo/"{mark or " "}> Démonstration </a> </li>'
    )


def test_what_is_done_less_often_is_folded() -> None:
    folded = render("{% more_actions %}<li>Imprimer</li>{% endmore_actions %}")
    assert "<details" in folded
    assert "Autres actions" in folded
    assert "<li>Imprimer</li>" in folded


def test_the_menu_is_silent_about_rooms_not_built() -> None:
    assert render('{% nav_link "no_such_room" "Ailleurs" %}') == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dr Anne Lefebvre", "AL"),
        ("Mme Claire Vermeulen", "CV"),
        ("Jean-Luc d’Hondt", "JD"),
        ("Zofia", "Z"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials(name: str | None, expected: str) -> None:
    assert components.initials(name) == expected


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        ("curl/8.0", "curl/8.0"),
        ("", "?"),
    ],
)
def test_a_device_is_named_so_that_its_owner_knows_it(user_agent: str, expected: str) -> None:
    assert components.device(user_agent) == expected


def test_every_state_has_its_sign() -> None:
    assert set(Status.values) | set(State.values) <= set(components.STATES)


def test_every_sign_that_a_template_names_is_in_the_sprite() -> None:
    # The page of a call has a sprite of its own, so that no other page pays for it.
    of_the_call = [path for path in TEMPLATES.rglob("*.html") if "call_icon" in path.read_text()]
    of_the_call += TEMPLATES.glob("teleconsult/components/call_*.html")
    others = set(TEMPLATES.rglob("*.html")) - set(of_the_call)
    for sprite, pages in ((components.SPRITE, others), (components.CALL_SPRITE, of_the_call)):
        found = finders.find(sprite)
        assert isinstance(found, str)
        drawn = set(re.findall(r'<symbol id="([^"]+)"', Path(found).read_text()))
        text = "\n".join(path.read_text() for path in sorted(pages))
        named = set(re.findall(r'(?:icon|sign=|action_sign=) ?"([a-z0-9-]+)"', text))
        if pages is others:
            named |= {sign for _kind, sign in components.STATES.values()}
        assert named - drawn == set()


REFUSED_FIELD = """
<div id="div_id_birth_date" class="field in-error">
  <label for="id_birth_date"> Date de naissance </label>
  <div class="hint" id="id_birth_date_helptext">Par exemple 31/12/1980</div>
  <div id="id_birth_date_error" class="invalid-feedback">
    <p>SIGN <span><span class="visually-hidden">Erreur :</span> Écrivez la date comme ceci : 14/03/2026.</span></p>
  </div>
  <input type="date" name="birth_date" value="demain" required
         aria-describedby="id_birth_date_helptext id_birth_date_error" class="dateinput form-control is-invalid"
         aria-invalid="true" id="id_birth_date">
</div>
"""


def test_hint_and_error_are_tied_to_their_field() -> None:
    from django.test.html import parse_html

    from msp_portal.showcase import SampleForm

    form = SampleForm({"birth_date": "demain"})
    written = Template("{% load crispy_forms_filters %}{{ form.birth_date|as_crispy_field }}").render(
        Context({"form": form})
    )
    written = re.sub(r"<svg.*?</svg>", "SIGN", written).replace("\u00a0", " ")
    assert parse_html(written) == parse_html(REFUSED_FIELD)


def test_only_what_may_be_left_out_is_marked() -> None:
    from msp_portal.showcase import SampleForm

    written = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(
        Context({"form": SampleForm()})
    )
    assert written.count("(facultatif)") == 3
    assert "asteriskField" not in written


def page(title: str, trail: str, **context: object) -> str:
    base = Template(
        "{% load components %}{% block title %}{% endblock %}"
        "{% breadcrumb %}{% block trail %}{% endblock %}{% endbreadcrumb %}"
    )
    text: str = f"{{% extends base %}}{{% load components %}}{{% block title %}}{title}{{% endblock %}}"
    text += f"{{% block trail %}}{trail}{{% endblock %}}"
    return Template(text).render(Context({"base": base, **context}))


def test_the_last_step_of_the_way_back_is_the_page() -> None:
    """Its title says of whom after a middle dot; the steps before have said that."""
    steps = '{% step "Patients" "patient_search" %}{% step who href="/patients/7/" %}'
    written = page("Documents · {{ who }}", steps, who="Luc <d’Hondt>")
    assert re.findall(r"<li.*?</li>", written) == [
        '<li><a href="/patients/">Patients</a></li>',
        '<li><a href="/patients/7/">Luc &lt;d’Hondt&gt;</a></li>',
        '<li aria-current="page">Documents</li>',
    ]
    assert written.startswith("Documents · Luc &lt;d’Hondt&gt;")
    assert written.count('<nav aria-label="Fil d’Ariane">') == 1


def test_a_page_without_steps_has_no_way_back() -> None:
    assert page("Patients", "{% if far %}{% step 'Loin' href='/loin/' %}{% endif %}", far=False) == "Patients"


def test_a_title_stays_what_it_is_in_the_way_back() -> None:
    assert '<li aria-current="page">a&amp;b &lt;i&gt;</li>' in page(
        "{{ one }}", "{% step 1 href='/' %}", one="a&b <i>"
    )


def test_a_step_carries_what_was_chosen() -> None:
    assert (
        render('{% step 2026 "evidence" annee=2026 %}') == '<li><a href="/pilotage/?annee=2026">2026</a></li>'
    )


def test_tabs_say_which_one_is_open() -> None:
    tabs = '{% tabs "Stages" %}{% tab "Stages" "stays" current=here|is:"stays" count=2 %}'
    tabs += '{% tab "Studios" "lodgings" current=here|is:"lodgings" %}{% endtabs %}'
    written = render(tabs, here="stays")
    assert re.findall(r"<li>.*?</li>", written) == [
        '<li><a href="/coordination/stages/" aria-current="page">Stages <span class="count">2</span></a></li>',
        '<li><a href="/coordination/studios/">Studios</a></li>',
    ]
    assert '<nav aria-label="Stages">' in written
    ready = [{"label": "À venir", "href": "#a", "current": True}]
    listed = render('{% include "components/tabs.html" %}', tabs=ready, lines=["of the page around it"])
    assert "of the page" not in listed
    assert re.findall(r"<li>.*?</li>", listed) == ['<li><a href="#a" aria-current="page">À venir</a></li>']


def test_what_cannot_be_undone_asks_first() -> None:
    written = render(
        '{% include "components/confirm_dialog.html" with dialog_id="d" label="Fermer" title="Fermer ?" action="/x/" %}'
    )
    opener, rest = written.split("<dialog", 1)
    assert "<form" not in opener
    assert 'type="button"' in opener
    assert 'popovertarget="d"' in opener
    assert 'data-dialog="d"' in opener
    assert ' id="d" popover aria-labelledby="d-title"' in rest
    assert '<form method="post" action="/x/"' in rest
