"""What an export format is, and the registry of those there are.

A format is a module of this package, or comes from another distribution through the entry point group
``notionhub.export_formats``. It says which files an object of the snapshot becomes; order, hashing, archive,
attachments, manifest, progress and going on after a crash are the same for all and none of its business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

from apps.exports.book import Book
from apps.exports.fileset import Content
from apps.exports.ledger import Entry
from apps.exports.options import ATTACHMENTS, Choice, Option

__all__ = [
    "ATTACHMENTS",
    "Choice",
    "File",
    "Format",
    "Loss",
    "Option",
    "Options",
    "Outcome",
    "Skipped",
    "Within",
    "Writer",
    "Written",
]
Options: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """One file: a relative path with forward slashes, and its bytes at once or in pieces."""

    path: str
    content: Content


@dataclass(frozen=True, slots=True)
class Loss:
    """A part of an object that the format cannot carry: ``count`` times ``what`` (“blocks”), and why, in a sentence."""

    what: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Written:
    """The files that an object became, and the paths under which its stored bytes are wanted, if it has any.

    ``losses`` are asked for once the files are written.
    """

    files: Iterable[File] = ()
    attachments: Iterable[str] = ()
    losses: Iterable[Loss] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """The object is in the export as a part of another one's file."""

    losses: Iterable[Loss] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """The object is not in the export, and why: a sentence for the customer."""

    reason: str


Outcome: TypeAlias = Written | Within | Skipped


class Writer(Protocol):
    """One export being written: a format with its options and the snapshot that it reads.

    It may be made anew at any object, so what it answers may depend on the snapshot and the ledger alone.
    """

    def write(self, entry: Entry) -> Outcome:
        """What becomes of one object. Called for each in tree order, for stored files after all others."""

    def closing(self) -> Iterable[File]:
        """Files that belong to no single object, such as a first page."""


@runtime_checkable
class Format(Protocol):
    """``version`` grows whenever the same snapshot gives other bytes than before.

    ``options`` are the format's own; it has those of :mod:`apps.exports.options` besides, and one of its own with the
    key of such a one stands in its place.
    """

    key: str
    label: str
    summary: str
    version: int
    options: tuple[Option, ...]

    def writer(self, book: Book, options: Options) -> Writer: ...
