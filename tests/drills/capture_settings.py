"""Real worker processes and a real network: the sandbox is another process. See ``tests.jobs.drill_settings``."""

from tests.jobs.drill_settings import *  # noqa: F403
from tests.jobs.drill_settings import ENV, JOBS, STORAGES

NOTION_NETWORK = None
STORAGES["default"]["OPTIONS"]["location"] = ENV.notionhub_var / "files"
JOBS = {
    **JOBS,
    "modules": ["apps.snapshots.jobs", "apps.exports.jobs"],
    "lane_opener": "apps.workspaces.lanes.open_lane",
}
