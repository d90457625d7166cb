from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.core.ui import times

NOW = datetime(2026, 11, 20, 9, 42, 31, 204_000, tzinfo=UTC)


@pytest.fixture
def in_tokyo() -> Iterator[None]:
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        yield


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(seconds=4), "now"),
        (timedelta(seconds=41), "41 s ago"),
        (timedelta(minutes=4, seconds=59), "4 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(hours=24), "yesterday, 09:42"),
        (timedelta(hours=33, minutes=42), "yesterday, 00:00"),
        (timedelta(hours=33, minutes=43), "18 Nov, 23:59"),
        (timedelta(days=400), "16 Oct 2025, 09:42"),
        (timedelta(seconds=-19), "in 19 s"),
        (timedelta(hours=-3), "in 3 h"),
        (timedelta(days=-1), "in 1 day"),
        (timedelta(days=-6, hours=-2), "in 6 days"),
        (timedelta(days=-20), "10 Dec, 09:42"),
    ],
)
def test_relative_under_a_day_then_dates(ago: timedelta, shown: str) -> None:
    assert times.relative(NOW - ago, NOW) == shown


@pytest.mark.usefixtures("in_tokyo")
def test_dates_are_in_the_zone_of_the_reader() -> None:
    assert times.stamp(NOW) == "20 Nov 2026, 18:42"
    assert times.clock(NOW) == "18:42:31"
    assert times.day(NOW + timedelta(hours=7)) == "21 Nov 2026"
    # 16:30 UTC on the 18th is the 19th in Tokyo, where it is the 20th now.
    assert times.relative(datetime(2026, 11, 18, 16, 30, tzinfo=UTC), NOW) == "yesterday, 01:30"


@pytest.mark.usefixtures("in_tokyo")
def test_evidence_is_in_utc() -> None:
    assert times.stamp_exact(NOW) == "20 Nov 2026, 09:42:31.204 UTC"
