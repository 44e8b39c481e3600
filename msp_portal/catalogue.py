"""The texts of the screens, gathered from code and templates: French is the source, the other languages follow.

GNU gettext is not needed on the machine: Babel reads the code and writes the catalogues, Django's own `templatize`
turns a template into something to read calls from.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOMS = (
    "core",
    "accounts",
    "practitioners",
    "patients",
    "appointments",
    "coordination",
    "partnerships",
    "teleconsult",
    "msp_portal",
)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
CALL = re.compile(r"\b(_|n?gettext|pgettext|npgettext)\(")
LANGUAGES = ("en",)
HEADER = """\
# The screens of the portal in English. `manage.py messages` gathers the French; people translate it here.
# Copyright (c) 2026 the MSP portal contributors, MIT licence.
#"""
BEGINNING = datetime(2026, 11, 21, tzinfo=UTC)

type Entry = tuple[str | tuple[str, ...], str | None]


def gather(root: Path) -> Catalog:
    """Every text of the project, in the order of files."""
    catalogue = Catalog(project="msp-portal", charset="utf-8", fuzzy=False)
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                _add(catalogue, _from_code(path), path.relative_to(root))
    for path in sorted((root / "templates").rglob("*.*")):
        if path.suffix in {".html", ".txt"}:
            _add(catalogue, _from_template(path), path.relative_to(root))
    return catalogue


def update(root: Path, language: str) -> Catalog:
    """The language's catalogue with today's texts: translations kept, vanished texts dropped, no guesses."""
    path = catalogue_path(language)
    known = _read(path, language)
    known.update(gather(root), no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    return known


def write(catalogue: Catalog, language: str) -> None:
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, width=110, include_lineno=False, sort_output=True, ignore_obsolete=True)
    path.with_suffix(".mo").write_bytes(_compiled(catalogue))


def compile_house_words() -> None:
    """locale/fr is written by hand: what libraries say in French and the house says otherwise."""
    path = catalogue_path("fr")
    path.with_suffix(".mo").write_bytes(_compiled(_read(path, "fr")))


def house_words_are_compiled() -> bool:
    path = catalogue_path("fr")
    compiled = path.with_suffix(".mo")
    return compiled.exists() and compiled.read_bytes() == _compiled(_read(path, "fr"))


def untranslated(catalogue: Catalog) -> list[str]:
    """The French texts that the language has no words for."""
    missing = []
    for message in catalogue:
        words = message.string if isinstance(message.string, tuple | list) else (message.string,)
        if message.id and not all(words):
            missing.append(message.id[0] if isinstance(message.id, tuple | list) else message.id)
    return missing


def is_current(catalogue: Catalog, language: str) -> bool:
    """Whether what is committed says the same, compiled file included."""
    path = catalogue_path(language)
    compiled = path.with_suffix(".mo")
    if not path.exists() or not compiled.exists():
        return False
    committed = _read(path, language)
    same = {(m.id, m.context): m.string for m in committed if m.id} == {
        (m.id, m.context): m.string for m in catalogue if m.id
    }
    return same and compiled.read_bytes() == _compiled(committed)


def catalogue_path(language: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / language / "LC_MESSAGES" / "django.po"


def _compiled(catalogue: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _read(path: Path, language: str) -> Catalog:
    """Babel's header is full of blanks to fill, and of today: here the same texts make the same file on any day."""
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    else:
        catalogue = Catalog(locale=language, charset="utf-8")
    catalogue.header_comment = HEADER
    catalogue.project, catalogue.version = "msp-portal", "0.1"
    catalogue.last_translator = catalogue.language_team = "MSP portal contributors"
    catalogue.msgid_bugs_address = ""
    catalogue.creation_date = catalogue.revision_date = BEGINNING
    catalogue.fuzzy = False
    return catalogue


def _add(catalogue: Catalog, entries: Iterator[Entry], path: Path) -> None:
    for message, context in entries:
        text = message if isinstance(message, str) else message[0]
        flags = ("python-format",) if "%(" in text else ()
        catalogue.add(message, locations=[(str(path), 0)], context=context, flags=flags)


def _from_code(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        for _line, message, _comments, context in extract("python", file, KEYWORDS):
            yield message, context


def _from_template(path: Path) -> Iterator[Entry]:
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(source):
        arguments = _arguments(source, call.end())
        if call[1] == "ngettext":
            yield (arguments[0], arguments[1]), None
        elif call[1] == "pgettext":
            yield arguments[1], arguments[0]
        elif call[1] == "npgettext":
            yield (arguments[1], arguments[2]), arguments[0]
        else:
            yield arguments[0], None


def _arguments(source: str, start: int) -> list[str]:
    """The literal strings of a call whose parenthesis opened just before `start`."""
    for end in (match.end() for match in re.finditer(r"\)", source[start:])):
        try:
            call = ast.parse(f"f({source[start : start + end]}", mode="eval").body
        except SyntaxError:
            continue
        assert isinstance(call, ast.Call)
        return [str(part.value) for part in call.args if isinstance(part, ast.Constant)]
    raise ValueError(f"unclosed translation near: {source[start : start + 60]}")
