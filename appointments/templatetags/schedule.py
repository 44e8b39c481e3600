"""What the schedule's list needs."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from appointments.schedule_list import Rows, sign
from appointments.schedule_pages import Page
from practitioners.models import Place

register = template.Library()


register.filter("sign", sign)


@register.simple_tag(takes_context=True)
def visit_rows(context: Context, page: Page, rooms: Mapping[int, str], links: bool = False) -> SafeString:
    """The rows of one person and day. On the screen, what the reader may move leads to its form."""
    return _writer(context, rooms, links=links).write(page.visits, may_move=page.person.may_move)


@register.simple_tag(takes_context=True)
def span_rows(
    context: Context, page: Page, places: Mapping[int, Place], rooms: Mapping[int, str], links: bool = False
) -> SafeString:
    return _writer(context, rooms, links=links).spans(page, places)


def _writer(context: Context, rooms: Mapping[int, str], *, links: bool) -> Rows:
    """One for the whole page, kept in the bag that renders with it."""
    writer = context.get("row_writer")
    if writer is None:
        writer = Rows(rooms, links=links)
        context.dicts[0]["row_writer"] = writer
    return writer
