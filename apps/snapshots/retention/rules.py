"""The keep-rules, as a pure function of what there is. A snapshot goes only if nothing here keeps it.

Only complete snapshots count for a rule. What did not complete is never a reason to delete another one; it goes a
week after its end, once a newer snapshot is complete.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from apps.core.ui.numbers import counted
from apps.snapshots.models import SnapshotState

INCOMPLETE_FOR = timedelta(days=7)
"""How long what did not complete is kept beside a newer complete one: time to look into why."""
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Rules:
    """How many snapshots each rule keeps: the newest ones, and the newest of each of the last days, weeks and months
    that have one. All 0: no rule, everything is kept."""

    last: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0

    @property
    def keep_everything(self) -> bool:
        return not (self.last or self.daily or self.weekly or self.monthly)

    def __str__(self) -> str:
        parts = [
            f"the last {self.last}" if self.last else "",
            counted(self.daily, "day") if self.daily else "",
            counted(self.weekly, "week") if self.weekly else "",
            counted(self.monthly, "month") if self.monthly else "",
        ]
        return f"keep {', '.join(part for part in parts if part)}" if not self.keep_everything else "keep everything"


@dataclass(frozen=True, slots=True)
class Candidate:
    """What the rules look at. ``busy``: why it is needed right now, or empty."""

    number: int
    state: str
    taken_at: datetime
    ended_at: datetime | None
    protected: bool = False
    busy: str = ""

    @property
    def is_complete(self) -> bool:
        return self.state == SnapshotState.COMPLETE


@dataclass(frozen=True, slots=True)
class Verdict:
    """``kept_by``: everything that keeps it; empty when it goes, and ``because`` says why."""

    number: int
    kept_by: tuple[str, ...]
    because: str = ""

    @property
    def goes(self) -> bool:
        return not self.kept_by


def plan(found: Iterable[Candidate], rules: Rules, zone: ZoneInfo, now: datetime) -> list[Verdict]:
    """What becomes of each, newest first."""
    snapshots = sorted(found, key=lambda one: one.number, reverse=True)
    complete = [one for one in snapshots if one.is_complete]
    by_rule = _by_rule(complete, rules, zone)
    newest_complete = complete[0].number if complete else None
    newest = snapshots[0].number if snapshots else None
    verdicts = []
    for one in snapshots:
        kept = list(_always(one, newest, newest_complete))
        kept += ["no rule deletes anything"] if rules.keep_everything else by_rule.get(one.number, [])
        if not one.is_complete:
            kept += _unfinished(one, newest_complete, now)
        verdicts.append(Verdict(one.number, tuple(kept), "" if kept else _because(one, rules, newest_complete)))
    return verdicts


def _always(one: Candidate, newest: int | None, newest_complete: int | None) -> Iterator[str]:
    if one.number == newest_complete:
        yield "newest complete snapshot"
    if one.number == newest:
        yield "newest snapshot"
    if one.protected:
        yield "protected"
    if one.busy:
        yield one.busy


def _unfinished(one: Candidate, newest_complete: int | None, now: datetime) -> list[str]:
    if newest_complete is None or one.number > newest_complete:
        return ["newer than every complete one"]
    if one.ended_at is None or now - one.ended_at < INCOMPLETE_FOR:
        return [f"not complete, looked at for {INCOMPLETE_FOR.days} days"]
    return []


def _by_rule(complete: Sequence[Candidate], rules: Rules, zone: ZoneInfo) -> dict[int, list[str]]:
    """What keeps each complete snapshot, by number; ``complete`` is newest first."""
    kept: dict[int, list[str]] = {}
    for one in complete[: rules.last]:
        kept.setdefault(one.number, []).append(f"last {rules.last}")
    for count, period in ((rules.daily, _day), (rules.weekly, _week), (rules.monthly, _month)):
        for number, words in islice(_newest_of_each(complete, period, zone), count):
            kept.setdefault(number, []).append(words)
    return kept


def _newest_of_each(
    complete: Sequence[Candidate], period: Callable[[datetime], str], zone: ZoneInfo
) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for one in complete:
        words = period(one.taken_at.astimezone(zone))
        if words not in seen:
            seen.add(words)
            yield one.number, words


def _day(local: datetime) -> str:
    return f"day {local:%Y-%m-%d}"


def _week(local: datetime) -> str:
    """Weeks begin on Monday and are numbered as ISO 8601 does."""
    year, week, _ = local.isocalendar()
    return f"week {year}-W{week:02d}"


def _month(local: datetime) -> str:
    return f"month {local:%Y-%m}"


def _because(one: Candidate, rules: Rules, newest_complete: int | None) -> str:
    if one.is_complete:
        return f"outside of the rules: {rules}"
    return f"not complete for more than {INCOMPLETE_FOR.days} days; snapshot {newest_complete} is"
