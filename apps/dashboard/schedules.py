"""Schedules: the list, one with its history, making and changing one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.roles import Permission
from apps.core.errors import Conflicting, Invalid
from apps.core.http import HttpRequest, found, requires
from apps.dashboard.schedule_form import NextRun, ScheduleForm, next_runs
from apps.jobs.models import Schedule
from apps.jobs.schedules import selectors
from apps.jobs.schedules.actions import action_named
from apps.jobs.schedules.services import (
    create_schedule,
    delete_schedule,
    pause_schedule,
    plan_of,
    resume_schedule,
    run_now,
    update_schedule,
)
from apps.workspaces.models import Workspace

PAGE = 50


@require_safe
@requires(Permission.JOB_VIEW)
def schedule_list(request: HttpRequest, slug: str) -> HttpResponse:
    page = Paginator(selectors.schedules(), PAGE).get_page(request.GET.get("page"))
    page.object_list = selectors.rows_of(page.object_list)  # type: ignore[assignment]
    return render(request, "schedules/schedule_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SCHEDULE_MANAGE)
def schedule_create(request: HttpRequest, slug: str) -> HttpResponse:
    """``?workspace=`` chooses it beforehand; the button “Show the next runs” saves nothing."""
    address = reverse("schedules:create", args=[slug])
    if request.method != "POST":
        form = ScheduleForm(request.actor, initial={"workspace": request.GET.get("workspace", "")})
        return _form(request, form, address)
    form = ScheduleForm(request.actor, request.POST)
    if "preview" in request.POST or request.htmx:
        return _form(request, form, address)
    if form.is_valid():
        given = form.cleaned_data
        try:
            schedule = create_schedule(
                given["action"], given["workspace"], form.params(), form.plan(), actor=request.actor
            )
        except Invalid as error:
            form.add_error(_field(form, error), error.message)
        else:
            messages.success(request, f"The schedule “{schedule.name}” is made.")
            return redirect("schedules:detail", slug, schedule.public_id)
    return _form(request, form, address, status=422)


@require_safe
@requires(Permission.JOB_VIEW)
def schedule_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    schedule = _schedule(request, public_id)
    row = selectors.rows_of([schedule])[0]
    upcoming: list[NextRun] = []
    if schedule.enabled:
        upcoming = next_runs(plan_of(schedule), schedule.public_id)
    page = Paginator(selectors.runs(schedule), PAGE).get_page(request.GET.get("page"))
    context = {"row": row, "schedule": schedule, "upcoming": upcoming, "page": page, "now": timezone.now()}
    return render(request, "schedules/schedule_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SCHEDULE_MANAGE)
def schedule_edit(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    schedule = _schedule(request, public_id)
    address = reverse("schedules:edit", args=[slug, public_id])
    if request.method != "POST":
        return _form(request, ScheduleForm.of(schedule, request.actor), address, schedule)
    form = ScheduleForm(request.actor, request.POST, schedule=schedule)
    if "preview" in request.POST or request.htmx:
        return _form(request, form, address, schedule)
    if form.is_valid():
        try:
            update_schedule(
                schedule, form.plan(), action=form.cleaned_data["action"], params=form.params(), actor=request.actor
            )
        except Invalid as error:
            form.add_error(_field(form, error), error.message)
        else:
            messages.success(request, f"The schedule “{schedule.name}” is changed.")
            return redirect("schedules:detail", slug, public_id)
    return _form(request, form, address, schedule, status=422)


@require_POST
def schedule_pause(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    schedule = _schedule(request, public_id)
    try:
        pause_schedule(schedule, actor=request.actor)
        messages.success(request, f"“{schedule.name}” starts nothing until somebody resumes it.")
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect("schedules:detail", slug, public_id)


@require_POST
def schedule_resume(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    schedule = _schedule(request, public_id)
    try:
        resume_schedule(schedule, actor=request.actor)
        messages.success(request, f"“{schedule.name}” goes on at its next time.")
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect("schedules:detail", slug, public_id)


@require_POST
def schedule_run(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    schedule = _schedule(request, public_id)
    try:
        job = run_now(schedule, actor=request.actor)
    except Conflicting as error:
        messages.warning(request, error.message)
        return redirect("schedules:detail", slug, public_id)
    return redirect("jobs:detail", slug, job.public_id)


@require_POST
def schedule_delete(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    schedule = _schedule(request, public_id)
    delete_schedule(schedule, actor=request.actor)
    messages.success(request, f"The schedule “{schedule.name}” is deleted. Jobs that it has started go on.")
    return redirect("schedules:list", slug)


def of_workspace(workspace: Workspace) -> list[selectors.ScheduleRow]:
    """What the workspace's own page lists."""
    return selectors.rows_of(selectors.schedules(subject_id=workspace.public_id))


def _schedule(request: HttpRequest, public_id: str) -> Schedule:
    return found(request, Schedule.objects, public_id)


def _field(form: ScheduleForm, error: Invalid) -> str | None:
    """Where the form says it; above all fields, if it has none of that name."""
    return error.field if error.field in form.fields else None


def _form(
    request: HttpRequest, form: ScheduleForm, address: str, schedule: Schedule | None = None, status: int = 200
) -> HttpResponse:
    upcoming, error = form.upcoming()
    context: dict[str, Any] = {
        "form": form,
        "schedule": schedule,
        "address": address,
        "upcoming": upcoming,
        "unclear": error,
        "actions": [action_named(name) for name, _ in form.action_choices()],
    }
    fragment = "#upcoming" if request.htmx else ""
    response = render(request, f"schedules/schedule_form.html{fragment}", context, status=status)
    response["Vary"] = "HX-Request"
    return response
