"""Jobs: the list, one job, its progress and log by polling, cancel, retry."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.access.roles import Permission
from apps.core.errors import Conflicting
from apps.core.http import HttpRequest, found, requires
from apps.jobs import cards, selectors
from apps.jobs.models import Job, Status
from apps.jobs.services import cancel_job, retry_job

PAGE = 50
LINES = 200
STOP_POLLING = 286  # htmx ends a poll on this status and still swaps the answer in
VIEWS = (
    ("All", ""),
    ("Active", "active"),
    ("Incomplete", "incomplete"),
    ("Failed", "failed"),
    ("Cancelled", "cancelled"),
)
COUNTED = ("active", "incomplete", "failed")


@require_safe
@requires(Permission.JOB_VIEW)
def job_list(request: HttpRequest, slug: str) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = selectors.running_first(selectors.jobs(status=state))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    page.object_list = cards.cards(page.object_list)
    fragment = "#table" if request.htmx.target == "job-table" else ""
    context = {"page": page, "views": _views(slug, state)}
    response = render(request, f"jobs/job_list.html{fragment}", context)
    response["Vary"] = "HX-Request, HX-Target"
    return response


@require_safe
@requires(Permission.JOB_VIEW)
def job_detail(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    job = _job(request, public_id)
    return render(request, "jobs/job_detail.html", {**_facts(job, slug), **_log(job)})


@require_safe
@requires(Permission.JOB_VIEW)
def job_progress(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The progress block, polled; 286 and the final block once the job has ended."""
    job = _job(request, public_id)
    facts = _facts(job, slug)
    shown = request.GET.get("state", "")
    context = {**facts, "is_poll": True, "has_changed": bool(shown) and shown != facts["job"].phase}
    status = STOP_POLLING if job.has_ended else 200
    return render(request, "jobs/job_detail.html#progress", context, status=status)


@require_safe
@requires(Permission.JOB_VIEW)
def job_log(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The events after ``?after=``, newest first; 286 once the job has ended and all of them were sent."""
    job = _job(request, public_id)
    given = request.GET.get("after", "0")
    after = int(given) if given.isdecimal() and len(given) < 10 else 0
    context = {"job": cards.card(job), "poll_seconds": cards.poll_seconds(job, timezone.now()), "is_poll": True}
    status = STOP_POLLING if job.has_ended else 200
    return render(request, "jobs/job_detail.html#log", {**context, **_log(job, after)}, status=status)


@require_POST
def job_cancel(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    job = _job(request, public_id)
    try:
        cancel_job(job, actor=request.actor)
        messages.success(request, f"“{job.title}” ends at its next checkpoint.")
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect("jobs:detail", slug, public_id)


@require_POST
def job_retry(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    job = _job(request, public_id)
    try:
        retry_job(job, actor=request.actor)
        messages.success(request, f"“{job.title}” is queued again.")
    except Conflicting as error:
        messages.warning(request, error.message)
    return redirect("jobs:detail", slug, public_id)


def _job(request: HttpRequest, public_id: str) -> Job:
    return found(request, Job.objects, public_id)


def _views(slug: str, state: str) -> list[tuple[str, str, int | None, bool]]:
    address = reverse("jobs:list", args=[slug])
    return [
        (
            label,
            f"{address}?state={code}" if code else address,
            selectors.jobs(status=code).count() if code in COUNTED else None,
            code == state,
        )
        for label, code in VIEWS
    ]


def _facts(job: Job, slug: str) -> dict[str, Any]:
    """What all of the page but the log needs."""
    now = timezone.now()
    unmet = selectors.unmet(job) if job.has_ended else []
    unmet_count = sum(group.count for group in unmet)
    return {
        "job": cards.card(job, now),
        "steps": cards.steps(job),
        **cards.counts(job),
        "unmet": unmet,
        "unmet_count": unmet_count,
        "result": cards.result_link(job, slug),
        "budget": job.budget if job.budget and job.status == Status.RUNNING else None,
        "facts": cards.facts(job, slug),
        "poll_seconds": cards.poll_seconds(job, now),
        "retry_label": cards.retry_label(job, unmet_count),
    }


def _log(job: Job, after: int = 0) -> dict[str, Any]:
    newest = list(selectors.events(job, after=after).order_by("-seq")[:LINES])
    return {
        "events": cards.lines(newest),
        "last_seq": newest[0].seq if newest else after,
        "event_count": job.event_count,
    }
