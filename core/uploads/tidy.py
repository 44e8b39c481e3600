"""Rows and files of one mind: what has no row goes, what has no file is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from core import clock
from core.uploads import storage
from core.uploads.models import Upload, UploadState
from core.uploads.receive import discard

log = structlog.get_logger(__name__)

# A form that is being sent has no row yet; a row that nobody points to may still be pointed to.
PATIENCE = timedelta(days=1)


@dataclass
class Tidied:
    files_removed: int = 0
    rows_removed: int = 0
    missing: int = 0
    altered: int = 0


def unpointed() -> QuerySet[Upload]:
    """Files that no room keeps: found by the models, so that no room has to be known here."""
    rows = Upload.objects.all()
    for link in Upload._meta.related_objects:
        manager = link.related_model._base_manager
        rows = rows.filter(~Exists(manager.filter(**{link.field.name: OuterRef("pk")})))
    return rows


def tidy(*, read_all: bool = False) -> Tidied:
    """`read_all`: every file is read and compared with its digest, as after a restore."""
    found, before = Tidied(), clock.now() - PATIENCE
    for upload in unpointed().filter(sent_at__lt=before):
        with transaction.atomic():
            discard(upload)
        found.rows_removed += 1
    known = set(Upload.objects.values_list("key", flat=True))
    for key, changed in storage.found_on_disk():
        if key not in known and changed < before.timestamp():
            storage.remove(key)
            found.files_removed += 1
    for upload in Upload.objects.filter(state=UploadState.READY).iterator():
        _look(upload, found, read_all=read_all)
    return found


def _look(upload: Upload, found: Tidied, *, read_all: bool) -> None:
    is_there = (storage.folder(upload.key) / storage.CLEAN).is_file()
    found.missing += not is_there
    if is_there and read_all and storage.digest(upload.key) != upload.digest:
        found.altered += 1
        log.error("upload.altered", upload=str(upload.key))
    if is_there == (upload.missing_since is None):
        return
    upload.missing_since = None if is_there else clock.now()
    upload.save(update_fields=["missing_since"])
    log.error("upload.missing" if not is_there else "upload.back", upload=str(upload.key))
