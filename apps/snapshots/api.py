"""Snapshots over the API: their reconciliation, their objects, and taking a new one."""

from itertools import islice
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import LinkSerializer, OrganizationAPIView
from apps.core.errors import Invalid
from apps.core.ui.status import code_of
from apps.jobs.serializers import JobSerializer
from apps.snapshots import selectors
from apps.snapshots.capture.options import Options
from apps.snapshots.downloads import STATUS_HEADER, file_link, file_response
from apps.snapshots.markdown import markdown_of
from apps.snapshots.models import Kind, Snapshot, SnapshotState
from apps.snapshots.reading import SnapshotContext
from apps.snapshots.retention.services import delete_snapshot
from apps.snapshots.selectors.tree import position
from apps.snapshots.serializers import (
    CaptureCreateSerializer,
    LinesSerializer,
    ObjectSerializer,
    RetrySerializer,
    SliceSerializer,
    SnapshotSerializer,
    UnmetSerializer,
)
from apps.snapshots.services import accept_losses, retry_reason, start_capture
from apps.workspaces.models import Workspace
from apps.workspaces.serializers import WorkspaceSerializer

LONGEST = 200
LINES = 500
STATES = {code_of(str(state.label)): state.value for state in SnapshotState}
_AFTER = OpenApiParameter("after", str, description="The `next` of the answer before.")


class MarkdownRenderer(JSONRenderer):
    """Lets a caller ask for ``text/markdown``; what is rendered here is the problem that came up instead."""

    media_type = "text/markdown"
    format = "md"


class AnyRenderer(BaseRenderer):
    """Lets a caller ask for whatever type a file has."""

    media_type = "*/*"
    format = "file"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return JSONRenderer().render(data, accepted_media_type, renderer_context)


class SnapshotsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.SNAPSHOT_VIEW}
    serializer_class = SnapshotSerializer

    @extend_schema(
        operation_id="snapshots_list",
        responses=SnapshotSerializer(many=True),
        parameters=[
            OpenApiParameter("workspace", str, description="`ws_…`"),
            OpenApiParameter("status", str, enum=list(STATES), description="`running`: it has not ended yet."),
        ],
        tags=["Snapshots"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """The snapshots, newest first."""
        given = request.query_params
        status = given.get("status", "")
        rows = selectors.snapshots(workspace_id=given.get("workspace", ""), state=STATES.get(status, status))
        return self.page(rows, SnapshotSerializer)


class SnapshotAPIView(OrganizationAPIView):
    """Base of what lies below one snapshot."""

    permissions: ClassVar = {"GET": Permission.SNAPSHOT_VIEW}

    def snapshot(self, public_id: str) -> Snapshot:
        """The snapshot, whose state is said in a header of the answer."""
        found = get_object_or_404(selectors.snapshots(), public_id=public_id)
        self.headers[STATUS_HEADER] = code_of(found.word)
        return found


class SnapshotView(SnapshotAPIView):
    permissions: ClassVar = {"GET": Permission.SNAPSHOT_VIEW, "DELETE": Permission.SNAPSHOT_DELETE}

    @extend_schema(operation_id="snapshots_get", responses=SnapshotSerializer, tags=["Snapshots"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One snapshot with its reconciliation."""
        return Response(SnapshotSerializer(self.snapshot(public_id)).data)

    @extend_schema(operation_id="snapshots_delete", responses={204: None}, tags=["Snapshots"])
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Delete it for good. Exports made from it keep their archives. 409 for one that has to stay."""
        delete_snapshot(get_object_or_404(Snapshot.objects, public_id=public_id), actor=self.actor)
        return Response(status=204)


class UnmetView(SnapshotAPIView):
    serializer_class = UnmetSerializer

    @extend_schema(
        operation_id="snapshots_unmet",
        responses=UnmetSerializer(many=True),
        parameters=[
            OpenApiParameter("outcome", str, enum=["skipped", "capped", "failed"]),
            OpenApiParameter("reason", str),
        ],
        tags=["Snapshots"],
    )
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The objects that the snapshot does not hold, or not wholly, each with the reason."""
        wanted = {name: request.query_params.get(name, "") for name in ("outcome", "reason")}
        return self.page(selectors.unmet(self.snapshot(public_id), **wanted), UnmetSerializer)


class ObjectsView(SnapshotAPIView):
    @extend_schema(
        operation_id="snapshots_objects",
        responses=SliceSerializer,
        parameters=[
            OpenApiParameter("parent", OpenApiTypes.UUID, description="Whose children; left out: the topmost objects."),
            OpenApiParameter("q", str, description="Words that the title contains, instead of `parent`."),
            _AFTER,
        ],
        tags=["Snapshots"],
    )
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """Pages, databases, data sources and rows: the tree, one level at a time, or a search in it."""
        snapshot, asked = self.snapshot(public_id), request.query_params
        after = asked.get("after", "")
        if words := asked.get("q", "").strip():
            found = selectors.search(snapshot, words, LONGEST)
        elif parent := asked.get("parent", ""):
            found = selectors.children(snapshot, as_uuid(parent, "parent"), after, LONGEST)
        else:
            found = selectors.roots(snapshot, after, LONGEST)
        return Response(SliceSerializer(found, context={"snapshot": snapshot}).data)


class ObjectView(SnapshotAPIView):
    @extend_schema(operation_id="snapshots_object", responses=ObjectSerializer, tags=["Snapshots"])
    def get(self, request: Request, slug: str, public_id: str, object_id: UUID) -> Response:
        """One object of any kind as Notion gave it, without what changes from reading to reading."""
        snapshot = self.snapshot(public_id)
        stored = selectors.get_object(snapshot, object_id)
        return Response(ObjectSerializer(stored, context={"snapshot": snapshot}).data)


class BlocksView(SnapshotAPIView):
    @extend_schema(
        operation_id="snapshots_object_blocks", responses=LinesSerializer, parameters=[_AFTER], tags=["Snapshots"]
    )
    def get(self, request: Request, slug: str, public_id: str, object_id: UUID) -> Response:
        """What is in an object: the blocks of a page depth first, the comments of a discussion."""
        snapshot = self.snapshot(public_id)
        total = selectors.get_object(snapshot, object_id).lines
        start = position(request.query_params.get("after", ""))
        lines = list(islice(selectors.blocks(snapshot, object_id), start, start + LINES))
        following = str(start + LINES) if start + LINES < total else ""
        portion = {"total": total, "next": following, "results": lines}
        return Response(LinesSerializer(portion, context={"snapshot": snapshot}).data)


class MarkdownView(SnapshotAPIView):
    renderer_classes = (JSONRenderer, MarkdownRenderer)

    @extend_schema(
        operation_id="snapshots_object_markdown",
        responses={(200, "text/markdown"): OpenApiTypes.STR},
        tags=["Snapshots"],
    )
    def get(self, request: Request, slug: str, public_id: str, object_id: UUID) -> HttpResponseBase:
        """A page or row with its comments, a database or data source with its first 1,000 rows, as Markdown.

        Links lead to the objects of this API.
        """
        snapshot = self.snapshot(public_id)
        base = f"/api/v1/o/{slug}/snapshots/{public_id}"
        context = SnapshotContext(
            snapshot, lambda found: f"{base}/objects/{found}/markdown/", lambda found: f"{base}/files/{found}/"
        )
        stored = selectors.get_object(snapshot, object_id)
        inside = list(selectors.blocks(snapshot, object_id)) if stored.kind in (Kind.PAGE, Kind.ROW) else []
        text = markdown_of(snapshot, stored, inside, context)
        return HttpResponse(text, content_type="text/markdown; charset=utf-8")


class FileView(SnapshotAPIView):
    renderer_classes = (JSONRenderer, AnyRenderer)

    @extend_schema(
        operation_id="snapshots_file",
        responses={
            (200, "*/*"): OpenApiTypes.BINARY,
            302: OpenApiResponse(description="`Location` is a link that gives the file."),
        },
        tags=["Snapshots"],
    )
    def get(self, request: Request, slug: str, public_id: str, object_id: UUID) -> HttpResponseBase:
        """The bytes of a stored file (an object of the kind `file`), or a link to them as `links/` gives it."""
        return file_response(request._request, self.snapshot(public_id), object_id)


class FileLinksView(SnapshotAPIView):
    permissions: ClassVar = {"POST": Permission.SNAPSHOT_VIEW}
    serializer_class = LinkSerializer

    @extend_schema(
        operation_id="snapshots_file_link", request=None, responses={201: LinkSerializer}, tags=["Snapshots"]
    )
    def post(self, request: Request, slug: str, public_id: str, object_id: UUID) -> Response:
        """A link that gives a stored file for a few minutes to whoever has it, without a token."""
        return Response(LinkSerializer(file_link(self.snapshot(public_id), object_id)).data, status=201)


class CapturesView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.SNAPSHOT_CAPTURE}
    serializer_class = JobSerializer

    @extend_schema(
        operation_id="captures_create",
        request=CaptureCreateSerializer,
        responses={202: JobSerializer},
        tags=["Snapshots"],
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Capture a workspace. A job does it; its `result` names the snapshot."""
        workspace = get_object_or_404(Workspace.objects, public_id=public_id)
        options = Options(**self.input(CaptureCreateSerializer))
        return Response(JobSerializer(start_capture(workspace, options=options, actor=self.actor)).data, status=202)


class RetryView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.JOB_RETRY}
    serializer_class = JobSerializer

    @extend_schema(
        operation_id="snapshots_retry", request=RetrySerializer, responses={202: JobSerializer}, tags=["Snapshots"]
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Read again only what it lacks for one reason. 409 when nothing does, or a retry cannot help."""
        snapshot = get_object_or_404(Snapshot.objects, public_id=public_id)
        job = retry_reason(snapshot, actor=self.actor, **self.input(RetrySerializer))
        return Response(JobSerializer(job).data, status=202)


class AcceptView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.WORKSPACE_UPDATE}
    serializer_class = WorkspaceSerializer

    @extend_schema(operation_id="workspaces_accept", request=None, tags=["Workspaces"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Accept that the connection no longer reaches what earlier snapshots hold. Its `reduced` status ends."""
        workspace = get_object_or_404(Workspace.objects, public_id=public_id)
        return Response(WorkspaceSerializer(accept_losses(workspace, actor=self.actor)).data)


def as_uuid(value: str, field: str) -> UUID:
    """Raises :class:`Invalid`."""
    try:
        return UUID(value)
    except ValueError as error:
        raise Invalid(f"`{field}` is not the id of an object.", field=field) from error
