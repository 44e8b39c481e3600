import pytest

from core.uploads import check, storage
from core.uploads.models import Upload
from core.uploads.receive import receive
from tests import files


@pytest.fixture(autouse=True)
def _uploads(uploads):
    """Every test of this folder writes into a folder of its own."""


def checked(data: bytes, name: str = "photo.jpg") -> Upload:
    receive(files.sent(data, name), actor=None)
    assert check.check_waiting() is False
    return Upload.objects.get()


def clean(upload: Upload) -> bytes:
    return (storage.folder(upload.key) / storage.CLEAN).read_bytes()
