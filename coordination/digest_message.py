"""The message about what waits: how many of what, and where. No name of a patient, nothing of what is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.notifications import email_to
from coordination.digest import item_kinds, waiting_of
from coordination.models import DigestLine, DigestSetting
from core.outbox import rendering
from core.outbox.enqueue import enqueue
from core.outbox.models import OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from core.web.public import public_address
from practitioners.house import the_house

DIGEST = "coordination.digest"


def send(setting: DigestSetting, lines: Sequence[DigestLine]) -> None:
    items: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        items[line.kind].append(line.item)
    user = setting.user
    message = email_to(user, DIGEST, setting, f"{user.pk}:{lines[0].pk}", {"items": items})
    enqueue([message])


def _still(messages: Sequence[OutboxMessage]) -> Mapping[int, dict[str, list[int]]]:
    """What has been read, or is no longer wanted, since the message was written is left out of it."""
    people = User.objects.filter(is_active=True).in_bulk([one.recipient_id or 0 for one in messages])
    return {
        one.pk: waiting_of(people[one.recipient_id or 0], one.payload.get("items", {}))
        for one in messages
        if one.recipient_id in people
    }


def _addresses(messages: Sequence[OutboxMessage]) -> Mapping[int, str]:
    still = _still(messages)
    return {one.pk: one.address for one in messages if still.get(one.pk)}


def _load(messages: Sequence[OutboxMessage]) -> Loaded:
    keys = dict(
        DigestSetting.objects.filter(user__in=[one.recipient_id for one in messages]).values_list(
            "user", "stop_key"
        )
    )
    still = _still(messages)
    return {one.pk: (still.get(one.pk, {}), keys.get(one.recipient_id or 0)) for one in messages}


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    items, stop_key = loaded[messages[0].pk]
    lines = [
        {"words": kind.words(len(items[kind.name])), "link": public_address(kind.url_name)}
        for kind in item_kinds()
        if kind.name in items
    ]
    stop = public_address("stop_digest", stop_key)
    context = {
        "lines": lines,
        "number": sum(len(keys) for keys in items.values()),
        "settings_url": public_address("digest_settings"),
        "stop_url": stop,
        "centre": the_house().centre,
    }
    headers = rendering.one_click_stop(stop)
    return rendering.email("coordination/messages/digest", context, headers=headers)


register(
    Kind(
        name=DIGEST,
        label=_("nouvelles de l’équipe"),
        render=_render,
        addresses=_addresses,
        load=_load,
        quiet=Quiet.WAITS,
    )
)
