"""What an export format is, and the registry of those there are.

A format is a module of this package, or comes from another distribution through the entry point group
``notionhub.export_formats``. It says which files an object of the snapshot becomes; order, hashing, archive,
attachments, manifest, progress and going on after a crash are the same for all and none of its business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

from apps.core.errors import Invalid
from apps.exports.book import Book
from apps.exports.fileset import Content
from apps.exports.ledger import Entry

Options: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Option:
    """A switch of a format. ``key`` is its name in the API, ``label`` and ``help`` are shown beside it."""

    key: str
    label: str
    help: str
    default: bool = True


@dataclass(frozen=True, slots=True)
class File:
    """One file: a relative path with forward slashes, and its bytes at once or in pieces."""

    path: str
    content: Content


@dataclass(frozen=True, slots=True)
class Written:
    """The files that an object became, and the paths under which its stored bytes are wanted, if it has any."""

    files: Iterable[File] = ()
    attachments: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """The object is in the export as a part of another one's file."""


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
    """``version`` grows whenever the same snapshot gives other bytes than before."""

    key: str
    label: str
    summary: str
    version: int
    options: tuple[Option, ...]

    def writer(self, book: Book, options: Options) -> Writer: ...


def checked_options(form: Format, given: Mapping[str, Any]) -> dict[str, bool]:
    """All options of a format, those not given by their default. Raises :class:`Invalid`."""
    known = {option.key: option for option in form.options}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        names = ", ".join(known) or "none"
        raise Invalid(f"{form.label} has no option {unknown[0]!r}. Its options: {names}.", field="options")
    for key, value in given.items():
        if not isinstance(value, bool):
            raise Invalid(f"The option {key!r} is true or false, nothing else.", field="options")
    return {key: given.get(key, option.default) for key, option in known.items()}
