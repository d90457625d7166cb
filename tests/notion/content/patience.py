"""Property-based tests on a busy machine: how long an example takes says nothing there."""

from hypothesis import HealthCheck, settings

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
