"""Exports over the API."""

from typing import ClassVar

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import LinkSerializer, OrganizationAPIView
from apps.core.errors import Invalid
from apps.exports import selectors
from apps.exports.downloads import archive_redirect
from apps.exports.formats import FORMATS
from apps.exports.models import ExportState
from apps.exports.serializers import ExportCreateSerializer, ExportSerializer, FormatSerializer
from apps.exports.services import ARCHIVE_TYPE, create_export, delete_export, download
from apps.snapshots.models import Snapshot

FILTERS = ("workspace", "snapshot", "format", "state")


class ArchiveRenderer(JSONRenderer):
    """Lets a caller ask for ``application/zip``; what is rendered here is the problem that came up instead."""

    media_type = ARCHIVE_TYPE
    format = "zip"


class FormatsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.EXPORT_VIEW}
    orders: ClassVar = {}

    @extend_schema(operation_id="export_formats_list", responses=FormatSerializer(many=True), tags=["Exports"])
    def get(self, request: Request, slug: str) -> Response:
        """The formats, each with its options."""
        return self.page(list(FORMATS.values()), FormatSerializer)


class ExportsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.EXPORT_VIEW, "POST": Permission.EXPORT_CREATE}
    serializer_class = ExportSerializer

    @extend_schema(
        operation_id="exports_list",
        responses=ExportSerializer(many=True),
        parameters=[
            OpenApiParameter("workspace", str, description="`ws_…`"),
            OpenApiParameter("snapshot", str, description="`snp_…`"),
            OpenApiParameter("format", str),
            OpenApiParameter("state", str, enum=ExportState.values),
        ],
        tags=["Exports"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """The exports, newest first."""
        wanted = {name: request.query_params.get(name, "") for name in FILTERS}
        return self.page(selectors.exports(**wanted), ExportSerializer)

    @extend_schema(
        operation_id="exports_create",
        request=ExportCreateSerializer,
        responses={202: ExportSerializer},
        tags=["Exports"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make an export of a snapshot. A job does it; `job` names it, `ready` says when there is an archive."""
        given = self.input(ExportCreateSerializer)
        snapshot = Snapshot.objects.select_related("workspace").filter(public_id=given["snapshot"]).first()
        if snapshot is None:
            raise Invalid("There is no such snapshot here.", field="snapshot")
        export = create_export(snapshot, format=given["format"], options=given["options"], actor=self.actor)
        return Response(ExportSerializer(export).data, status=202)


class ExportView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.EXPORT_VIEW, "DELETE": Permission.EXPORT_DELETE}

    @extend_schema(operation_id="exports_get", responses=ExportSerializer, tags=["Exports"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One export."""
        return Response(ExportSerializer(get_object_or_404(selectors.exports(), public_id=public_id)).data)

    @extend_schema(
        operation_id="exports_delete",
        responses={204: None, 409: OpenApiResponse(description="It is still being made.")},
        tags=["Exports"],
    )
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Delete an export with its archive and manifest. That there was one stays in the audit log."""
        delete_export(get_object_or_404(selectors.exports(), public_id=public_id), actor=self.actor)
        return Response(status=204)


class DownloadView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.EXPORT_DOWNLOAD}
    renderer_classes = (JSONRenderer, ArchiveRenderer)

    @extend_schema(
        operation_id="exports_download",
        responses={
            302: OpenApiResponse(description="`Location` is a link that gives the archive."),
            304: OpenApiResponse(description="The archive is the one that `If-None-Match` names."),
            409: OpenApiResponse(description="There is no archive (yet)."),
        },
        tags=["Exports"],
    )
    def get(self, request: Request, slug: str, public_id: str) -> HttpResponseBase:
        """The archive, by way of a link as `links/` gives it. `If-None-Match` takes its SHA-256 in quotes."""
        export = get_object_or_404(selectors.exports(), public_id=public_id)
        return archive_redirect(request._request, export, actor=self.actor)


class LinksView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.EXPORT_DOWNLOAD}
    serializer_class = LinkSerializer

    @extend_schema(
        operation_id="exports_link",
        request=None,
        responses={201: LinkSerializer, 409: OpenApiResponse(description="There is no archive (yet).")},
        tags=["Exports"],
    )
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """A link that gives the archive for a few minutes to whoever has it, without a token. Put on record."""
        export = get_object_or_404(selectors.exports(), public_id=public_id)
        return Response(LinkSerializer(download(export, actor=self.actor)).data, status=201)
