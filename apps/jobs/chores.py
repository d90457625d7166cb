"""What rooms above have to look after every few seconds: ``settings.JOBS["chores"]`` names their functions.

A chore looks for what is due by a query of its own and starts it, as a schedule is started: it takes milliseconds, may
be called by several tickers at the same time, and talks to no network. What takes longer is a job that it puts on.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from apps.jobs.conf import job_settings

logger = logging.getLogger(__name__)
Chore = Callable[[datetime], object]


def do_chores(now: datetime) -> None:
    """Call each. One that fails in a way nobody foresaw keeps no other from its turn."""
    for path in job_settings().chores:
        chore: Chore = import_string(path)
        try:
            chore(now)
        except (OperationalError, InterfaceError):
            raise  # the database is away; the next tick comes again
        except Exception:
            logger.exception("chore failed", extra={"chore": path})
