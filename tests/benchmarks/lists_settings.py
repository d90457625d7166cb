"""The site as the benchmark of lists asks it: rates are counted, and high."""

from notionhub.settings.test import *  # noqa: F403

API_RATE, API_BURST = 1_000_000, 10_000
DATABASES["default"]["CONN_MAX_AGE"] = 600  # noqa: F405
