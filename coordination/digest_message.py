"""The message about what waits: how many of what, and where. No name of a patient, nothing of what is said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coordination.digest import item_kinds, waiting_of
from coordination.models import DigestLine, DigestSetting
from core import clock
from core.outbox import rendering
from core.outbox.enqueue import about, enqueue
from core.outbox.models import Channel, OutboxMessage
from core.outbox.registry import Kind, Loaded, Quiet, register
from core.outbox.rendering import Rendered
from practitioners.models import Centre

DIGEST = "coordination.digest"


def send(setting: DigestSetting, lines: Sequence[DigestLine]) -> None:
    items: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        items[line.kind].append(line.item)
    user = setting.user
    message = OutboxMessage(
        dedupe_key=f"{DIGEST}:{user.pk}:{lines[0].pk}",
        kind=DIGEST,
        channel=Channel.EMAIL,
        recipient=user,
        address=user.email,
        language=user.language,
        payload={"items": items},
        due_at=clock.now(),
        **about(setting),
    )
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


def _address(name: str, *args: object) -> str:
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=args)


def _render(messages: Sequence[OutboxMessage], loaded: Loaded) -> Rendered:
    items, stop_key = loaded[messages[0].pk]
    lines = [
        {"words": kind.words(len(items[kind.name])), "link": _address(kind.url_name)}
        for kind in item_kinds()
        if kind.name in items
    ]
    stop = _address("stop_digest", stop_key)
    context = {
        "lines": lines,
        "number": sum(len(keys) for keys in items.values()),
        "settings_url": _address("digest_settings"),
        "stop_url": stop,
        "centre": Centre.objects.order_by("pk").first(),
    }
    # RFC 8058: the mail programme offers one click, and its POST is enough.
    headers = {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
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
