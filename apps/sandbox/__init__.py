"""A Notion-compatible server in one process: the demo workspace, the test double, the benchmark target."""

from apps.sandbox.access import CAPABILITIES, Connection
from apps.sandbox.faults import Fault
from apps.sandbox.random_faults import RandomFaults
from apps.sandbox.sandbox import Sandbox

__all__ = ["CAPABILITIES", "Connection", "Fault", "RandomFaults", "Sandbox"]
