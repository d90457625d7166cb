"""Comparing two snapshots over the API."""

from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.errors import Invalid
from apps.snapshots.api import SnapshotAPIView, as_uuid
from apps.snapshots.compare import changes, quiet
from apps.snapshots.compare.changes import Filters
from apps.snapshots.compare.cursor import parsed
from apps.snapshots.compare.listing import entries
from apps.snapshots.compare.marks import BY_WORD
from apps.snapshots.compare.objects import difference
from apps.snapshots.compare.pair import Pair, pair_of
from apps.snapshots.compare.serializers import CHANGES, ChangesSerializer, ObjectDifferenceSerializer
from apps.snapshots.compare.stream import download
from apps.snapshots.compare.survey import survey
from apps.snapshots.compare.writing import write_content, write_counts, write_difference, write_entry, write_pair
from apps.snapshots.models import Kind
from apps.snapshots.selectors.tree import position

ITEMS = 500
_AFTER = OpenApiParameter("after", str, description="The `next` of the answer before.")


class ComparisonAPIView(SnapshotAPIView):
    """Base of what lies below a comparison: what changed from ``other`` to ``public_id``."""

    def pair(self, public_id: str, other: str) -> Pair:
        return pair_of(self.snapshot(public_id), other)


class ChangesView(ComparisonAPIView):
    @extend_schema(
        operation_id="comparisons_list",
        responses=ChangesSerializer,
        parameters=[
            OpenApiParameter("change", str, enum=CHANGES),
            OpenApiParameter("kind", str, enum=Kind.values),
            OpenApiParameter("parent", OpenApiTypes.UUID, description="Only what lies directly below this object."),
            OpenApiParameter("q", str, description="Words that the title contains."),
            _AFTER,
        ],
        tags=["Comparisons"],
    )
    def get(self, request: Request, slug: str, public_id: str, other: str) -> Response:
        """The objects that changed from the snapshot `other` to this one, 200 at a time.

        Cost follows the number of changes. Ids stay in the order of the store; with `change=changed` a page may be
        short, because an object that was only moved or renamed is left out when it is met.
        """
        pair = self.pair(public_id, other)
        filters, after = _filters(request), parsed(request.query_params.get("after", ""))
        found, following = changes.follow(pair, filters, after)
        found = quiet.refined(pair, found)
        if filters.mark is not None:
            found = [change for change in found if change.weight & filters.mark]
        return Response(
            {
                "comparison": write_pair(pair),
                "counts": None if after else write_counts(survey(pair, filters)),
                "next": following,
                "results": [write_entry(entry) for entry in entries(pair, found)],
            }
        )


class DifferenceView(ComparisonAPIView):
    @extend_schema(
        operation_id="comparisons_object",
        responses=ObjectDifferenceSerializer,
        parameters=[_AFTER],
        tags=["Comparisons"],
    )
    def get(self, request: Request, slug: str, public_id: str, other: str, object_id: UUID) -> Response:
        """What changed in one object: properties, columns, other fields, and its blocks, 500 at a time."""
        pair = self.pair(public_id, other)
        found = difference(pair, object_id)
        content = write_content(found.page, position(request.query_params.get("after", "")), ITEMS)
        return Response({"comparison": write_pair(pair), "object": write_difference(found, content)})


class ComparisonFileView(ComparisonAPIView):
    @extend_schema(
        operation_id="comparisons_download",
        responses={(200, "application/json"): OpenApiTypes.OBJECT},
        tags=["Comparisons"],
    )
    def get(self, request: Request, slug: str, public_id: str, other: str) -> HttpResponseBase:
        """The whole comparison as one JSON document: `objects` hold what `comparisons_object` gives, all blocks in it.

        It ends with `counts`; a document without them was cut off on its way.
        """
        return download(self.pair(public_id, other))


def _filters(request: Request) -> Filters:
    asked = request.query_params
    change, kind, parent = (asked.get(name, "") for name in ("change", "kind", "parent"))
    if change and change not in BY_WORD:
        raise Invalid(f"`change` is one of {', '.join(CHANGES)}.", field="change")
    if kind and kind not in Kind.values:
        raise Invalid(f"`kind` is one of {', '.join(Kind.values)}.", field="kind")
    below = as_uuid(parent, "parent") if parent else None
    return Filters(BY_WORD.get(change), kind, below, asked.get("q", "").strip()[:120])
