"""A whole comparison as one JSON document, written object by object."""

from collections.abc import Iterator
from contextvars import copy_context
from itertools import islice

import orjson
from django.http import StreamingHttpResponse

from apps.core.tenancy import current_organization_id, scope
from apps.snapshots.compare import changes, quiet
from apps.snapshots.compare.changes import Filters
from apps.snapshots.compare.objects import Contexts, Difference, difference
from apps.snapshots.compare.pair import Pair
from apps.snapshots.compare.survey import Survey
from apps.snapshots.compare.writing import (
    write_block_counts,
    write_counts,
    write_difference,
    write_items,
    write_pair,
)

AT_ONCE = 50
ITEMS = 500
"""Blocks that are written in one piece."""
FORMAT = "notionhub-comparison/1"


def download(pair: Pair) -> StreamingHttpResponse:
    """The comparison as a file. Its bytes follow from the two snapshots alone."""
    response = StreamingHttpResponse(Document(pair), content_type="application/json")
    name = f"compare-{pair.before.number}-{pair.after.number}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


class Document:
    """An iterator over the document's parts. It lives on after the request's scope was left, so each part is read
    in a context copied from the request: inside that, the scope of its organization is still the open one.
    """

    def __init__(self, pair: Pair) -> None:
        self._organization_id = current_organization_id()
        self._context = copy_context()
        self._parts = _parts(pair)

    def __iter__(self) -> "Document":
        return self

    def __next__(self) -> bytes:
        return self._context.run(self._read)

    def _read(self) -> bytes:
        with scope(self._organization_id):
            return next(self._parts)


def _parts(pair: Pair) -> Iterator[bytes]:
    counted: dict[tuple[int, str], int] = {}
    head = orjson.dumps({"format": FORMAT, "comparison": write_pair(pair)})
    yield head[:-1] + b',"objects":['
    after, first = "", True
    while True:
        found, after = changes.follow(pair, Filters(), after, AT_ONCE)
        contexts = Contexts(pair)
        for change in quiet.refined(pair, found):
            counted[change.weight, change.kind] = counted.get((change.weight, change.kind), 0) + 1
            yield b"\n" if first else b",\n"
            first = False
            yield from _object(difference(pair, change.object, contexts))
        if not after:
            break
    yield b'],"counts":' + orjson.dumps(write_counts(Survey(counted, [], is_exact=True, is_cut=False))) + b"}\n"


def _object(found: Difference) -> Iterator[bytes]:
    """A difference whose blocks are written a few hundred at a time."""
    whole = orjson.dumps(write_difference(found, {"counts": write_block_counts(found.page), "next": "", "items": []}))
    yield whole.removesuffix(b"]}}")
    items = write_items(found.page)
    comma = b""
    while some := list(islice(items, ITEMS)):
        yield comma + b",".join(orjson.dumps(item) for item in some)
        comma = b","
    yield b"]}}"
