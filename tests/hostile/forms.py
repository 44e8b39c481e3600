"""The forms of a page, read as a browser reads them, and what somebody would type into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

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


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.form = Form(found.get("action", ""), found.get("method", "get").upper())
            self.forms.append(self.form)
        elif self.form is None:
            self._elsewhere(tag, found)
        elif name := found.get("name", ""):
            self._field(tag, name, found)
        elif tag == "option" and self.select:
            self._option(found)

    def _elsewhere(self, tag: str, found: dict[str, str]) -> None:
        """What htmx sends by itself."""
        for verb in ("post", "get"):
            if url := found.get(f"hx-{verb}", ""):
                self.forms.append(Form(url, verb.upper()))

    def _field(self, tag: str, name: str, found: dict[str, str]) -> None:
        assert self.form is not None
        sent = self.form.fields.setdefault(name, [])
        kind, value = found.get("type", "text"), found.get("value", "")
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            sent.append("Bonjour, tout va bien.")
        elif tag == "button" or kind in _PRESSED:
            sent[:] = sent or [value]
        elif kind == "file":
            self.form.files.add(name)
        elif kind in {"radio", "checkbox"}:
            if not sent or "checked" in found:
                sent[:] = [value or "on"]
        else:
            sent.append(value or _TYPED.get(kind, "Bonjour"))

    def _option(self, found: dict[str, str]) -> None:
        assert self.form is not None
        sent, value = self.form.fields[self.select], found.get("value", "")
        if "selected" in found or (value and not any(sent)):
            sent[:] = [value]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = ""


def forms_of(page: str, path: str) -> list[Form]:
    """Those that lead into the portal, with whole addresses."""
    reader = _Reader()
    reader.feed(page)
    for form in reader.forms:
        form.action = urljoin(f"http://testserver{path}", form.action).removeprefix("http://testserver")
        form.fields.pop("csrfmiddlewaretoken", None)
    return [form for form in reader.forms if not urlsplit(form.action).netloc]
