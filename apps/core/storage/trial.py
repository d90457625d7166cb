"""Trying the file store out with one small object, and saying in a sentence what is wrong with it."""

from collections.abc import Iterator
from contextlib import suppress
from secrets import token_bytes, token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import Storage

from apps.core.errors import ConfigError
from apps.core.storage.object_store import ObjectStore
from apps.core.storage_errors import explained

FOLDER = "notionhub-check"
SIZE = 4096
KEPT = "The trial stopped there."


def try_out(storage: Storage) -> Iterator[str]:
    """Write, read, list, link to and delete an object; what worked, step by step.

    Raises ``ConfigError`` or ``TransientError`` with a sentence at the first step that does not work.
    """
    name, content = f"{FOLDER}/{token_hex(8)}", token_bytes(SIZE)
    try:
        yield from _steps(storage, name, content)
    except OSError as error:
        raise explained(error, KEPT) from error
    finally:
        with suppress(OSError):
            storage.delete(name)


def _steps(storage: Storage, name: str, content: bytes) -> Iterator[str]:
    _insist(storage.save(name, ContentFile(content)) == name, "kept a file under another name")
    yield f"wrote {SIZE:,} bytes"
    if isinstance(storage, ObjectStore):
        yield storage.said_of_encryption(name)
    with storage.open(name) as opened:
        _insist(opened.read() == content, "gave back other bytes than it was given")
        opened.seek(SIZE - 100)
        _insist(opened.read() == content[-100:], "does not give a part of a file")
    yield "read them back, and a part of them"
    folder, _, last = name.rpartition("/")
    _insist(last in storage.listdir(folder)[1], "does not list a file that it has")
    yield "listed the folder"
    if isinstance(storage, ObjectStore):
        url = storage.signed_url(name, seconds=60, filename="trial", content_type="application/octet-stream")
        _insist(storage.fetched(url) == content, "does not honour the links that it is to give")
        yield "fetched it by a signed link"
        storage.forget_unfinished(folder)
        yield "looked for unfinished uploads"
    storage.delete(name)
    _insist(not storage.exists(name), "still has a file that was deleted")
    yield "deleted it"


def _insist(right: bool, otherwise: str) -> None:
    if not right:
        raise ConfigError(f"The file store {otherwise}. {KEPT}")
