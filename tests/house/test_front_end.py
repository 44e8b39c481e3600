"""What reaches the browser: nothing foreign, nothing inline, nothing heavy; vendored files as they were built."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.appointments import VisitReasonFactory

BASE = Path(settings.BASE_DIR)
VENDOR = BASE / "static" / "vendor"
# Messages and downloads are read outside the portal: no policy to keep, no style sheet to fetch, theirs is inline.
PAGES = sorted(
    path
    for path in (BASE / "templates").rglob("*.html")
    if "messages" not in path.parts and path.parent.name != "outbox" and path.name != "export.html"
)
STYLES = [*sorted((BASE / "static" / "css").glob("*.css")), *sorted(VENDOR.rglob("*.css"))]

FIRST_VISIT = 200_000
PAGE = 14_000


def test_vendored_files_are_the_ones_that_the_table_names() -> None:
    rows = re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", (VENDOR / "README.md").read_text())
    assert len(rows) == 9
    assert {path: hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() for path, _ in rows} == dict(rows)
    folders = sorted(path for path in VENDOR.iterdir() if path.is_dir())
    assert [path.name for path in folders if not (path / "LICENSE").is_file()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(BASE / "templates")))
def test_templates_hold_no_inline_style_script_or_handler(page: Path) -> None:
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", page.read_text(), flags=re.DOTALL)
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:|\shx-on", text) == []
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script, script
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//[^\"]*\.(?:js|css|woff2?|png|svg)", text) == []


def test_what_is_wrong_is_summed_up_once() -> None:
    """crispy writes the summary above the fields of a form: a page that includes it too would say everything twice."""
    summary, whole = (
        "components/error_summary.html",
        re.compile(r"\|crispy }}|components/form\.html|{% crispy "),
    )
    both = {page.name for page in PAGES if summary in (text := page.read_text()) and whole.search(text)}
    # Each of these two writes it in the branch where no whole form stands.
    assert both == {"debrief.html", "door.html"}


@pytest.mark.parametrize(
    ("shape", "written_in"),
    [
        (r"class=\"trail\"", {"breadcrumb.html"}),
        (r"class=\"tabs\"", {"tabs.html"}),
        # Free times have no last page: they go on, earlier and later.
        (r"class=\"pager\"", {"pagination.html", "slot_pages.html"}),
        (r"<dialog class", {"confirm_dialog.html", "dialogs.html"}),
    ],
)
def test_a_shape_of_all_rooms_is_written_once(shape: str, written_in: set[str]) -> None:
    assert {page.name for page in PAGES if re.search(shape, page.read_text())} == written_in


@pytest.mark.parametrize("sheet", STYLES, ids=lambda path: path.name)
def test_styles_fetch_nothing_from_elsewhere(sheet: Path) -> None:
    fetched = re.findall(r"url\(\s*['\"]?([^'\")]+)", sheet.read_text())
    assert [address for address in fetched if re.match(r"(data|https?):|//", address)] == []
    assert [address for address in fetched if not (sheet.parent / address).is_file()] == []


@pytest.mark.django_db
def test_a_first_visit_is_light(client: Client) -> None:
    VisitReasonFactory()
    page = client.get("/").content
    named = set(re.findall(r'(?:href|src)="/static/([^"#]+)"', page.decode()))
    named |= set(re.findall(r'<use href="/static/([^"#]+)', page.decode()))
    weight = {name: len(gzip.compress((BASE / "static" / name).read_bytes(), 9)) for name in sorted(named)}
    assert len(gzip.compress(page, 9)) <= PAGE
    assert sum(weight.values()) + len(gzip.compress(page, 9)) <= FIRST_VISIT, weight
