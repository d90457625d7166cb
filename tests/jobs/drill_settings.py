"""Real worker processes on the database and the broker that the environment names.

The lease is shortened and the rules stay: a lease is three beats and a bit, a tick is shorter than a lease.
"""

from notionhub.settings.test import *  # noqa: F403
from notionhub.settings.test import JOBS, LOGGING

JOBS = {
    **JOBS,
    "modules": ["tests.jobs.drill_kinds"],
    "lane_opener": None,
    "lease": 5.0,
    "beat": 1.5,
    "tick": 1.0,
    "frozen_after": 8.0,
    "stop_grace": 4.0,
    "kill_after": 10.0,
    "backoff": 0.5,
}
LOGGING["formatters"]["console"]["style"] = "json"
