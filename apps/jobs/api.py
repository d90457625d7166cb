"""Jobs over the API."""

from typing import ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.jobs import selectors
from apps.jobs.models import Job
from apps.jobs.schedules.selectors import with_schedule
from apps.jobs.serializers import JobEventSerializer, JobSerializer
from apps.jobs.services import cancel_job, retry_job


class JobsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.JOB_VIEW}
    serializer_class = JobSerializer

    @extend_schema(
        operation_id="jobs_list",
        responses=JobSerializer(many=True),
        parameters=[
            OpenApiParameter("status", str, enum=list(selectors.FILTERS)),
            OpenApiParameter("kind", str),
            OpenApiParameter("subject", str, description="Public id of what the jobs are about."),
        ],
        tags=["Jobs"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Jobs, newest first."""
        given = request.query_params
        rows = selectors.jobs(
            status=given.get("status", ""), kind=given.get("kind", ""), subject_id=given.get("subject", "")
        )
        return self.page(with_schedule(rows), JobSerializer)


class JobView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.JOB_VIEW}

    @extend_schema(operation_id="jobs_get", responses=JobSerializer, tags=["Jobs"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One job."""
        return Response(JobSerializer(_job(public_id)).data)


class JobEventsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.JOB_VIEW}
    serializer_class = JobEventSerializer
    orders: ClassVar = {"seq": "seq"}
    default_order: ClassVar = "seq"

    @extend_schema(
        operation_id="jobs_events",
        responses=JobEventSerializer(many=True),
        parameters=[OpenApiParameter("after", int, description="Only events with a higher `seq`.")],
        tags=["Jobs"],
    )
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """The job's events in their order: changes of its state, warnings, objects that could not be done."""
        given = request.query_params.get("after", "0")
        after = int(given) if given.isdecimal() and len(given) < 10 else 0
        return self.page(selectors.events(_job(public_id), after=after), JobEventSerializer)


class JobCancelView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.JOB_CANCEL}

    @extend_schema(operation_id="jobs_cancel", request=None, responses=JobSerializer, tags=["Jobs"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """End a job: at once while it waits, at its next checkpoint while it runs. 409 when it has ended."""
        return Response(JobSerializer(cancel_job(_job(public_id), actor=self.actor)).data)


class JobRetryView(OrganizationAPIView):
    permissions: ClassVar = {"POST": Permission.JOB_RETRY}

    @extend_schema(operation_id="jobs_retry", request=None, responses=JobSerializer, tags=["Jobs"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Start a failed, incomplete or cancelled job again, from its last checkpoint. 409 for any other."""
        return Response(JobSerializer(retry_job(_job(public_id), actor=self.actor)).data)


def _job(public_id: str) -> Job:
    return get_object_or_404(Job.objects, public_id=public_id)
