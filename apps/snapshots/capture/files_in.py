"""Finding the files that an object's JSON refers to, before their signatures are stripped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from uuid import NAMESPACE_URL, UUID, uuid5

from apps.notion.storage import is_signed_by_notion, without_query

Json = dict[str, Any]
_TEXT = frozenset({"rich_text", "caption", "title", "description", "cells"})


@dataclass(frozen=True, slots=True)
class FileRef:
    """``address`` is the same at every reading and names the file; ``url`` is where it can be fetched now."""

    address: str
    url: str
    hosted: bool
    name: str = ""

    @property
    def id(self) -> UUID:
        return file_id(self.address)

    @property
    def label(self) -> str:
        return self.name or unquote(self.address.rstrip("/").rpartition("/")[2])


def file_id(address: str) -> UUID:
    """Under which id the store keeps the file at this address (without its signature)."""
    return uuid5(NAMESPACE_URL, address)


def packed_ids(ids: Iterable[UUID]) -> bytes:
    """Ids one after the other, each once, in their order: 16 bytes each."""
    return b"".join(sorted({each.bytes for each in ids}))


def unpacked_ids(packed: bytes) -> list[UUID]:
    return [UUID(bytes=packed[at : at + 16]) for at in range(0, len(packed), 16)]


def files_in(value: Any) -> Iterator[FileRef]:
    """The files of an object at any depth: hosted by Notion (signed for an hour), and external ones.

    https://developers.notion.com/reference/file-object
    """
    if isinstance(value, list):
        for item in value:
            yield from files_in(item)
    elif isinstance(value, dict):
        yield from _in_object(value)


def _in_object(value: Json) -> Iterator[FileRef]:
    url = value.get("url")
    if isinstance(url, str) and ("expiry_time" in value or is_signed_by_notion(url)):
        yield FileRef(without_query(url), url, hosted=True)
        return
    name = value.get("name") if value.get("type") in ("file", "external") else None
    for key, item in value.items():
        if key == "external" and isinstance(item, dict) and isinstance(item.get("url"), str):
            yield FileRef(item["url"], item["url"], hosted=False, name=_text(name))
        elif key == "file" and isinstance(item, dict):
            yield from (FileRef(ref.address, ref.url, ref.hosted, _text(name)) for ref in _in_object(item))
        elif isinstance(item, dict | list) and not (key in _TEXT and _is_mere_text(item)):
            yield from files_in(item)


def _is_mere_text(item: Any) -> bool:
    """Rich text of plain runs only, as most is, is not looked through."""
    return isinstance(item, list) and all(isinstance(run, dict) and run.get("type") == "text" for run in item)


def _text(name: Any) -> str:
    return name if isinstance(name, str) else ""
