"""The forms of a page, read as a browser reads them, and what somebody would type into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.html import FormElement, HtmlElement, document_fromstring

_TYPED = {
    "date": "2026-11-30",
    "time": "09:00",
    "datetime-local": "2026-11-30T09:00",
    "email": "quelquun@example.org",
    "tel": "0612345678",
    "number": "2",
    "url": "https://example.org/",
    "month": "2026-12",
    "week": "2026-W49",
    "file": "",
}
_PRESSED = {"submit", "button", "reset", "image"}
_CONTROLS = ("input", "select", "textarea", "button")
# What htmx sends by itself.
_OUTSIDE = "//*[not(ancestor-or-self::form)][@hx-{verb}]"


@dataclass
class Form:
    """`fields` holds for each name what a person would send without further thought: several where several are."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)

    @property
    def shape(self) -> tuple[object, ...]:
        return self.method, frozenset(self.fields)


def forms_of(page: str, path: str) -> list[Form]:
    """Those that lead into the portal, with whole addresses."""
    tree = document_fromstring(page)
    forms = [_form(one) for one in tree.forms]
    for verb in ("post", "get"):
        found = tree.xpath(_OUTSIDE.format(verb=verb))
        forms += [Form(one.get(f"hx-{verb}"), verb.upper()) for one in found]
    for form in forms:
        form.action = urljoin(f"http://testserver{path}", form.action).removeprefix("http://testserver")
    return [form for form in forms if not urlsplit(form.action).netloc]


def _form(element: FormElement) -> Form:
    form = Form(element.get("action", ""), element.method)
    for control in element.iter(*_CONTROLS):
        name = control.get("name")
        if name and name != "csrfmiddlewaretoken":
            _fill(form, name, control)
    return form


def _fill(form: Form, name: str, control: HtmlElement) -> None:
    sent = form.fields.setdefault(name, [])
    kind, value = control.get("type", "text"), control.get("value", "")
    if control.tag == "select":
        sent[:] = _chosen(control)
    elif control.tag == "textarea":
        sent.append("Bonjour, tout va bien.")
    elif control.tag == "button" or kind in _PRESSED:
        sent[:] = sent or [value]
    elif kind == "file":
        form.files.add(name)
    elif kind in {"radio", "checkbox"}:
        if not sent or "checked" in control.attrib:
            sent[:] = [value or "on"]
    else:
        sent.append(value or _TYPED.get(kind, "Bonjour"))


def _chosen(select: HtmlElement) -> list[str]:
    """What is selected, else the first that says something."""
    options = list(select.iter("option"))
    marked = [one.get("value", "") for one in options if "selected" in one.attrib]
    return marked[-1:] or [value for one in options if (value := one.get("value", ""))][:1]
