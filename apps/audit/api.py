"""The audit log over the API: reading, following, verifying, taking out, keeping filters."""

from typing import ClassVar

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.audit import selectors, services
from apps.audit.downloads import content_of
from apps.audit.models import AuditEntry, LogFile
from apps.audit.retention import last_cut
from apps.audit.sealing import seal
from apps.audit.selectors import EntryFilter
from apps.audit.serializers import (
    AuditEntrySerializer,
    ChainSerializer,
    ExportRequestSerializer,
    LogFileSerializer,
    SavedFilterSerializer,
    SaveFilterSerializer,
    StreamSerializer,
    VerifySerializer,
)
from apps.audit.verification import Anchor, verify
from apps.core.api import OrganizationAPIView
from apps.core.errors import Invalid
from apps.jobs.serializers import JobSerializer

TAGS = ["Audit log"]
FILTERS = [OpenApiParameter(name, str) for name in ("event", "actor", "outcome", "query", "subject", "workspace")]
FILTERS += [OpenApiParameter(name, OpenApiTypes.DATE, description="In UTC.") for name in ("since", "until")]
MOST = 1_000


class LinesRenderer(JSONRenderer):
    """Lets a caller ask for the file's own type; what is rendered here is the problem that came up instead."""

    media_type = "application/x-ndjson"
    format = "jsonl"


class CsvRenderer(LinesRenderer):
    media_type = "text/csv"
    format = "csv"


class EntriesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW}
    serializer_class = AuditEntrySerializer

    @extend_schema(operation_id="audit_list", responses=AuditEntrySerializer(many=True), parameters=FILTERS, tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """Entries, newest first. `query`: words, all of which occur, found by their beginnings in sealed entries.

        Of what a query finds, the newest 10,000 are looked at; an export has all of it.
        """
        given = request.query_params
        wanted = EntryFilter.read({name: given[name] for name in EntryFilter.__slots__ if given.get(name)})
        return self.page(selectors.entries(wanted, newest=selectors.NEWEST), AuditEntrySerializer)


class EntryView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW}

    @extend_schema(operation_id="audit_get", responses=AuditEntrySerializer, tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One entry."""
        return Response(AuditEntrySerializer(get_object_or_404(AuditEntry.objects, public_id=public_id)).data)


class StreamView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW}

    @extend_schema(
        operation_id="audit_stream",
        parameters=[
            OpenApiParameter("after", int, description="`next` of the last answer; 0 for the beginning."),
            OpenApiParameter("limit", int, description=f"At most {MOST:,}; 200 unless given."),
        ],
        responses=StreamSerializer,
        tags=TAGS,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Sealed entries in the order of the chain, oldest first, for collectors that fetch.

        Whoever goes on at `next` misses nothing: a place in the chain is only given after the one before it.
        """
        after = _number(request, "after", 0, 2**62)
        limit = _number(request, "limit", 200, MOST)
        chain, cut = seal(), last_cut()
        upto = min(chain.seq, max(after, cut.seq if cut else 0) + limit)
        entries = list(selectors.documents(after=after, upto=upto))
        following = entries[-1]["seq"] if entries else after
        answer = {"entries": entries, "next": following, "head": chain, "cut": cut}
        return Response(StreamSerializer(answer).data)


class ChainView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW, "POST": Permission.AUDIT_VIEW}

    @extend_schema(operation_id="audit_chain_get", responses=ChainSerializer, tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """The head of the chain, and what its last check found."""
        return Response(ChainSerializer(selectors.chain_here()).data)

    @extend_schema(
        operation_id="audit_chain_verify",
        request=VerifySerializer,
        responses={200: ChainSerializer, 202: JobSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Check all of the chain. A long one is checked by a job (202), unless an anchor is given."""
        given = self.input(VerifySerializer)["anchor"].strip()
        anchor = Anchor.parse(given) if given else None
        chain = selectors.chain_here()
        if anchor is None and chain.seq > services.AT_ONCE:
            return Response(JobSerializer(services.start_verification(chain, actor=self.actor)).data, status=202)
        verdict = verify(anchor)
        return Response(
            ChainSerializer(services.record_verdict(selectors.chain_here(), verdict, actor=self.actor)).data
        )


class FilesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_EXPORT, "POST": Permission.AUDIT_EXPORT}
    serializer_class = LogFileSerializer

    @extend_schema(operation_id="audit_files_list", responses=LogFileSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """What was exported, newest first."""
        return self.page(LogFile.objects.select_related("job"), LogFileSerializer)

    @extend_schema(
        operation_id="audit_files_create",
        request=ExportRequestSerializer,
        responses={201: LogFileSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Export a part of the log. Its content can be fetched at once, or when its `job` has ended."""
        given = self.input(ExportRequestSerializer)
        file = services.export_log(given["format"], EntryFilter.read(given["filter"]), actor=self.actor)
        return Response(LogFileSerializer(file).data, status=201)


class FileView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_EXPORT}

    @extend_schema(operation_id="audit_files_get", responses=LogFileSerializer, tags=TAGS)
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One export of the log."""
        file = get_object_or_404(LogFile.objects.select_related("job"), public_id=public_id)
        return Response(LogFileSerializer(file).data)


class ContentView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_EXPORT}
    renderer_classes = (JSONRenderer, LinesRenderer, CsvRenderer)

    @extend_schema(
        operation_id="audit_files_content",
        responses={
            (200, "application/x-ndjson"): OpenApiTypes.BINARY,
            302: OpenApiResponse(description="On to a link that is good for some minutes."),
        },
        tags=TAGS,
    )
    def get(self, request: Request, slug: str, public_id: str) -> HttpResponseBase:
        """The file itself, as JSON Lines or CSV."""
        file = get_object_or_404(LogFile.objects.select_related("organization"), public_id=public_id)
        if file.job_id is None:
            return content_of(file)
        return HttpResponseRedirect(services.download(file, actor=self.actor).address)


class SavedFiltersView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.AUDIT_VIEW, "POST": Permission.AUDIT_VIEW}
    serializer_class = SavedFilterSerializer

    @extend_schema(operation_id="audit_filters_list", responses=SavedFilterSerializer(many=True), tags=TAGS)
    def get(self, request: Request, slug: str) -> Response:
        """One's own filters, and what others share."""
        return self.page(selectors.saved_filters(self.actor.ref), SavedFilterSerializer)

    @extend_schema(
        operation_id="audit_filters_save",
        request=SaveFilterSerializer,
        responses={201: SavedFilterSerializer},
        tags=TAGS,
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep a filter; one of one's own with the same name is replaced."""
        given = self.input(SaveFilterSerializer)
        wanted = EntryFilter.read(given["filter"])
        kept = services.save_filter(given["name"], wanted, shared=given["shared"], actor=self.actor)
        return Response(SavedFilterSerializer(kept).data, status=201)


class SavedFilterView(OrganizationAPIView):
    permissions: ClassVar = {"DELETE": Permission.AUDIT_VIEW}

    @extend_schema(operation_id="audit_filters_delete", responses={204: None}, tags=TAGS)
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Forget a filter. No entry is touched."""
        kept = get_object_or_404(selectors.saved_filters(self.actor.ref), public_id=public_id)
        services.delete_filter(kept, actor=self.actor)
        return Response(status=204)


def _number(request: Request, name: str, usual: int, most: int) -> int:
    given = request.query_params.get(name, "")
    if not given:
        return usual
    if not (given.isascii() and given.isdigit() and len(given) <= 18 and int(given) <= most):
        raise Invalid(f"`{name}` is a whole number up to {most:,}.", field=name)
    return int(given)
