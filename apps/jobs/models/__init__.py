"""Jobs with their lanes and runners, and the schedules that start some of them."""

from apps.jobs.models.jobs import (
    ACTIVE,
    ENDED,
    RETRYABLE,
    Cluster,
    Job,
    JobEvent,
    Lane,
    Level,
    Runner,
    Status,
)
from apps.jobs.models.schedules import Missed, Outcome, Schedule, ScheduleRun

__all__ = [
    "ACTIVE",
    "ENDED",
    "RETRYABLE",
    "Cluster",
    "Job",
    "JobEvent",
    "Lane",
    "Level",
    "Missed",
    "Outcome",
    "Runner",
    "Schedule",
    "ScheduleRun",
    "Status",
]
