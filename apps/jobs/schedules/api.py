"""Schedules over the API."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.roles import Permission
from apps.core.api import OrganizationAPIView
from apps.jobs.models import Schedule
from apps.jobs.schedules import selectors
from apps.jobs.schedules.actions import action_named, actions
from apps.jobs.schedules.clock import SHOWN, clock
from apps.jobs.schedules.serializers import (
    ActionSerializer,
    ScheduleCreateSerializer,
    ScheduleRunSerializer,
    ScheduleSerializer,
    ScheduleUpdateSerializer,
    TimesSerializer,
)
from apps.jobs.schedules.services import (
    Plan,
    create_schedule,
    delete_schedule,
    pause_schedule,
    plan_of,
    resume_schedule,
    run_now,
    update_schedule,
)
from apps.jobs.serializers import JobSerializer

PLAN = ("name", "cron", "time_zone", "jitter", "missed")


class ActionsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.JOB_VIEW}
    orders: ClassVar = {}

    @extend_schema(operation_id="schedule_actions_list", responses=ActionSerializer(many=True), tags=["Schedules"])
    def get(self, request: Request, slug: str) -> Response:
        """What a schedule can start."""
        return self.page(list(actions().values()), ActionSerializer)


class TimesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.JOB_VIEW}

    @extend_schema(
        operation_id="schedule_times",
        responses=TimesSerializer,
        parameters=[
            OpenApiParameter("cron", str, description="Unless given, `0 2 * * *`."),
            OpenApiParameter("time_zone", str, description="Unless given, `UTC`."),
        ],
        tags=["Schedules"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """The next times that an expression names, before anything is saved. 422 says what is wrong with it."""
        given, now = request.query_params, timezone.now()
        read = clock(given.get("cron", "0 2 * * *"), given.get("time_zone", "UTC"), now=now)
        return Response(TimesSerializer({"times": read.first(SHOWN, now)}).data)


class SchedulesView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.JOB_VIEW, "POST": Permission.SCHEDULE_MANAGE}
    serializer_class = ScheduleSerializer
    orders: ClassVar = {"created_at": "id", "name": "name"}

    @extend_schema(
        operation_id="schedules_list",
        responses=ScheduleSerializer(many=True),
        parameters=[OpenApiParameter("subject", str, description="`ws_…`")],
        tags=["Schedules"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """The schedules, newest first."""
        rows = selectors.schedules(subject_id=request.query_params.get("subject", ""))
        return self.page(rows, ScheduleSerializer)

    @extend_schema(
        operation_id="schedules_create",
        request=ScheduleCreateSerializer,
        responses={201: ScheduleSerializer},
        tags=["Schedules"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a schedule. Takes also the right to do by hand what it starts."""
        given = self.input(ScheduleCreateSerializer)
        plan = Plan(**{name: given[name] for name in PLAN})
        subject = action_named(given["action"]).find(given["subject"])
        schedule = create_schedule(
            given["action"], subject, given["params"], plan, enabled=given["enabled"], actor=self.actor
        )
        return Response(ScheduleSerializer(schedule).data, status=201)


class ScheduleAPIView(OrganizationAPIView):
    """Base of what lies below one schedule."""

    serializer_class = ScheduleSerializer

    def answer(self, schedule: Schedule) -> Response:
        return Response(ScheduleSerializer(schedule).data)


class ScheduleView(ScheduleAPIView):
    permissions: ClassVar = {
        "GET": Permission.JOB_VIEW,
        "PATCH": Permission.SCHEDULE_MANAGE,
        "DELETE": Permission.SCHEDULE_MANAGE,
    }

    @extend_schema(operation_id="schedules_get", tags=["Schedules"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """One schedule."""
        return self.answer(_schedule(public_id))

    @extend_schema(operation_id="schedules_update", request=ScheduleUpdateSerializer, tags=["Schedules"])
    def patch(self, request: Request, slug: str, public_id: str) -> Response:
        """Change when it runs, or the params of what it starts. What is not given stays."""
        schedule = _schedule(public_id)
        given = self.input(ScheduleUpdateSerializer)
        plan: dict[str, Any] = asdict(plan_of(schedule)) | {name: given[name] for name in PLAN if name in given}
        return self.answer(update_schedule(schedule, Plan(**plan), params=given.get("params"), actor=self.actor))

    @extend_schema(operation_id="schedules_delete", responses={204: None}, tags=["Schedules"])
    def delete(self, request: Request, slug: str, public_id: str) -> Response:
        """Forget it and its history. The jobs that it has started stay."""
        delete_schedule(_schedule(public_id), actor=self.actor)
        return Response(status=204)


class ScheduleRunsView(OrganizationAPIView):
    permissions: ClassVar = {"GET": Permission.JOB_VIEW}
    serializer_class = ScheduleRunSerializer

    @extend_schema(operation_id="schedules_runs", responses=ScheduleRunSerializer(many=True), tags=["Schedules"])
    def get(self, request: Request, slug: str, public_id: str) -> Response:
        """Each time that it was due, newest first: what was started, or why nothing was."""
        return self.page(selectors.runs(_schedule(public_id)), ScheduleRunSerializer)


class SchedulePauseView(ScheduleAPIView):
    permissions: ClassVar = {"POST": Permission.SCHEDULE_MANAGE}

    @extend_schema(operation_id="schedules_pause", request=None, tags=["Schedules"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Start nothing any more until it is resumed. 409 when it is paused."""
        return self.answer(pause_schedule(_schedule(public_id), actor=self.actor))


class ScheduleResumeView(ScheduleAPIView):
    permissions: ClassVar = {"POST": Permission.SCHEDULE_MANAGE}

    @extend_schema(operation_id="schedules_resume", request=None, tags=["Schedules"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Go on at the next time. 409 when it is not paused."""
        return self.answer(resume_schedule(_schedule(public_id), actor=self.actor))


class ScheduleRunNowView(ScheduleAPIView):
    permissions: ClassVar = {"POST": Permission.SCHEDULE_MANAGE}

    @extend_schema(operation_id="schedules_run", request=None, responses={202: JobSerializer}, tags=["Schedules"])
    def post(self, request: Request, slug: str, public_id: str) -> Response:
        """Start it at once, besides its times. 409 while its last run has not ended."""
        return Response(JobSerializer(run_now(_schedule(public_id), actor=self.actor)).data, status=202)


def _schedule(public_id: str) -> Schedule:
    return get_object_or_404(Schedule.objects, public_id=public_id)
