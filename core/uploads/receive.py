"""A file arrives: looked at from outside, put aside, and checked by a worker once the row is committed."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from core.uploads import names, storage
from core.uploads.models import Upload
from core.uploads.refusals import NoRoom, NotTaken, Why
from core.uploads.sniff import HEAD, sniff
from core.uploads.wake import bell

log = structlog.get_logger(__name__)


def type_of(file: UploadedFile[Any]) -> str:
    """What the file says it is by its first bytes. Raises `NotTaken`; decodes nothing."""
    size = file.size or 0
    if size == 0:
        raise NotTaken(Why.EMPTY)
    if size > settings.UPLOAD_HEAVIEST:
        raise NotTaken(Why.HEAVY)
    file.seek(0)
    found = sniff(file.read(HEAD))
    file.seek(0)
    if found is None:
        raise NotTaken(Why.UNKNOWN)
    return found


def receive(file: UploadedFile[Any], *, actor: Any) -> Upload:
    """The row of a file put aside. The caller's transaction holds the row that points to it.

    Raises `NotTaken` for what is no file of ours, `NoRoom` where the disk refuses.
    """
    found = type_of(file)
    upload = Upload(sent_name=names.shown(file.name or ""), sent_type=found, sent_size=file.size or 0)
    upload.sent_by = actor
    try:
        storage.write(upload.key, file.chunks())
    except OSError as error:
        log.warning("upload.not_written", error=type(error).__name__, number=error.errno)
        raise NoRoom from error
    try:
        with transaction.atomic():
            upload.save(force_insert=True)
    except BaseException:
        storage.remove(upload.key)
        raise
    transaction.on_commit(bell.ring, robust=True)
    return upload


def discard(upload: Upload) -> None:
    """The row goes now, the file with the commit."""
    key = upload.key
    upload.delete()
    transaction.on_commit(lambda: storage.remove(key), robust=True)
