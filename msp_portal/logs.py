"""How the portal speaks to its operator: one event a line, without anything that tells who a patient is."""

from __future__ import annotations

import re
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

# Bound by libraries, of no use to an operator, personal all the same.
DROPPED = ("ip", "user_agent", "email")
# Of what the database said: the end of the line, or of the string that it stands in.
_END = r"(?=$|\\n|(?<!\\)\"[,}])"
_PATTERNS = [
    (re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"), "<e-mail>"),
    # PostgreSQL quotes what it refused: « Key (email)=(…) already exists ».
    (re.compile(r"\)=\(.*?\)(?=\s|$|\\n|\")"), ")=(…)"),
    # … the whole row, the statement with what was asked, and the word that is no number or no date.
    (re.compile(rf"(Failing row contains ).*?{_END}", re.MULTILINE), r"\1(…)"),
    (re.compile(rf"(LINE \d+: ).*?{_END}", re.MULTILINE), r"\1…"),
    (
        re.compile(
            rf'((?:invalid input syntax|invalid value|out of range)[^\n"]{{0,80}}").*?{_END}', re.MULTILINE
        ),
        r"\1…",
    ),
    (re.compile(r"(?<![\w.-])[1-478]\d{4}(?:\d\d|2[AB])\d{8}(?!\d)"), "<INS>"),
    (re.compile(r"(?<![\w.:-])(?:\+33|0033|0)[\s.]?[1-9](?:[\s.-]?\d{2}){4}(?!\d)"), "<phone>"),
]
# A path segment that opens something by itself: an agenda's token, a signed link.
_SECRET_SEGMENT = re.compile(r"(?<=/)[\w:~=-]{20,}(?=[/.]|$)|(?<=/agenda/).+?(?=\.ics$|$)")
_HEALTH_CHECK = re.compile(r"^GET /sante/(live|ready)$")

LOGGERS: dict[str, dict[str, Any]] = {
    # django_structlog tells each request once, with its id; these would tell it again, with its query string.
    "django.request": {"level": "CRITICAL"},
    "django.server": {"level": "ERROR"},
    "uvicorn": {"handlers": [], "level": "INFO", "propagate": True},
    "uvicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
    "uvicorn.access": {"handlers": [], "level": "CRITICAL"},
    # A sweep every ten seconds is not news.
    "celery.app.trace": {"level": "WARNING"},
    "celery.worker.strategy": {"level": "WARNING"},
    "celery.beat": {"level": "WARNING"},
    "httpx": {"level": "WARNING"},
}


def scrub(text: str) -> str:
    for pattern, stand_in in _PATTERNS:
        text = pattern.sub(stand_in, text)
    return text


def without_personal_data(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    for key in DROPPED:
        event.pop(key, None)
    request = event.get("request")
    if isinstance(request, str):
        # What people type into a search stands behind the question mark.
        event["request"] = _SECRET_SEGMENT.sub("…", request.partition("?")[0])
    return event


def without_health_checks(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """They come every few seconds and only matter when they fail."""
    if event.get("code") == 200 and _HEALTH_CHECK.match(str(event.get("request"))):
        raise structlog.DropEvent
    return event


class TextRenderer:
    """key=value, and the traceback below as it is."""

    def __init__(self) -> None:
        self._logfmt = structlog.processors.LogfmtRenderer(
            key_order=["timestamp", "level", "event"], drop_missing=True
        )

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> str:
        trace = event.pop("exception", None)
        line = self._logfmt(logger, method, {key.replace(" ", "_"): value for key, value in event.items()})
        return scrub(f"{line}\n{trace}" if trace else line)


class JsonRenderer:
    def __init__(self) -> None:
        self._json = structlog.processors.JSONRenderer(ensure_ascii=False)

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> str:
        return scrub(str(self._json(logger, method, event)))


def configure(log_format: str, *, level: str) -> dict[str, Any]:
    """Configures structlog and returns Django's LOGGING, so that both speak with one voice."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_personal_data,
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            without_health_checks,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer = JsonRenderer() if log_format == "json" else TextRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": LOGGERS | {"django": {"handlers": [], "level": level}},
    }
