"""One file after the other is opened, cleaned and written anew by a child with limits; the row says what came of it.

Two steps, as for messages: claim a row with a lease and commit, then work, then settle where the claim still holds.
A worker that dies leaves a lease that runs out; a file that kills three of them is refused.
"""

from __future__ import annotations

import time
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction

from core import clock
from core.db import lock
from core.uploads import storage, washing
from core.uploads.models import Upload, UploadState
from core.uploads.refusals import Why

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 3
# Of one run: messages use the same workers.
SECONDS = 15.0


def check_waiting(seconds: float = SECONDS) -> bool:
    """Whatever waits, for so long at most. True where something is left to do."""
    until = time.monotonic() + seconds
    while (upload := claim()) is not None:
        check(upload)
        if time.monotonic() > until:
            return True
    return False


def claim() -> Upload | None:
    """The oldest that waits; None while as many as allowed are being checked elsewhere."""
    now = clock.now()
    with transaction.atomic():
        lock("uploads", 0)
        busy = Upload.objects.filter(state=UploadState.CHECKING, lease_until__gt=now).count()
        upload = Upload.objects.waiting(now).order_by("sent_at", "pk").first()
        if upload is None or busy >= settings.UPLOADS_AT_ONCE:
            return None
        upload.state, upload.lease_until = UploadState.CHECKING, now + LEASE
        upload.attempts += 1
        upload.save(update_fields=["state", "lease_until", "attempts"])
    return upload


def check(upload: Upload) -> Upload:
    """Ready or refused; a file that is not there any more is refused too."""
    try:
        found = washing.wash(upload.key, upload.sent_type)
    except OSError as error:  # the disk is full or away: tried again with the next sweep
        log.warning("upload.check_failed", upload=str(upload.key), error=type(error).__name__)
        found = None
    if found is None and upload.attempts < MOST_ATTEMPTS:
        return upload
    return _settle(upload, found or washing.Verdict(why=Why.FAILED))


def _settle(upload: Upload, found: washing.Verdict) -> Upload:
    """Only the holder of the claim writes; another may have taken over what took too long."""
    refused = bool(found.why)
    changed = {
        "state": UploadState.REFUSED if refused else UploadState.READY,
        "why": found.why,
        "content_type": found.content_type,
        "size": found.size,
        "digest": "" if refused else storage.digest(upload.key),
        "pages": found.pages,
        "previews": found.previews,
        "checked_at": clock.now(),
        "lease_until": None,
    }
    mine = Upload.objects.filter(pk=upload.pk, state=UploadState.CHECKING, attempts=upload.attempts)
    if mine.update(**changed) == 1:
        if refused:
            storage.remove(upload.key)
        else:
            storage.remove_sent(upload.key)
    upload.refresh_from_db()
    return upload
