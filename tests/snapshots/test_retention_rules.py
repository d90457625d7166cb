"""The keep-rules as a pure function: a year of snapshots, odd zones, and everything that never goes."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.snapshots.models import SnapshotState
from apps.snapshots.retention.rules import INCOMPLETE_FOR, Candidate, Rules, Verdict, plan

VIENNA, ZONE = ZoneInfo("Europe/Vienna"), ZoneInfo("UTC")
NOW = datetime(2026, 12, 31, 12, 0, tzinfo=UTC)
COMPLETE, INCOMPLETE = SnapshotState.COMPLETE, SnapshotState.INCOMPLETE


def at(number: int, words: str, state: str = COMPLETE, **more: object) -> Candidate:
    taken = datetime.strptime(words, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return Candidate(number, state, taken, taken, **more)  # type: ignore[arg-type]


def year() -> list[Candidate]:
    """One complete snapshot each day of 2026 at 02:00 UTC; number 1 is the first of January."""
    first = datetime(2026, 1, 1, 2, 0, tzinfo=UTC)
    return [Candidate(n + 1, COMPLETE, first + timedelta(days=n), first + timedelta(days=n)) for n in range(365)]


def kept(said: Iterable[Verdict]) -> set[int]:
    return {verdict.number for verdict in said if not verdict.goes}


def day(month: int, day_of_month: int) -> int:
    """The number of the snapshot of a day of the year."""
    return datetime(2026, month, day_of_month, tzinfo=UTC).timetuple().tm_yday


MONTH_ENDS = [(1, 31), (2, 28), (3, 31), (4, 30), (5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31), (11, 30)]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (Rules(last=1), {365}),
        (Rules(last=7), set(range(359, 366))),
        (Rules(daily=14), set(range(352, 366))),
        (Rules(daily=1_000), set(range(1, 366))),
        # Sundays end the weeks; the week of 31 December is not over, so its newest so far stands for it.
        (Rules(weekly=4), {365, day(12, 27), day(12, 20), day(12, 13)}),
        (Rules(monthly=12), {365} | {day(*one) for one in MONTH_ENDS}),
        (Rules(monthly=3), {365, day(11, 30), day(10, 31)}),
        (Rules(last=2, daily=3, weekly=2, monthly=2), {365, 364, 363, day(12, 27), day(11, 30)}),
    ],
)
def test_a_year_of_daily_snapshots(rules: Rules, expected: set[int]) -> None:
    assert kept(plan(year(), rules, ZONE, NOW)) == expected


def test_each_verdict_says_what_keeps_it_or_why_it_goes() -> None:
    said = {one.number: one for one in plan(year(), Rules(last=1, daily=2, weekly=1, monthly=2), ZONE, NOW)}
    assert said[365].kept_by == (
        "newest complete snapshot", "newest snapshot", "last 1", "day 2026-12-31", "week 2026-W53", "month 2026-12",
    )  # fmt: skip
    assert said[364].kept_by == ("day 2026-12-30",)
    assert said[day(11, 30)].kept_by == ("month 2026-11",)
    assert said[1].because == "outside of the rules: keep the last 1, 2 days, 1 week, 2 months"


def test_without_rules_everything_is_kept() -> None:
    odd = [at(1, "2020-01-01 00:00", SnapshotState.FAILED), *year()[1:]]
    assert len(kept(plan(odd, Rules(), ZONE, NOW))) == 365


def test_a_day_begins_in_its_zone() -> None:
    """23:30 UTC in winter is the next day in Vienna, and 22:30 UTC in summer."""
    found = [
        at(1, "2026-01-05 22:30"), at(2, "2026-01-05 23:30"), at(3, "2026-01-06 22:30"),
        at(4, "2026-07-05 21:30"), at(5, "2026-07-05 22:30"), at(6, "2026-07-06 20:00"),
    ]  # fmt: skip
    assert kept(plan(found, Rules(daily=9), VIENNA, NOW)) == {1, 3, 4, 6}
    assert kept(plan(found, Rules(daily=9), ZONE, NOW)) == {2, 3, 5, 6}


def test_days_without_a_snapshot_do_not_count() -> None:
    """A pause of captures must not eat up what was kept before."""
    found = [at(1, "2026-01-01 02:00"), at(2, "2026-01-02 02:00"), at(3, "2026-11-30 02:00")]
    assert kept(plan(found, Rules(daily=3), ZONE, NOW)) == {1, 2, 3}


def test_the_newest_of_a_day_stands_for_it_and_only_if_complete() -> None:
    found = [
        at(1, "2026-03-01 02:00"), at(2, "2026-03-01 08:00"), at(3, "2026-03-01 20:00", INCOMPLETE),
        at(4, "2026-03-02 02:00"),
    ]  # fmt: skip
    assert kept(plan(found, Rules(daily=9), ZONE, NOW)) == {2, 4}


def test_what_did_not_complete_deletes_nothing_and_counts_for_nothing() -> None:
    whole = year()
    torn = [Candidate(365 + n, INCOMPLETE, NOW, NOW) for n in range(1, 30)]
    before = kept(plan(whole, Rules(last=7), ZONE, NOW))
    assert kept(plan([*whole, *torn], Rules(last=7), ZONE, NOW)) == before | {one.number for one in torn}


@pytest.mark.parametrize("state", [INCOMPLETE, SnapshotState.FAILED, SnapshotState.CANCELLED])
def test_what_did_not_complete_goes_a_week_after_its_end_once_a_newer_one_is_complete(state: str) -> None:
    week_ago = NOW - INCOMPLETE_FOR
    old, young = Candidate(1, state, week_ago, week_ago), Candidate(2, state, week_ago, week_ago + timedelta(seconds=1))
    assert kept(plan([old, young, at(3, "2026-12-31 02:00")], Rules(last=1), ZONE, NOW)) == {2, 3}
    assert kept(plan([old, young], Rules(last=1), ZONE, NOW)) == {1, 2}
    assert kept(plan([at(0, "2026-01-01 02:00"), old, young], Rules(last=1), ZONE, NOW)) == {0, 1, 2}


def test_what_is_protected_or_in_use_stays() -> None:
    found = [
        at(1, "2026-01-01 02:00", protected=True), at(2, "2026-01-02 02:00", busy="an export of it has not ended"),
        at(3, "2026-01-03 02:00"), at(4, "2026-01-04 02:00", INCOMPLETE, protected=True), at(5, "2026-01-05 02:00"),
    ]  # fmt: skip
    said = {one.number: one for one in plan(found, Rules(last=1), ZONE, NOW)}
    assert kept(said.values()) == {1, 2, 4, 5}
    assert said[2].kept_by == ("an export of it has not ended",)


@st.composite
def histories(draw: st.DrawFn) -> list[Candidate]:
    states = draw(st.lists(st.sampled_from(list(SnapshotState)), min_size=1, max_size=40))
    taken, found = datetime(2026, 1, 1, tzinfo=UTC), []
    for number, state in enumerate(states, start=1):
        taken += timedelta(hours=draw(st.integers(1, 200)))
        protected, busy = draw(st.booleans()), draw(st.sampled_from(["", "", "", "in use"]))
        found.append(Candidate(number, state, taken, taken + timedelta(hours=1), protected, busy))
    return found


@given(
    found=histories(),
    rules=st.builds(Rules, *[st.integers(0, 5)] * 4),
    zone=st.sampled_from([ZONE, VIENNA, ZoneInfo("Pacific/Auckland")]),
)
def test_whatever_there_is_and_whatever_the_rules_are(found: list[Candidate], rules: Rules, zone: ZoneInfo) -> None:
    now = found[-1].taken_at + timedelta(hours=2)
    said = plan(found, rules, zone, now)
    assert [one.number for one in said] == sorted((one.number for one in found), reverse=True)
    stays = kept(said)
    complete = [one.number for one in found if one.is_complete]
    assert max(one.number for one in found) in stays
    assert not complete or max(complete) in stays
    assert {one.number for one in found if one.protected or one.busy} <= stays
    assert {one.number for one in found if one.number > max(complete, default=0)} <= stays
    assert not rules.keep_everything or len(stays) == len(found)
    assert len(stays & set(complete)) >= min(len(complete), rules.last)
    more = Rules(rules.last + 1, rules.daily, rules.weekly, rules.monthly)
    assert rules.keep_everything or stays <= kept(plan(found, more, zone, now))
    again = plan([one for one in found if one.number in stays], rules, zone, now)
    assert kept(again) == stays, "what was kept stays kept"
