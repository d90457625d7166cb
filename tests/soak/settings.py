"""As the capture drill, with leases so short that many kills fit into a few minutes."""

from tests.drills.capture_settings import *  # noqa: F403
from tests.drills.capture_settings import JOBS

JOBS = {**JOBS, "lease": 2.5, "beat": 0.7, "tick": 0.5}
