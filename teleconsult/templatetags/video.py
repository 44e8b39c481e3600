"""How the state of a visit by video looks: icon and word, colour only underlines."""

from __future__ import annotations

from datetime import datetime

from django import template

from teleconsult.models import VideoState, VideoVisit
from teleconsult.waiting_room import minutes_since

register = template.Library()

LOOKS = {
    VideoState.PLANNED: ("", "calendar-check"),
    VideoState.WAITING: ("warning", "hourglass-split"),
    VideoState.IN_CALL: ("success", "camera-video"),
    VideoState.INTERRUPTED: ("warning", "telephone"),
    VideoState.DONE: ("success", "check-circle"),
    VideoState.MISSED: ("danger", "person-x"),
    VideoState.CANCELLED: ("off", "slash-circle"),
}


@register.filter
def video_kind(visit: VideoVisit) -> str:
    return LOOKS[VideoState(visit.state)][0]


@register.filter
def video_sign(visit: VideoVisit) -> str:
    return LOOKS[VideoState(visit.state)][1]


@register.filter
def minutes_until(then: datetime, now: datetime) -> int:
    return minutes_since(then, now)
