"""When a schedule runs: expressions, zones, the two odd nights of the year, delays, downtime."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.core.errors import Invalid
from apps.jobs.schedules.clock import PRESETS, clock, preset, zone_names

NOW = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)  # a Wednesday


def utc(words: str) -> datetime:
    return datetime.strptime(words, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def times(cron: str, zone: str, after: str, count: int) -> list[str]:
    found = clock(cron, zone, now=NOW).first(count, utc(after))
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in found]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hourly", ["2026-01-07 12:30", "2026-01-07 13:30"]),
        ("daily", ["2026-01-08 01:30", "2026-01-09 01:30"]),
        ("weekdays", ["2026-01-08 01:30", "2026-01-09 01:30", "2026-01-12 01:30"]),
        ("weekly", ["2026-01-12 01:30", "2026-01-19 01:30"]),
        ("monthly", ["2026-02-01 01:30", "2026-03-01 01:30"]),
    ],
)
def test_presets_at_half_past_two_in_vienna(name: str, expected: list[str]) -> None:
    assert times(preset(name, 2, 30), "Europe/Vienna", "2026-01-07 12:00", len(expected)) == expected


def test_every_preset_is_an_expression() -> None:
    assert [len(clock(preset(name, 23, 59), "UTC", now=NOW).first(5, NOW)) for name in PRESETS] == [5] * len(PRESETS)


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        # 29 March 2026: at 02:00 clocks go to 03:00. What the gap swallows runs at its end, once.
        ("30 2 * * *", "2026-03-28 12:00", ["2026-03-29 01:00", "2026-03-30 00:30"]),
        ("0 2 * * *", "2026-03-28 12:00", ["2026-03-29 01:00", "2026-03-30 00:00"]),
        ("0 3 * * *", "2026-03-28 12:00", ["2026-03-29 01:00", "2026-03-30 01:00"]),
        ("30 * * * *", "2026-03-29 00:00", ["2026-03-29 00:30", "2026-03-29 01:30"]),
        # 25 October 2026: at 03:00 clocks go back to 02:00. A fixed time runs once, on the first pass.
        ("30 2 * * *", "2026-10-24 12:00", ["2026-10-25 00:30", "2026-10-26 01:30"]),
        ("0 3 * * *", "2026-10-24 12:00", ["2026-10-25 02:00", "2026-10-26 02:00"]),
        # Asked within the second pass, it does not go back to the first.
        ("30 2 * * *", "2026-10-25 01:10", ["2026-10-26 01:30"]),
        ("30 2 * * *", "2026-10-25 00:30", ["2026-10-26 01:30"]),
        # Every hour means every hour, also the one that comes twice.
        ("0 * * * *", "2026-10-24 23:30", ["2026-10-25 00:00", "2026-10-25 01:00", "2026-10-25 02:00"]),
        ("*/30 * * * *", "2026-10-25 00:15", ["2026-10-25 00:30", "2026-10-25 01:00", "2026-10-25 01:30"]),
    ],
)
def test_spring_gap_and_autumn_fold_in_vienna(cron: str, after: str, expected: list[str]) -> None:
    assert times(cron, "Europe/Vienna", after, len(expected)) == expected


def test_the_same_expression_in_other_zones() -> None:
    zones = {"UTC": "03:00", "America/New_York": "08:00", "Asia/Kolkata": "21:30", "Pacific/Auckland": "14:00"}
    found = {zone: times("0 3 * * *", zone, "2026-01-07 12:00", 1)[0][-5:] for zone in zones}
    assert found == zones


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("0 25 * * *", "hour"),
        ("61 * * * *", "minute"),
        ("* * * *", "five fields"),
        ("0 0 2 * * *", "five fields"),
        ("@daily", "five fields"),
        ("0 0 30 2 *", "day-of-month"),
        ("", "five fields"),
        ("0 2 * * " + "1," * 60 + "1", "longer"),
        ("0 2 * * $(reboot)", "day-of-week"),
    ],
)
def test_what_is_no_expression_says_which_part(cron: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        clock(cron, "UTC", now=NOW)
    assert caught.value.field == "cron"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd", "EST5EDT4", "Etc/GMT+5"])
def test_what_is_no_zone_of_people(zone: str) -> None:
    with pytest.raises(Invalid, match="no time zone") as caught:
        clock("0 2 * * *", zone, now=NOW)
    assert caught.value.field == "time_zone"


def test_zones_are_those_of_the_iana_database() -> None:
    names = zone_names()
    assert names[0] == "UTC"
    assert {"Europe/Vienna", "America/Argentina/Buenos_Aires", "Asia/Kathmandu"} < set(names)
    assert len(names) > 400


def test_delay_is_within_its_bounds_spread_out_and_the_same_each_time() -> None:
    one = clock("0 * * * *", "UTC", 600, seed="sch_one", now=NOW)
    due = one.first(200, NOW)
    delays = [(one.start_of(moment) - moment).total_seconds() for moment in due]
    assert all(0 <= delay <= 600 for delay in delays)
    assert min(delays) < 60
    assert max(delays) > 540
    assert len(set(delays)) > 100
    assert [one.start_of(moment) for moment in due] == [
        moment + timedelta(seconds=d) for moment, d in zip(due, delays, strict=True)
    ]
    other = clock("0 * * * *", "UTC", 600, seed="sch_other", now=NOW)
    assert [other.start_of(moment) for moment in due] != [one.start_of(moment) for moment in due]


def test_without_a_delay_it_starts_in_time() -> None:
    plain = clock("0 * * * *", "UTC", now=NOW)
    assert all(plain.start_of(moment) == moment for moment in plain.first(10, NOW))


def test_delay_is_shorter_than_the_time_between_two_runs() -> None:
    assert clock("*/10 * * * *", "UTC", 599, now=NOW).jitter == 599
    for cron, jitter in [("*/10 * * * *", 600), ("0 2,3 * * *", 3600), ("0 2 * * *", 6 * 3600 + 1), ("0 2 * * *", -1)]:
        with pytest.raises(Invalid) as caught:
            clock(cron, "UTC", jitter, now=NOW)
        assert caught.value.field == "jitter"


def test_a_time_whose_delay_still_runs_is_next() -> None:
    late = clock("0 * * * *", "UTC", 600, seed="sch_one", now=NOW)
    due = late.first(1, NOW)[0]
    start = late.start_of(due)
    assert start > due
    assert late.next_after(start - timedelta(seconds=1)) == due
    assert late.next_after(start) == due + timedelta(hours=1)


def test_what_passed_during_downtime() -> None:
    hourly = clock("0 * * * *", "UTC", now=NOW)
    assert hourly.passed(NOW, NOW + timedelta(minutes=59)).times == (NOW,)
    passed = hourly.passed(NOW, NOW + timedelta(hours=5, minutes=1))
    assert len(passed.times) == 6
    assert passed.newest == NOW + timedelta(hours=5)
    assert not passed.uncounted


def test_a_year_of_downtime_is_not_counted_to_the_end() -> None:
    every_minute = clock("* * * * *", "Europe/Vienna", now=NOW)
    back = NOW + timedelta(days=365, seconds=30)
    passed = every_minute.passed(NOW, back)
    assert passed.uncounted
    assert len(passed.times) == 1_000
    assert passed.newest == back - timedelta(seconds=30)
