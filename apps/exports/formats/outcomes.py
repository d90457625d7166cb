"""What becomes of objects that have no file of their own, alike in every format of files and links."""

from apps.exports.formats.base import Outcome, Skipped, Within, Written
from apps.exports.ledger import Entry, Ledger
from apps.exports.reasons import NotWritten
from apps.exports.references import path_of
from apps.snapshots.store.roots import TREE


def part_of_another(ledger: Ledger, entry: Entry, holder: str, extension: str) -> Outcome:
    """Part of another object's file, provided that this was written. Raises :class:`NotWritten`."""
    above = ledger.object(entry.parent) if entry.parent else None
    if above is None or above.kind not in TREE:
        return Skipped(f"The {holder} that it belongs to is not in the snapshot.")
    if not ledger.has_file(path_of(ledger, above, extension)):
        raise NotWritten("holder_failed")
    return Within()


def stored_file(ledger: Ledger, entry: Entry, *, wanted: bool, shown_by: str = "page of this export") -> Outcome:
    """A file's bytes, under each path by which the export refers to them."""
    if not wanted:
        return Skipped("Attachments were not asked for.")
    paths = ledger.attachments(entry.content)
    return Written(attachments=paths) if paths else Skipped(f"No {shown_by} shows it.")
