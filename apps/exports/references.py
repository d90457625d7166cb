"""Where the links of an export lead: the paths of objects and attachments, seen from one file."""

from apps.exports.ledger import Entry, Ledger
from apps.exports.naming import UNTITLED, file_name, link_to, relative
from apps.exports.outside import notion_url
from apps.notion.lowering import Link
from apps.notion.model import Json
from apps.notion.storage import without_query
from apps.snapshots.capture.files_in import file_id
from apps.snapshots.store.roots import TREE

ATTACHMENTS = "attachments"


def path_of(ledger: Ledger, entry: Entry, extension: str) -> str:
    """The file in which an object of the tree is found."""
    if ledger.is_merged(entry):
        entry = ledger.known(entry.parent)
    return f"{ledger.place(entry)}{extension}"


class References:
    """What links look like in the file ``path``; the context of its document (``apps.notion.lowering.Context``).

    What was not chosen keeps its address in Notion. A stored file that is asked for is noted in the ledger, so that
    it will be written. Without ``attachments`` none is at hand.
    """

    def __init__(self, ledger: Ledger, path: str, *, extension: str, attachments: bool) -> None:
        self._ledger = ledger
        self._path = path
        self._extension = extension
        self._attachments = attachments

    def link(self, object_id: str) -> Link | None:
        entry = self._ledger.object(object_id)
        if entry is None or entry.kind not in TREE:
            return None
        if not entry.chosen:
            return Link(entry.title or UNTITLED, notion_url(entry.id))
        return Link(entry.title or UNTITLED, self.to(path_of(self._ledger, entry, self._extension)))

    def file(self, file: Json) -> str | None:
        address = address_of(file) if self._attachments else None
        entry = self._ledger.object(str(file_id(address))) if address else None
        if entry is None or not entry.content:
            return None
        path = f"{ATTACHMENTS}/{file_name(entry.title, entry.content)}"
        self._ledger.want_attachment(path, entry.content)
        if not entry.chosen:
            self._ledger.choose(entry)
        return self.to(path)

    def to(self, path: str) -> str:
        """A relative link to another file of the export."""
        return link_to(relative(path, self._path))


def address_of(file: Json) -> str | None:
    """The address by which the snapshot knows a file: without its signature where Notion stores it."""
    kind = str(file.get("type"))
    body = file.get(kind)
    url = body.get("url") if isinstance(body, dict) else None
    if not isinstance(url, str):
        return None
    return url if kind == "external" else without_query(url)
